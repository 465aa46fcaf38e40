//! What takes letters: an SMTP server, or a directory of `.eml` files for development and demonstrations.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use url::Url;

use super::answer::{Refusal, refusal};
use crate::error::{Error, Result};
use crate::id::unique_name;

/// The longest that the server may take to accept a connection.
const ANSWER: Duration = Duration::from_secs(30);
/// The longest that it may take to accept a letter: the library waits for an answer without an end.
const LETTER: Duration = Duration::from_secs(120);
/// The most connections to the server, as many as letters under way on a node.
const CONNECTIONS: u32 = 4;

pub(super) enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Directory(PathBuf),
}

impl Transport {
    /// Opens the transport that the setting `mail_url` names, whose certificate the authority of the file `ca` may have
    /// signed. No server is asked yet.
    ///
    /// # Errors
    /// Returns an error if the address cannot be used.
    pub(super) fn open(url: &str, ca: Option<&Path>) -> Result<Self> {
        // A password may stand in it.
        let refused = || Error::bug("setting `mail_url` cannot be used: expected `smtps://user:password@host`");
        if url.starts_with("file:") {
            let path = Url::parse(url).ok().and_then(|url| url.to_file_path().ok()).ok_or_else(refused)?;
            return Ok(Self::Directory(path));
        }
        let mut smtp = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| refused())?;
        if let Some(ca) = ca {
            let url = Url::parse(url).map_err(|_| refused())?;
            smtp = smtp.tls(tls(&url, ca)?);
        }
        let pool = PoolConfig::new().max_size(CONNECTIONS);
        Ok(Self::Smtp(smtp.timeout(Some(ANSWER)).pool_config(pool).build()))
    }

    /// Hands a message to `address` over, in an envelope that says where reports about it go.
    pub(super) async fn send(&self, message: &Message, envelope: &Envelope, address: &str) -> Result<(), Refusal> {
        match self {
            Self::Smtp(server) => {
                let text = message.formatted();
                match tokio::time::timeout(LETTER, server.send_raw(envelope, &text)).await {
                    Ok(sent) => sent.map(drop).map_err(|error| refusal(&error, address)),
                    Err(_) => Err(Refusal::Later("the mail server did not answer in time".to_owned())),
                }
            }
            Self::Directory(directory) => {
                // As the server of the last hop notes it (RFC 5321).
                let mut text =
                    envelope.from().map_or_else(String::new, |from| format!("Return-Path: <{from}>\r\n")).into_bytes();
                text.extend(message.formatted());
                let directory = directory.clone();
                let id = message.headers().get_raw("Message-ID").unwrap_or_default().to_owned();
                let written = tokio::task::spawn_blocking(move || write(&directory, &id, &text)).await;
                match written {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(error)) => Err(Refusal::Later(format!("the directory of mail cannot be written: {error}"))),
                    Err(_) => Err(Refusal::Later("the directory of mail cannot be written".to_owned())),
                }
            }
        }
    }
}

/// Returns how a connection to the server of `url` is encrypted, with one authority more.
fn tls(url: &Url, ca: &Path) -> Result<Tls> {
    let file = || ca.display().to_string();
    let pem = std::fs::read(ca).map_err(|source| Error::internal(format!("`{}` cannot be read", file()), source))?;
    let refused = |source| Error::internal(format!("setting `mail_ca`: `{}` holds no certificate", file()), source);
    let parameters = TlsParameters::builder(url.host_str().unwrap_or_default().to_owned());
    let parameters = parameters.add_root_certificate(Certificate::from_pem(&pem).map_err(refused)?);
    let parameters = parameters.build_rustls().map_err(refused)?;
    let asked = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
    Ok(match (url.scheme(), asked.as_deref()) {
        ("smtps", _) => Tls::Wrapper(parameters),
        (_, Some("required")) => Tls::Required(parameters),
        (_, Some(_)) => Tls::Opportunistic(parameters),
        (_, None) => Tls::None,
    })
}

/// Writes a message under its own id, so that one that is sent again replaces itself.
fn write(directory: &Path, id: &str, text: &[u8]) -> std::io::Result<()> {
    let mut folder = std::fs::DirBuilder::new();
    folder.recursive(true);
    let mut file = std::fs::File::options();
    file.write(true).create_new(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    }
    folder.create(directory)?;
    let name: String = id.chars().take_while(|c| *c != '@').filter(char::is_ascii_alphanumeric).collect();
    let part = directory.join(format!(".{name}-{}", unique_name()));
    let written = file.open(&part).and_then(|mut file| file.write_all(text).and_then(|()| file.sync_all()));
    let done = written.and_then(|()| std::fs::rename(&part, directory.join(format!("{name}.eml"))));
    if done.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    done
}
