//! The person behind a session or an API token: the part that both identity queries share.

use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::{DbBackend, EntityTrait, FromQueryResult, QuerySelect, Select};

use super::{PersonSummary, initials};
use crate::directory::{PersonId, PersonStatus, person};
use crate::error::Result;
use crate::events::{self, Position};
use crate::notify::UNREAD_OF_PERSON;

/// The longest that a request waits for the write of a last use; a long import must not hold it up.
const TOUCH_PATIENCE: Duration = Duration::from_millis(250);

/// The person of a credential, the epochs of their rights, the newest event, and the number of their unread notices.
#[derive(Debug, FromQueryResult)]
pub(super) struct Holder {
    display_name: String,
    given_name: String,
    family_name: String,
    locale: String,
    status: PersonStatus,
    pub(super) epoch: i64,
    pub(super) policy_epoch: i64,
    newest_xid: Option<i64>,
    newest_event: Option<i64>,
    settled_below: i64,
    pub(super) unread: i64,
}

impl Holder {
    /// Adds the columns of a holder to `query`, which joins the person.
    pub(super) fn select<E: EntityTrait>(query: Select<E>, backend: DbBackend) -> Select<E> {
        let query = query
            .column(person::Column::DisplayName)
            .column(person::Column::GivenName)
            .column(person::Column::FamilyName)
            .column(person::Column::Locale)
            .column(person::Column::Status)
            .column(person::Column::Epoch)
            .expr_as(Expr::cust("(SELECT epoch FROM atrium_policy WHERE id = 1)"), "policy_epoch")
            .expr_as(Expr::cust(UNREAD_OF_PERSON), "unread");
        let newest = events::newest_columns(backend);
        newest.into_iter().fold(query, |query, (expression, name)| query.expr_as(Expr::cust(expression), name))
    }

    /// Returns `true` if the account may be used.
    pub(super) fn is_active(&self) -> bool {
        self.status == PersonStatus::Active
    }

    /// Returns the newest event at the time of the query; `None` while an older transaction may still commit.
    pub(super) fn newest(&self) -> Option<Position> {
        events::settled(self.newest_xid, self.newest_event, self.settled_below)
    }

    /// Returns what pages show of the person, whose id is `id`.
    pub(super) fn summary(self, id: PersonId) -> PersonSummary {
        PersonSummary {
            id,
            initials: initials(&self.given_name, &self.family_name),
            display_name: self.display_name,
            locale: self.locale,
            status: self.status,
        }
    }
}

/// Waits a short while for `write`, which notes the last use of `what`. The next request tries again if it fails.
pub(super) async fn note_use(what: &'static str, write: impl Future<Output = Result<()>>) {
    match tokio::time::timeout(TOUCH_PATIENCE, write).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the last use of a {what} could not be written"),
        Err(_) => tracing::debug!("the last use of a {what} was not written: the database is busy"),
    }
}
