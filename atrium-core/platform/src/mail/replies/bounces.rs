//! What a report about a delivery does: it is attributed to a letter by the address that it came to, which that letter alone bore, and
//! never by the addresses that it names, which anybody can write.

use super::report::Report;
use crate::db::{Db, Tx};
use crate::directory;
use crate::error::Result;
use crate::id::PersonId;
use crate::mail::answer::{Refusal, reported};
use crate::mail::{Mail, store};

/// A report about a letter of this site.
pub(super) struct Bounce {
    /// The person to whom the letter went.
    pub(super) person: PersonId,
    /// The hash of their address, with what a server answered, if nothing is to be sent there any more.
    refused: Option<(String, String)>,
    /// What the report says otherwise.
    told: String,
}

/// Returns the letter that a report is about; `None` if it did not come to the envelope sender of one, the letter is too old, or
/// the person is no longer known.
pub(super) async fn attribute(db: &Db, mail: &Mail, to: &[String], report: &Report) -> Result<Option<Bounce>> {
    let Some(letter) = to.iter().find_map(|to| mail.read_bounce_address(to)) else { return Ok(None) };
    if letter.is_over(db.now()) {
        return Ok(None);
    }
    let address = match directory::person(db, letter.person).await {
        Ok(person) => person.email.unwrap_or_default().to_lowercase(),
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bounce = Bounce { person: letter.person, refused: None, told: String::new() };
    let hash = mail.hash(&address);
    // The person has another address since, or the report is about one that they forward their mail to.
    let is_theirs = |named: &[String]| letter.is_of(&hash) && named.contains(&address);
    let Some(delivered) = report.deliveries.iter().find(|delivered| is_theirs(&delivered.addresses)) else {
        "nothing about their address".clone_into(&mut bounce.told);
        return Ok(Some(bounce));
    };
    match reported(&delivered.status, &delivered.quoted, &address) {
        _ if !delivered.has_failed => "no failure, or none yet".clone_into(&mut bounce.told),
        Refusal::Address(code) => bounce.refused = Some((hash, code)),
        Refusal::Later(told) | Refusal::Letter(told) => bounce.told = told,
    }
    Ok(Some(bounce))
}

impl Bounce {
    /// Notes a refused address as a refusal by the relay is noted.
    pub(super) async fn record(&self, tx: &Tx) -> Result<()> {
        match &self.refused {
            Some((hash, code)) => store::suppress(tx, hash, self.person, code).await,
            None => Ok(()),
        }
    }

    pub(super) fn log(&self) {
        let person = self.person.0;
        match &self.refused {
            Some((_, code)) => tracing::warn!(person, code, "a report says that a mail server refused an address"),
            None => tracing::info!(person, told = self.told, "a report about a letter came in"),
        }
    }
}
