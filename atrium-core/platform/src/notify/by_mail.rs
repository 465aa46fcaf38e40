//! How people are told of a kind by mail.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How a person is told of a kind by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ByMail {
    /// Not at all.
    Never,
    /// By a letter for each event.
    AtOnce,
    /// In one letter each morning, for what is unread.
    Daily,
    /// In one letter each Monday morning, for what is unread.
    Weekly,
}

impl ByMail {
    /// Every choice, in the order in which people choose among them.
    pub const ALL: [Self; 4] = [Self::Never, Self::AtOnce, Self::Daily, Self::Weekly];

    /// Returns its word in rows and programs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::AtOnce => "at_once",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }
}

impl fmt::Display for ByMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl FromStr for ByMail {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|one| one.key() == text).ok_or(())
    }
}
