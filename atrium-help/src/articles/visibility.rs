//! Which articles a person may see. Audience blocks inside an article are relevance, not secrecy; this is secrecy.

use atrium_core::access::{Actor, Clause, Facet, Token, TokenSet, Visibility, VisibilityColumns};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition};

use super::entity::{article, article_visibility};
use crate::permissions::READ;

/// Returns what `actor` may see of the help: what is addressed to an audience they are in; everything with
/// [`READ`].
#[must_use]
pub(crate) fn visibility(actor: &Actor) -> Visibility {
    let published = || Token::new(Facet::State, "published");
    let addressed = Clause::any().with(actor.rights().audiences(actor.now())).with([published()]);
    let everything = actor.rights().clauses(READ, actor.now());
    Visibility::any_of(everything.into_iter().map(|clause| clause.with([published()])).chain([addressed]))
}

/// How the rule's tokens read in the table of articles.
pub(crate) struct ArticleColumns;

impl VisibilityColumns for ArticleColumns {
    fn any_of(&self, facet: Facet, tokens: &TokenSet) -> Condition {
        let values = || tokens.iter().map(|token| token.value().to_owned());
        match facet {
            Facet::State => Condition::all().add(article::Column::State.is_in(values())),
            Facet::Category => Condition::all().add(article::Column::Collection.is_in(values())),
            // Articles belong to the platform.
            Facet::Scope if tokens.iter().any(|token| token.value() == "p") => Condition::all(),
            Facet::Audience => {
                let addressed = Query::select()
                    .column(article_visibility::Column::ArticleId)
                    .from(article_visibility::Entity)
                    .and_where(article_visibility::Column::Token.is_in(values()))
                    .to_owned();
                Condition::all().add(article::Column::Id.in_subquery(addressed))
            }
            _ => Condition::any(),
        }
    }
}
