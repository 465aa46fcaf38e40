//! The index of the words of people's names, which name search looks up by prefix.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ActiveValue, ColumnTrait, Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter};
use sea_orm::{QuerySelect, QueryTrait};

use super::{PersonId, fold, person};
use crate::db::{Connection, Tx};
use crate::error::Result;

/// The most people for which a search starts at the word: they are collected and sorted.
pub(super) const FEW: u64 = 2_000;
/// The same limit for a search of several words, which fewer people match.
pub(super) const FEW_OF_SEVERAL: u64 = 10_000;

/// One word of one person's name.
mod entity {
    use sea_orm::entity::prelude::*;

    use crate::directory::PersonId;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "atrium_person_word")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) person_id: PersonId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) word: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Replaces the words of a person's name by those of `sort_name`, if that column is written.
pub(super) async fn write(tx: &Tx, id: PersonId, sort_name: &ActiveValue<String>) -> Result<()> {
    let ActiveValue::Set(sort_name) = sort_name else { return Ok(()) };
    entity::Entity::delete_many().filter(entity::Column::PersonId.eq(id)).exec(tx).await?;
    let words = words_of(sort_name);
    if words.is_empty() {
        return Ok(());
    }
    let rows = words
        .into_iter()
        .map(|word| entity::ActiveModel { person_id: ActiveValue::Set(id), word: ActiveValue::Set(word.to_owned()) });
    entity::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// A parsed search for people by name.
#[derive(Debug)]
pub(super) struct Params {
    words: Vec<String>,
    /// `true` if the text has no word, so that no name matches.
    is_senseless: bool,
}

/// The rarest word of a search, whose people are read first.
#[derive(Debug)]
pub(super) struct Rarest(String);

impl Params {
    pub(super) fn parse(text: &str) -> Self {
        let folded = fold(text);
        let words: Vec<String> = words_of(&folded).into_iter().map(str::to_owned).collect();
        let is_senseless = words.is_empty() && !folded.is_empty();
        Self { words, is_senseless }
    }

    /// Returns the condition that a person's name has, for each word of the search, a word that begins with it.
    pub(super) fn condition(&self, from: Option<&Rarest>) -> Condition {
        if self.is_senseless {
            return Condition::all().add(Expr::Constant(false.into()));
        }
        let start = from.map(|Rarest(word)| person::Column::Id.in_subquery(people_with(word)));
        let others = self.words.iter().filter(|word| from.is_none_or(|Rarest(rarest)| rarest != *word));
        others.fold(Condition::all().add_option(start), |all, word| all.add(is_called(word)))
    }

    /// Returns the word to begin with, if at most `few` people have it, or [`FEW_OF_SEVERAL`] if there are several
    /// words; `None` if each word is so common that a scan soon meets matches.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(super) async fn rarest(&self, conn: &impl Connection, few: u64) -> Result<Option<Rarest>> {
        let most = if self.words.len() > 1 { FEW_OF_SEVERAL } else { few };
        let mut rarest: Option<(u64, &String)> = None;
        for word in &self.words {
            let found = entity::Entity::find().select_only().column(entity::Column::Word).filter(begins(word));
            let found = found.limit(most + 1).count(conn).await?;
            if found <= most && rarest.is_none_or(|(least, _)| found < least) {
                rarest = Some((found, word));
            }
        }
        Ok(rarest.map(|(_, word)| Rarest(word.clone())))
    }
}

/// Returns the words of a folded name.
fn words_of(folded: &str) -> BTreeSet<&str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// Returns the condition on words that begin with `word`.
fn begins(word: &str) -> Condition {
    let end = format!("{word}{}", char::MAX);
    Condition::all().add(entity::Column::Word.gte(word)).add(entity::Column::Word.lt(end))
}

fn people_with(word: &str) -> SelectStatement {
    let found = entity::Entity::find().select_only().column(entity::Column::PersonId).filter(begins(word));
    found.into_query()
}

/// Returns the condition that the person of the outer query has a word that begins with `word`.
fn is_called(word: &str) -> Expr {
    let own = Expr::col(entity::Column::PersonId.as_column_ref()).equals(person::Column::Id.as_column_ref());
    let mut rows = Query::select();
    rows.column(entity::Column::PersonId).from(entity::Entity).cond_where(begins(word)).and_where(own);
    Expr::exists(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_at_what_is_neither_letter_nor_digit() {
        let words = words_of("ruiz-blanc d'ornano eva");
        assert_eq!(words, BTreeSet::from(["ruiz", "blanc", "d", "ornano", "eva"]));
        assert_eq!(words_of("李小龍 "), BTreeSet::from(["李小龍"]));
        assert!(words_of(" %_-' ").is_empty());
    }

    #[test]
    fn text_without_a_word_asks_for_no_name_and_an_empty_one_for_all() {
        assert!(Params::parse("%").is_senseless);
        assert!(!Params::parse("  ").is_senseless);
    }
}
