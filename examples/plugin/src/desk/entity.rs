//! Tables of the desk.

use atrium_core::sea_orm::{self, entity::prelude::*};

/// The levels whose pupils may borrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Level {
    /// Final year, general and technological.
    FinalGeneral,
    /// Second year of the CAP.
    SecondCap,
    /// First vocational year.
    FirstVocational,
    /// Final vocational year.
    FinalVocational,
}

/// Tablets.
pub mod tablet {
    use crate::desk::TabletId;
    use atrium_core::clock::Timestamp;
    use atrium_core::directory::EstablishmentId;
    use atrium_core::sea_orm::{self, entity::prelude::*};

    /// A tablet of a school's stock.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_loans_tablet")]
    pub struct Model {
        /// Its number here.
        #[sea_orm(primary_key)]
        pub id: TabletId,
        /// Whose it is.
        pub establishment_id: EstablishmentId,
        /// What is written on its back; unique in the school.
        pub label: String,
        /// When it was registered.
        pub created_at: Timestamp,
    }

    /// No relation is declared: queries join in `store`.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Loans.
pub mod loan {
    use crate::desk::{Level, LoanId, TabletId};
    use atrium_core::clock::Timestamp;
    use atrium_core::directory::PersonId;
    use atrium_core::sea_orm::{self, entity::prelude::*};

    /// A tablet in the hands of a pupil, now or once.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_loans_loan")]
    pub struct Model {
        /// Its number here.
        #[sea_orm(primary_key)]
        pub id: LoanId,
        /// Which tablet.
        pub tablet_id: TabletId,
        /// Who has it.
        pub pupil_id: PersonId,
        /// Their level, as the desk stated it.
        pub level: Level,
        /// Who handed it over.
        pub lent_by: Option<PersonId>,
        /// When.
        pub lent_at: Timestamp,
        /// When it came back; not yet, when absent.
        pub returned_at: Option<Timestamp>,
    }

    /// No relation is declared.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
