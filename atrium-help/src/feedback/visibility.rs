//! Which opinions a person may read: those given by people of the schools where they read them, everywhere for the Region,
//! and only on articles that they may see themselves.

use atrium_core::access::{Actor, Facet, TokenSet, Visibility, VisibilityColumns};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition};

use super::{opinion, school};
use crate::articles;
use crate::permissions::READ_FEEDBACK;

/// Returns the opinions that `actor` may read.
pub(super) fn readable(actor: &Actor) -> Condition {
    let given = Visibility::any_of(actor.rights().clauses(READ_FEEDBACK, actor.now()));
    let about = articles::store::visible_ids(&articles::visibility(actor));
    given.condition(&OpinionColumns).add(opinion::Column::ArticleId.in_subquery(about))
}

/// Maps the visibility rule to the table of opinions: an opinion lives in each school of its author.
struct OpinionColumns;

impl VisibilityColumns for OpinionColumns {
    fn any_of(&self, facet: Facet, tokens: &TokenSet) -> Condition {
        if facet != Facet::Scope {
            return Condition::any();
        }
        if tokens.iter().any(|token| token.value() == "p") {
            return Condition::all();
        }
        // Groups are not kept: `e12` and `=e12` are the same school here.
        let number = |value: &str| value.trim_start_matches('=').strip_prefix('e')?.parse::<i64>().ok();
        let given = Query::select()
            .column(school::Column::FeedbackId)
            .from(school::Entity)
            .and_where(school::Column::EstablishmentId.is_in(tokens.iter().filter_map(|token| number(token.value()))))
            .to_owned();
        Condition::all().add(opinion::Column::Id.in_subquery(given))
    }
}
