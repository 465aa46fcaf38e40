//! The table of requests.

use atrium_core::clock::Timestamp;
use atrium_core::directory::{EstablishmentId, PersonId};
use atrium_core::sea_orm::{self, entity::prelude::*};

use super::RequestId;

/// A school's request to the Region.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "atrium_loans_request")]
pub struct Model {
    /// Its number here.
    #[sea_orm(primary_key)]
    pub id: RequestId,
    /// Which school asks.
    pub establishment_id: EstablishmentId,
    /// How many tablets it asks for.
    pub quantity: i64,
    /// Why, in its words.
    pub reason: String,
    /// Where it stands.
    pub state: State,
    /// Who asked.
    pub asked_by: Option<PersonId>,
    /// When.
    pub asked_at: Timestamp,
    /// The number delivered; 0 until decided.
    pub granted: i64,
    /// The Region's words; empty until decided.
    pub answer: String,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, serde::Serialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for the Region.
    Pending,
    /// Granted, in whole or in part.
    Granted,
    /// Refused.
    Refused,
}

impl State {
    /// Returns the state of a request once this many tablets are granted.
    pub(crate) fn once_granted(tablets: i64) -> Self {
        if tablets == 0 { Self::Refused } else { Self::Granted }
    }
}

/// No relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// What the Region has delivered, in one row: a sum of rows is out of date while another decision is being written.
pub mod region {
    use atrium_core::sea_orm::{self, entity::prelude::*};

    /// The Region's account.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_loans_region")]
    pub struct Model {
        /// 1: there is one Region.
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        /// Tablets delivered to schools, in all.
        pub delivered: i64,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
