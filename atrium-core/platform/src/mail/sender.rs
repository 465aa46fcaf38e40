//! How this node sends mail: by which transport and under which address.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::config::Settings;
use crate::error::Result;
use crate::id::PersonId;
use crate::secrets::{Purpose, Secrets};

use super::ReplyAddress;
#[cfg(feature = "mail")]
use super::bounce_address::BounceAddress;
#[cfg(feature = "mail")]
use super::transport::Transport;
#[cfg(feature = "mail")]
use lettre::message::Mailbox;

/// The numbers of messages: the same letter has the same one each time that it is sent.
#[cfg(feature = "mail")]
const NUMBERS: Purpose = Purpose("mail.number");
/// The digests of messages that came in.
#[cfg(feature = "mail")]
const MESSAGES: Purpose = Purpose("mail.received");
/// The hashes of addresses that were refused.
const ADDRESSES: Purpose = Purpose("mail.address");

/// The node's way to send mail. Cheap to clone.
#[derive(Clone)]
pub struct Mail(Arc<Inner>);

struct Inner {
    secrets: Secrets,
    /// The address below which people reply.
    replies: Option<String>,
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
        Ok(Self(Arc::new(Inner { secrets, replies: settings.mail_replies.clone(), way })))
    }

    /// Reads how this node sends mail.
    ///
    /// # Errors
    /// Returns an error if it is told to send mail, which this build cannot.
    #[cfg(not(feature = "mail"))]
    pub(crate) fn of(settings: &Settings, secrets: Secrets) -> Result<Self> {
        match &settings.mail_url {
            None => Ok(Self(Arc::new(Inner { secrets, replies: None }))),
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

    /// Returns `true` if people may reply to letters by mail.
    #[must_use]
    pub fn takes_replies(&self) -> bool {
        self.0.replies.is_some()
    }

    /// Returns the address with which `person` replies to `subject` by mail, for [`Letter::replied_at`](super::Letter::replied_at);
    /// `None` if this site takes no replies.
    #[must_use]
    pub fn reply_address(&self, person: PersonId, subject: &str, now: Timestamp) -> Option<String> {
        ReplyAddress::new(person, subject, now).write(&self.0.secrets, self.0.replies.as_deref()?)
    }

    /// Reads an address that [`Mail::reply_address`] wrote.
    #[cfg(feature = "mail")]
    pub(super) fn read_reply_address(&self, address: &str) -> Option<ReplyAddress> {
        ReplyAddress::read(&self.0.secrets, self.0.replies.as_deref()?, address)
    }

    /// Returns the envelope sender of a letter to a person's `address`, to which reports about it come back; `None` if this site
    /// takes no messages.
    #[cfg(feature = "mail")]
    pub(super) fn bounce_address(&self, person: PersonId, address: &str, now: Timestamp) -> Option<String> {
        BounceAddress::new(person, &self.hash(address), now).write(&self.0.secrets, self.0.replies.as_deref()?)
    }

    /// Reads an address that [`Mail::bounce_address`] wrote.
    #[cfg(feature = "mail")]
    pub(super) fn read_bounce_address(&self, address: &str) -> Option<BounceAddress> {
        BounceAddress::read(&self.0.secrets, self.0.replies.as_deref()?, address)
    }

    /// Returns `true` if letters go out under this address.
    #[cfg(feature = "mail")]
    pub(super) fn is_own(&self, address: &str) -> bool {
        let address = address.to_lowercase();
        let from = self.way().map(|way| way.from.email.to_string().to_lowercase());
        let replies = self.0.replies.as_deref().and_then(|base| base.rsplit_once('@'));
        let is_for_replies = replies.is_some_and(|(name, domain)| {
            let (name, domain) = (name.to_lowercase(), domain.to_lowercase());
            address.strip_suffix(&format!("@{domain}")).is_some_and(|local| local.split('+').next() == Some(&*name))
        });
        from.is_some_and(|from| from == address) || is_for_replies
    }

    /// Returns the digest under which it is known that a message came in.
    #[cfg(feature = "mail")]
    pub(super) fn digest_of_message(&self, message: &[u8]) -> String {
        self.0.secrets.digest_of_bytes(MESSAGES, message)
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
