//! The columns of core's tables that lists join for the names beside a text: a plugin's query may read them; and the name
//! of an author.

use atrium_core::web::RequestContext;
use serde::{Serialize, Serializer};

/// Returns the name of a person as programs get it: `None` for an erased one.
pub(crate) fn known(display_name: &str) -> Option<String> {
    Some(display_name.to_owned()).filter(|name| !name.is_empty())
}

/// The name of an author: pages print it in the reader's language, programs get what is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct AuthorName {
    known: Option<String>,
    shown: String,
}

impl AuthorName {
    pub(crate) fn new(cx: &RequestContext, display_name: &str) -> Self {
        Self { known: known(display_name), shown: cx.person_name(display_name) }
    }

    /// Returns the name as pages print it.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// Returns the name as programs get it.
    pub(crate) fn into_known(self) -> Option<String> {
        self.known
    }
}

impl Serialize for AuthorName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown)
    }
}

/// People.
pub(crate) mod person {
    use atrium_core::directory::PersonId;
    use sea_orm::entity::prelude::*;

    /// A person's name.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_person")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: PersonId,
        pub(crate) display_name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Schools.
pub(crate) mod establishment {
    use atrium_core::directory::EstablishmentId;
    use sea_orm::entity::prelude::*;

    /// A school's name.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_establishment")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: EstablishmentId,
        pub(crate) name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
