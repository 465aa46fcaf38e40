//! A table of visible items in the usual shape, with the tokens of its rows.

use std::collections::BTreeSet;

use atrium_core::access::{Facet, ItemColumns, Scope, Token};
use atrium_core::db::{Migrator, SqlMigration};
use atrium_core::directory::{EstablishmentId, GroupId, SectorId};

const TABLES: SqlMigration = SqlMigration {
    name: "m0001_items",
    sql: "CREATE TABLE atrium_test_item (
            id BIGINT PRIMARY KEY,
            position BIGINT NOT NULL,
            sector_id BIGINT,
            establishment_id BIGINT,
            group_id BIGINT,
            category BIGINT,
            state TEXT,
            author_id BIGINT,
            audience TEXT
        );
        CREATE INDEX atrium_test_item_position ON atrium_test_item (position, id);
        CREATE TABLE atrium_test_audience (
            item_id BIGINT NOT NULL,
            audience TEXT NOT NULL,
            PRIMARY KEY (item_id, audience)
        );",
};

pub(crate) fn migrator() -> Migrator {
    Migrator::new("test", || vec![Box::new(TABLES)])
}

pub(crate) mod item {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_test_item")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: i64,
        pub(crate) position: i64,
        pub(crate) sector_id: Option<i64>,
        pub(crate) establishment_id: Option<i64>,
        pub(crate) group_id: Option<i64>,
        pub(crate) category: Option<i64>,
        pub(crate) state: Option<String>,
        pub(crate) author_id: Option<i64>,
        pub(crate) audience: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod audience {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_test_audience")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) item_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) audience: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Maps every column but the audience, which has two shapes.
pub(crate) fn columns() -> ItemColumns {
    ItemColumns::new()
        .scope(item::Column::EstablishmentId, item::Column::GroupId)
        .sector(item::Column::SectorId)
        .category(item::Column::Category)
        .state(item::Column::State)
        .author(item::Column::AuthorId)
}

impl item::Model {
    pub(crate) fn scope(&self) -> Scope {
        match (self.establishment_id, self.group_id) {
            (None, None) if self.sector_id.is_some() => Scope::Sector(SectorId(self.sector_id.unwrap_or_default())),
            (Some(school), Some(group)) => Scope::Group(EstablishmentId(school), GroupId(group)),
            (Some(school), None) => Scope::Establishment(EstablishmentId(school)),
            _ => Scope::Platform,
        }
    }

    /// Returns the tokens of the row, whose audience is in its own column.
    pub(crate) fn tokens(&self) -> BTreeSet<Token> {
        let mut tokens: BTreeSet<Token> = self.scope().tokens().collect();
        tokens.extend(self.category.map(|category| Token::new(Facet::Category, category)));
        tokens.extend(self.state.as_ref().map(Token::state));
        tokens.extend(self.author_id.map(|author| Token::new(Facet::Author, author)));
        tokens.extend(self.audience.as_ref().map(|audience| Token::new(Facet::Audience, audience)));
        tokens
    }
}
