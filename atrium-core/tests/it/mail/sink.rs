//! A tiny SMTP server in the test's own process. It answers as addresses ask it to: `absent@…` does not exist, `later@…`
//! is for later the first time, `denied@…` is refused as a matter of policy, `sender@…` blames the sender.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Default)]
struct Kept {
    messages: Vec<(String, String)>,
    asked: Vec<String>,
    senders: Vec<String>,
}

/// The server, with what it took.
#[derive(Clone)]
pub(super) struct Sink {
    port: u16,
    kept: Arc<Mutex<Kept>>,
}

impl Sink {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Self { port: listener.local_addr().unwrap().port(), kept: Arc::default() };
        let server = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move { server.talk(stream).await });
            }
        });
        sink
    }

    pub(super) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Returns the recipient and the text of each message.
    pub(super) fn messages(&self) -> Vec<(String, String)> {
        self.kept.lock().unwrap().messages.clone()
    }

    /// Returns the envelope sender of each message that was begun.
    pub(super) fn senders(&self) -> Vec<String> {
        self.kept.lock().unwrap().senders.clone()
    }

    /// Returns how often a message to `address` was begun.
    pub(super) fn times_asked(&self, address: &str) -> usize {
        self.kept.lock().unwrap().asked.iter().filter(|asked| *asked == address).count()
    }

    fn answer(&self, recipient: &str) -> String {
        let mut kept = self.kept.lock().unwrap();
        let is_first = !kept.asked.iter().any(|asked| asked == recipient);
        kept.asked.push(recipient.to_owned());
        match recipient.split('@').next().unwrap() {
            "absent" => format!("550 5.1.1 <{recipient}>: no such user here"),
            "denied" => format!("550 5.7.1 <{recipient}>: not from you"),
            "sender" => "553 5.1.8 sender refused".to_owned(),
            "later" if is_first => format!("451 4.7.1 <{recipient}>: greylisted"),
            _ => "250 2.1.5 fine".to_owned(),
        }
    }

    async fn talk(&self, stream: TcpStream) -> Option<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 sink ESMTP\r\n").await.ok()?;
        let mut recipient = String::new();
        while let Some(line) = lines.next_line().await.ok()? {
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let answer = match verb.as_str() {
                "EHLO" => "250-sink\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES".to_owned(),
                "MAIL" => {
                    let sender = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    self.kept.lock().unwrap().senders.push(sender);
                    "250 2.1.0 fine".to_owned()
                }
                "RCPT" => {
                    recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    self.answer(&recipient)
                }
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await.ok()?;
                    let mut text = String::new();
                    while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                        text.push_str(line.strip_prefix('.').unwrap_or(&line));
                        text.push('\n');
                    }
                    self.kept.lock().unwrap().messages.push((recipient.clone(), text));
                    "250 2.0.0 taken".to_owned()
                }
                "QUIT" => "221 bye".to_owned(),
                _ => "250 2.0.0 fine".to_owned(),
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
            if verb == "QUIT" {
                break;
            }
        }
        Some(())
    }
}
