//! How this node sends mail: by which transport and under which address.

use std::sync::Arc;

use crate::config::Settings;
use crate::error::Result;
use crate::secrets::{Purpose, Secrets};

#[cfg(feature = "mail")]
use super::transport::Transport;
#[cfg(feature = "mail")]
use lettre::message::Mailbox;

/// The numbers of messages: the same letter has the same one each time that it is sent.
#[cfg(feature = "mail")]
const NUMBERS: Purpose = Purpose("mail.number");
/// The hashes of addresses that were refused.
const ADDRESSES: Purpose = Purpose("mail.address");

/// The node's way to send mail. Cheap to clone.
#[derive(Clone)]
pub struct Mail(Arc<Inner>);

struct Inner {
    secrets: Secrets,
    #[cfg(feature = "mail")]
    way: Option<Way>,
}

/// An address to send under, with what takes the letters.
#[cfg(feature = "mail")]
pub(super) struct Way {
    pub(super) transport: Transport,
    pub(super) from: Mailbox,
}

impl Mail {
    /// Reads how this node sends mail.
    ///
    /// # Errors
    /// Returns an error if a setting is not valid.
    #[cfg(feature = "mail")]
    pub(crate) fn of(settings: &Settings, secrets: Secrets) -> Result<Self> {
        let way = match &settings.mail_url {
            None => None,
            Some(url) => {
                Some(Way { transport: Transport::open(url, settings.mail_ca.as_deref())?, from: from(settings)? })
            }
        };
        Ok(Self(Arc::new(Inner { secrets, way })))
    }

    /// Reads how this node sends mail.
    ///
    /// # Errors
    /// Returns an error if it is told to send mail, which this build cannot.
    #[cfg(not(feature = "mail"))]
    pub(crate) fn of(settings: &Settings, secrets: Secrets) -> Result<Self> {
        match &settings.mail_url {
            None => Ok(Self(Arc::new(Inner { secrets }))),
            Some(_) => Err(crate::error::Error::bug(
                "setting `mail_url` is given, and this program was built without the feature `mail`",
            )),
        }
    }

    /// Returns `true` if this node sends mail.
    #[must_use]
    pub fn is_on(&self) -> bool {
        #[cfg(feature = "mail")]
        return self.0.way.is_some();
        #[cfg(not(feature = "mail"))]
        false
    }

    #[cfg(feature = "mail")]
    pub(super) fn way(&self) -> Option<&Way> {
        self.0.way.as_ref()
    }

    /// Returns the hash under which a refused address is kept.
    pub(super) fn hash(&self, address: &str) -> String {
        self.0.secrets.digest(ADDRESSES, &address.to_lowercase())
    }

    /// Returns the id of the message about `what`: `<…@example.fr>`.
    #[cfg(feature = "mail")]
    pub(super) fn message_id(&self, what: &str, domain: &str) -> String {
        format!("<{}@{domain}>", self.0.secrets.digest(NUMBERS, what))
    }
}

/// Returns the address to send under: the setting, or one of the site's host.
#[cfg(feature = "mail")]
fn from(settings: &Settings) -> Result<Mailbox> {
    let host = settings.public_url.as_ref().and_then(|url| url.host_str()).filter(|host| host.contains('.'));
    let text = match &settings.mail_from {
        Some(text) => text.clone(),
        None => format!("assistance@{}", host.unwrap_or("localhost")),
    };
    let refused = |_| crate::error::Error::bug(format!("setting `mail_from` is `{text}`: expected `Name <name@host>`"));
    let mailbox: Mailbox = text.parse().map_err(refused)?;
    let name = mailbox.name.or_else(|| Some(settings.site_name.clone()));
    Ok(Mailbox::new(name, mailbox.email))
}
