//! The page of a post's texts: what each changed, the newest first.

use atrium_core::Result;
use atrium_core::web::{Pages, Path, Query, RequestContext};
use axum::response::Response;
use serde::Deserialize;

use super::routes::find;
use crate::names::AuthorName;
use crate::posts::text::sight::Sight;
use crate::posts::view::{RevisionView, RevisionsView, url_of};
use crate::posts::{Piece, Post, PostId, Revision, RevisionState, changes, store};
use crate::reader::Reader;
use crate::topics;
use crate::topics::pages::crumbs;

/// Texts on one page.
const PAGE: usize = 20;

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Params {
    avant: Option<i64>,
}

/// `GET /forum/messages/{id}/versions?avant=`: for those who may change the text, for a text may have been taken back
/// for what it said.
pub(super) async fn list(cx: RequestContext, Path(id): Path<PostId>, Query(asked): Query<Params>) -> Result<Response> {
    let found = find(&cx, id).await?;
    let (revisions, next) = page(&cx, &found, asked.avant).await?;
    let (reader, topic, post) = found;
    let url = url_of(id, "versions");
    cx.page(&RevisionsView {
        title: cx.t("forum-revisions-title"),
        breadcrumb: crumbs(&cx, Some(reader.category_of(&topic)?), Some(&topic), &cx.t("forum-revisions-title")),
        noindex: true,
        back_url: topic.url_at(post.number),
        revisions,
        pagination: Pages::new(asked.avant.map(|_| url.clone()), next.map(|number| format!("{url}?avant={number}"))),
    })
}

/// Returns a page of a post's texts from before the number `before`, and the number that the next page takes.
///
/// # Errors
/// Returns `is_forbidden` if the reader may not change the post.
pub(super) async fn page(
    cx: &RequestContext,
    (reader, topic, post): &(Reader, topics::Topic, Post),
    before: Option<i64>,
) -> Result<(Vec<RevisionView>, Option<i64>)> {
    reader.check_edit(topic, post)?;
    let mut rows = store::revisions(cx.db(), post.id, before, PAGE as u64 + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|(revision, _)| revision.number);
    Ok((views(cx, reader, post, rows).await?, next))
}

async fn views(
    cx: &RequestContext,
    reader: &Reader,
    post: &Post,
    rows: Vec<(Revision, String)>,
) -> Result<Vec<RevisionView>> {
    let before = match rows.last() {
        Some((oldest, _)) => store::published_before(cx.db(), post.id, oldest.number).await?,
        None => None,
    };
    // What was shown when this text was written: a refused text was never shown.
    let shown = |revision: &&Revision| revision.state == RevisionState::Published;
    let bases: Vec<_> = (1..=rows.len())
        .map(|older| rows[older..].iter().map(|(revision, _)| revision).find(shown).or(before.as_ref()))
        .collect();
    let written = rows.iter().map(|(revision, _)| revision).chain(&before);
    let sight = Sight::of(cx, reader, written.map(|revision| (post.topic_id, &revision.markdown))).await?;
    let text = |revision: &Revision| sight.markdown(post.topic_id, &revision.markdown);
    let title = |revision: &Revision| revision.title.clone().unwrap_or_default();
    let both = || bases.iter().zip(&rows);
    let texts = both().map(|(base, (now, _))| (text(base.unwrap_or(now)), text(now)));
    let titles = both().map(|(base, (now, _))| (title(base.unwrap_or(now)), title(now)));
    let whole: Vec<_> = rows.iter().map(|(revision, _)| text(revision)).collect();
    let mut texts = changes(texts.chain(titles).collect()).await?;
    let titles = texts.split_off(rows.len());
    let first: Vec<_> = bases.iter().map(Option::is_none).collect();
    let told = texts.into_iter().zip(titles).zip(first).zip(whole);
    let view = |((revision, author), (((text, title), first), whole)): ((Revision, String), _)| {
        view(post, (revision, AuthorName::new(cx, &author)), whole, text, title, first)
    };
    Ok(rows.into_iter().zip(told).map(view).collect())
}

fn view(
    post: &Post,
    (revision, author): (Revision, AuthorName),
    markdown: String,
    changes: Vec<Piece>,
    title: Vec<Piece>,
    first: bool,
) -> RevisionView {
    RevisionView {
        number: revision.number,
        author,
        created: revision.created_at,
        title,
        changes: (!first).then_some(changes),
        reason: revision.reason,
        state: match revision.state {
            RevisionState::Published => "visible",
            RevisionState::Proposed => "pending",
            RevisionState::Refused => "refused",
        },
        current: revision.number == post.revision,
        markdown,
    }
}
