//! What is printed of posts.

use atrium_core::Message;
use atrium_core::clock::Timestamp;
use atrium_core::markup::SafeHtml;
use atrium_core::web::{Crumb, Cx, FieldErrors, Pages, View};
use serde::Serialize;

use super::store::Row;
use super::{Piece, PostId, Quality, StateCause};
use crate::reader::Reader;
use crate::state::State;
use crate::topics;

/// A post: `forum/post`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PostView {
    number: i64,
    url: String,
    author: AuthorView,
    created: Timestamp,
    edited: Option<Timestamp>,
    revisions_url: Option<String>,
    body: Option<SafeHtml>,
    state: &'static str,
    state_note: String,
    question: bool,
    accepted: bool,
    /// Was it rewritten since it was accepted?
    rewritten: bool,
    official: bool,
    version: i64,
    actions: PostActions,
}

/// Who wrote a post, and in what quality.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AuthorView {
    name: String,
    initials: String,
    role: String,
    place: String,
    official: bool,
}

/// Where forms about the post go; `null` where the reader may not.
#[derive(Clone, Debug, Default, Serialize)]
struct PostActions {
    reply_url: Option<String>,
    edit_url: Option<String>,
    flag_url: Option<String>,
    accept_url: Option<String>,
    unaccept_url: Option<String>,
    official_url: Option<String>,
    unofficial_url: Option<String>,
    moderate_url: Option<String>,
    /// Is what may be taken away one's own?
    own: bool,
    restore_url: Option<String>,
}

/// The address of something about a post.
pub(crate) fn url_of(post: PostId, what: &str) -> String {
    format!("/forum/messages/{post}/{what}")
}

impl PostView {
    pub(crate) fn new(cx: &Cx, reader: &Reader, topic: &topics::Model, row: &Row, html: SafeHtml) -> Self {
        let post = &row.post;
        let seen_edits = reader.may_edit(topic, post);
        Self {
            number: post.number,
            url: topic.url_at(post.number),
            author: AuthorView::new(cx, row),
            created: post.created_at,
            edited: post.edited_at,
            revisions_url: (post.edited_at.is_some() && seen_edits).then(|| url_of(post.id, "versions")),
            body: Some(html),
            state: post.state.as_str(),
            state_note: state_note(cx, post),
            question: post.number == 1,
            accepted: topic.accepted_post_id == Some(post.id),
            rewritten: topic.is_rewritten(post),
            official: topic.official_post_id == Some(post.id),
            version: post.version,
            actions: PostActions::of(reader, topic, post),
        }
    }
}

/// Why the post stands where it does: the reason that was given, or a word of ours for flags.
pub(crate) fn state_note(cx: &Cx, post: &super::Model) -> String {
    match post.state_cause {
        StateCause::Flags => cx.t("forum-hidden-by-flags"),
        StateCause::Said => post.state_reason.clone(),
    }
}

/// Who wrote a post, and in what quality, as two texts.
pub(crate) fn author(cx: &Cx, row: &Row) -> (String, String) {
    let view = AuthorView::new(cx, row);
    let note = [view.role, view.place].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
    (view.name, note)
}

impl AuthorView {
    pub(crate) fn new(cx: &Cx, row: &Row) -> Self {
        let quality = row.post.quality;
        let known = quality != Quality::Member;
        let label = || cx.message(&Message::new(format!("forum-quality-{}", quality.key())));
        Self {
            name: row.author_name.clone(),
            initials: initials(&row.author_name),
            role: if known { label() } else { String::new() },
            // Where pupils and parents belong is nobody's business.
            place: row.establishment_name.clone().filter(|_| known).unwrap_or_default(),
            official: quality == Quality::Region,
        }
    }
}

fn initials(name: &str) -> String {
    let mut letters = name.split(|c: char| c.is_whitespace() || c == '-').filter_map(|word| word.chars().next());
    let (first, last) = (letters.next(), letters.next_back());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

impl PostActions {
    fn of(reader: &Reader, topic: &topics::Model, post: &super::Model) -> Self {
        let to = |may: bool, what: &str| may.then(|| url_of(post.id, what));
        let reply = post.number > 1 && post.state == State::Visible;
        let accepted = topic.accepted_post_id == Some(post.id);
        let official = topic.official_post_id == Some(post.id);
        let accepts = reply && reader.may_accept(topic);
        let marks = reply && reader.may_mark_official(topic);
        let gone = matches!(post.state, State::Hidden | State::Deleted);
        let removes = reader.may_change(topic, post, State::Hidden) || reader.may_change(topic, post, State::Deleted);
        let quotes = post.state == State::Visible && reader.may_answer(topic);
        Self {
            reply_url: quotes.then(|| format!("{}?citer={}#repondre", topic.url(), post.number)),
            edit_url: to(reader.may_edit(topic, post), "modifier"),
            flag_url: to(reader.may_flag(topic, post), "signaler"),
            accept_url: to(accepts && !accepted, "accepter"),
            unaccept_url: to(accepts && accepted, "ne-plus-accepter"),
            official_url: to(marks && !official, "officielle"),
            unofficial_url: to(marks && official, "plus-officielle"),
            moderate_url: to(removes && !gone, "moderer"),
            own: reader.is_author(post),
            restore_url: to(gone && reader.may_change(topic, post, State::Visible), "restaurer"),
        }
    }
}

/// `/forum/messages/{id}/modifier`
#[derive(Serialize)]
pub(super) struct EditView {
    pub(super) title: String,
    pub(super) breadcrumb: Vec<Crumb>,
    pub(super) noindex: bool,
    pub(super) url: String,
    pub(super) cancel_url: String,
    pub(super) with_title: bool,
    /// Is this the change that they proposed before and that still waits?
    pub(super) proposed: bool,
    /// Do marks stand in the text for quotations that they may not read?
    pub(super) withholds: bool,
    pub(super) reviewed: bool,
    /// The text as it is now, when it changed while the author was writing.
    pub(super) conflict: Option<Conflict>,
    pub(super) form: EditFields,
    pub(super) errors: FieldErrors,
    pub(super) preview: Option<SafeHtml>,
}

impl View for EditView {
    const TEMPLATE: &'static str = "forum/edit";
}

#[derive(Serialize)]
pub(super) struct Conflict {
    pub(super) title: String,
    pub(super) body: String,
    pub(super) edited: Option<Timestamp>,
}

/// What was typed.
#[derive(Serialize)]
pub(super) struct EditFields {
    pub(super) title: String,
    pub(super) body: String,
    pub(super) reason: String,
    pub(super) version: i64,
}

/// `/forum/messages/{id}/versions`
#[derive(Serialize)]
pub(super) struct RevisionsView {
    pub(super) title: String,
    pub(super) breadcrumb: Vec<Crumb>,
    pub(super) noindex: bool,
    pub(super) back_url: String,
    pub(super) revisions: Vec<RevisionView>,
    pub(super) pagination: Pages,
}

impl View for RevisionsView {
    const TEMPLATE: &'static str = "forum/revisions";
}

#[derive(Serialize)]
pub(super) struct RevisionView {
    pub(super) number: i64,
    pub(super) author: String,
    pub(super) created: Timestamp,
    /// Empty for a reply.
    pub(super) title: Vec<Piece>,
    pub(super) markdown: String,
    /// Nothing for the first text.
    pub(super) changes: Option<Vec<Piece>>,
    pub(super) reason: String,
    pub(super) state: &'static str,
    pub(super) current: bool,
}

/// `/forum/messages/{id}/moderer`
#[derive(Serialize)]
pub(super) struct ModerateView {
    pub(super) title: String,
    pub(super) breadcrumb: Vec<Crumb>,
    pub(super) noindex: bool,
    pub(super) url: String,
    pub(super) cancel_url: String,
    pub(super) excerpt: String,
    pub(super) may_hide: bool,
    pub(super) may_delete: bool,
    /// Is it another's post, which goes for a reason?
    pub(super) says_why: bool,
    pub(super) form: ModerateFields,
    pub(super) errors: FieldErrors,
}

impl View for ModerateView {
    const TEMPLATE: &'static str = "forum/moderate";
}

#[derive(Serialize)]
pub(super) struct ModerateFields {
    pub(super) action: String,
    pub(super) reason: String,
    pub(super) version: i64,
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_the_first_and_the_last() {
        assert_eq!(initials("Élodie N’Guyen"), "ÉN");
        assert_eq!(initials("Jean-Baptiste d’Ornano"), "JD");
        assert_eq!(initials("Platon"), "P");
    }
}
