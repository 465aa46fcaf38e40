//! The visibility rule as a SQL condition on posts.

use atrium_core::access::Visibility;
use sea_orm::Condition;

use super::Column;
use crate::topics::rule::topic_columns;

/// Returns the rule as a condition on posts joined with their topics.
pub(crate) fn on_posts(rule: &Visibility) -> Condition {
    rule.condition(&topic_columns().state(Column::State).author(Column::AuthorId))
}
