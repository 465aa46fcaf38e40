//! Categories as the rest of the forum knows them.

use atrium_core::Result;
use atrium_core::access::Scope;
use atrium_core::clock::Timestamp;
use atrium_core::directory::EstablishmentId;
use sea_orm::{DeriveActiveEnum, EnumIter, FromQueryResult, Iterable};
use serde::{Deserialize, Serialize};

use super::CategoryId;
use crate::audience::Audiences;

/// A category as it is stored; [`Category`] is the valid value.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
#[non_exhaustive]
pub struct CategoryRow {
    /// The primary key.
    pub id: CategoryId,
    /// The slug.
    pub slug: String,
    /// The name.
    pub name: String,
    /// A description in one sentence.
    pub description: String,
    /// The catalogue service it is about.
    pub service_key: Option<String>,
    /// The school it belongs to; absent for the whole platform.
    pub establishment_id: Option<EstablishmentId>,
    /// Who may see it.
    pub see: String,
    /// Who may ask in it.
    pub ask: String,
    /// Who may answer in it.
    pub answer: String,
    /// How much is reviewed first.
    pub moderation: Moderation,
    /// `true` if its topics are confidential.
    pub confidential: bool,
    /// A template of questions, in Markdown.
    pub template: String,
    /// The position among the others.
    pub position: i64,
    /// Topics that its readers see; confidential ones are not counted.
    pub topics_public: i64,
    /// Topics that moderators see; deleted ones are not counted.
    pub topics_staff: i64,
    /// Posts that its readers see.
    pub posts_public: i64,
    /// Posts that moderators see.
    pub posts_staff: i64,
    /// The version, raised by every edit.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// How much of what is written is reviewed before it shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Moderation {
    /// What is written shows at once.
    #[default]
    Open,
    /// What newcomers write.
    FirstPosts,
    /// Everything.
    AllPosts,
}

impl Moderation {
    /// Returns the key in forms.
    #[must_use]
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::FirstPosts => "first_posts",
            Self::AllPosts => "all_posts",
        }
    }

    /// Returns the mode with this key.
    #[must_use]
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        Self::iter().find(|mode| mode.key() == key)
    }
}

/// A category, read: who may do what in it as values.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Category {
    /// The row.
    pub row: CategoryRow,
    /// Who may see it.
    pub see: Audiences,
    /// Who may ask in it.
    pub ask: Audiences,
    /// Who may answer in it.
    pub answer: Audiences,
}

impl Category {
    /// Reads the category in `row`.
    ///
    /// # Errors
    /// Returns an error if an audience of the row cannot be read.
    pub(crate) fn of(row: CategoryRow) -> Result<Self> {
        let read = |text: &str| {
            Audiences::parse(text).map_err(|_| atrium_core::Error::bug(format!("audience `{text}` of `{}`", row.slug)))
        };
        let (see, ask, answer) = (read(&row.see)?, read(&row.ask)?, read(&row.answer)?);
        Ok(Self { row, see, ask, answer })
    }

    /// Returns the primary key.
    #[must_use]
    pub fn id(&self) -> CategoryId {
        self.row.id
    }

    /// Returns the scope it lives at.
    #[must_use]
    pub(crate) fn scope(&self) -> Scope {
        self.row.establishment_id.map_or(Scope::Platform, Scope::Establishment)
    }

    /// Returns the path of its page.
    #[must_use]
    pub fn url(&self) -> String {
        format!("/forum/{}", self.row.slug)
    }
}
