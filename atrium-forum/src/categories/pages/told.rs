//! What a change of readers does, in words, before it is done.

use atrium_core::access::{Roles, Scope};
use atrium_core::directory;
use atrium_core::web::RequestContext;
use atrium_core::{Message, Result};
use serde::Serialize;

use super::labels;
use crate::categories::{Category, CategoryInput, Consequences, Readership, Turn};
use crate::state::Readers;
use crate::topics;

/// What is told, and what the form sends back once it was: `forum/confirm`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Confirm {
    pub(crate) key: String,
    title: String,
    lines: Vec<String>,
}

impl Confirm {
    /// Returns what is told.
    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines
    }
}

/// Returns the key that confirms this change of `category`.
pub(super) fn key(category: &Category, input: &CategoryInput) -> String {
    let school = input.establishment.map(|school| school.to_string()).unwrap_or_default();
    format!("{}/{school}/{}/{}", category.row.version, input.confidential, input.see)
}

/// Returns the effects of saving `input` on the topics of `category`, in words.
pub(super) async fn of_category(
    cx: &RequestContext,
    category: &Category,
    input: &CategoryInput,
    told: Consequences,
) -> Result<Confirm> {
    let count = |key: &'static str, count: i64| cx.message(&Message::new(key).with("count", count));
    let after = Readership {
        see: input.see.clone(),
        scope: input.establishment.map_or(Scope::Platform, Scope::Establishment),
        ..Readership::of(category)
    };
    let mut lines = turned(cx, &Readership::of(category), &after, told.seen, told.topics).await?;
    let sorts = [
        ("forum-consequences-restricted", told.restricted),
        ("forum-consequences-opened", told.opened),
        ("forum-consequences-kept", told.kept),
        ("forum-consequences-moved", told.moved),
    ];
    lines.extend(sorts.into_iter().filter(|(_, many)| *many > 0).map(|(key, many)| count(key, many)));
    Ok(Confirm { key: key(category, input), title: count("forum-consequences-title", told.topics), lines })
}

/// Tells what moving a topic from `before` to `after` does to it; `None` if the same people go on reading it.
pub(crate) async fn of_move(
    cx: &RequestContext,
    (from, before): (&Category, &topics::Topic),
    (to, after): (&Category, &topics::Topic),
    sees: bool,
) -> Result<Option<Confirm>> {
    let (read, will) = (circle_of(from, before), circle_of(to, after));
    let turn = read.turn(&will);
    if turn == Turn::default() {
        return Ok(None);
    }
    let mut lines = turned(cx, &read, &will, turn, 1).await?;
    if !sees {
        lines.push(cx.t("forum-move-leaves"));
    }
    let key = format!("{}/{}/{}", before.version, to.id(), to.row.version);
    Ok(Some(Confirm { key, title: cx.t("forum-move-title"), lines }))
}

/// Returns the readers of `topic`, which stands in `category`.
fn circle_of(category: &Category, topic: &topics::Topic) -> Readership {
    Readership::of_topic(category, topic.readers, topic.establishment_id)
}

/// Returns who reads today and who will, and in which direction that goes for so many topics.
async fn turned(
    cx: &RequestContext,
    read: &Readership,
    will: &Readership,
    turn: Turn,
    count: i64,
) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    if turn != Turn::default() {
        let roles = cx.atrium().access().roles().await?;
        let (before, after) = (who(cx, &roles, read).await?, who(cx, &roles, will).await?);
        lines.push(cx.message(&Message::new("forum-consequences-readers").with("before", before).with("after", after)));
    }
    let told = |key: &'static str| cx.message(&Message::new(key).with("count", count));
    lines.extend(turn.narrower.then(|| told("forum-consequences-narrower")));
    lines.extend(turn.wider.then(|| told("forum-consequences-wider")));
    Ok(lines)
}

async fn who(cx: &RequestContext, roles: &Roles, circle: &Readership) -> Result<String> {
    if circle.readers == Readers::Confidential {
        return Ok(match circle.school {
            Some(school) => {
                let name = directory::establishment(cx.db(), school).await?.name;
                cx.message(&Message::new("forum-readers-school").with("school", name))
            }
            None => cx.t("forum-readers-region"),
        });
    }
    let who = if circle.see.is_empty() { cx.t("forum-readers-nobody") } else { labels(cx, roles, &circle.see) };
    Ok(match circle.scope {
        Scope::Establishment(school) => {
            let school = directory::establishment(cx.db(), school).await?.name;
            cx.message(&Message::new("forum-readers-at").with("who", who).with("school", school))
        }
        _ => who,
    })
}
