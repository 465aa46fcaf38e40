//! What is printed of posts.

use atrium_core::Result;
use atrium_core::clock::Timestamp;
use atrium_core::files::Attachment;
use atrium_core::markup::SafeHtml;
use atrium_core::web::{self, AttachmentView, Crumb, FieldErrors, FileField, Pages, RequestContext, View};
use serde::Serialize;

use super::store::Row;
use super::{Piece, PostId, Quality, StateCause};
use crate::names::AuthorName;
use crate::reader::OnTopic;
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
    files: Vec<AttachmentView>,
    state: &'static str,
    state_note: String,
    state_note_lang: &'static str,
    question: bool,
    accepted: bool,
    /// `true` if it was rewritten since it was accepted.
    rewritten: bool,
    official: bool,
    version: i64,
    actions: PostActions,
}

/// Who wrote a post, and in what quality.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AuthorView {
    name: AuthorName,
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
    /// `true` if the post that may be deleted is the reader's own.
    own: bool,
    restore_url: Option<String>,
}

/// Returns the address of something about a post.
pub(crate) fn url_of(post: PostId, what: &str) -> String {
    format!("/forum/messages/{post}/{what}")
}

impl View for PostView {
    const TEMPLATE: &'static str = "forum/post";
}

/// Returns the post of `row` as the pages of `topic` print it to somebody to whom so much is `allowed`; `read` is its
/// text as this reader reads it, where that has to be worked out for them; `files` are the post's.
///
/// # Errors
/// Returns the error of the template.
pub(crate) fn post_piece(
    cx: &RequestContext,
    allowed: Allowed,
    topic: &topics::Topic,
    row: &Row,
    (read, files): (Option<SafeHtml>, &[&Attachment]),
) -> Result<web::Piece> {
    let post = &row.post;
    let of = (
        (post.id, post.version, post.write_key.as_str(), read.as_ref().map(SafeHtml::as_str)),
        (row.author_name.as_str(), row.establishment_name.as_deref(), post.quality.key()),
        (post.number, post.created_at, cx.age(post.created_at), post.edited_at),
        (post.state.as_str(), post.state_cause == StateCause::Flags, post.state_reason.as_str()),
        (topic.id, topic.title.as_str(), topic.is_rewritten(post)),
        (allowed, files.iter().map(|file| file.id).collect::<Vec<_>>()),
    );
    let html = || read.clone().unwrap_or_else(|| post.as_kept());
    cx.piece(&of, || PostView::new(cx, allowed, topic, row, (html(), files)))
}

/// What a reader may do with a post, and what it is to its topic and to them.
#[derive(Clone, Copy, Hash)]
pub(crate) struct Allowed {
    quote: bool,
    pub(crate) edit: bool,
    flag: bool,
    accept: bool,
    mark_official: bool,
    moderate: bool,
    restore: bool,
    own: bool,
    accepted: bool,
    official: bool,
}

impl Allowed {
    pub(crate) fn of(on: &OnTopic<'_>, topic: &topics::Topic, row: &Row) -> Self {
        let post = &row.post;
        let reply = post.number > 1 && post.state == State::Visible;
        let gone = matches!(post.state, State::Hidden | State::Deleted);
        let removes = || on.may_change(post, State::Hidden) || on.may_change(post, State::Deleted);
        Self {
            quote: post.state == State::Visible && on.may_answer(),
            edit: on.may_edit(post),
            flag: on.may_flag(post),
            accept: reply && on.may_accept(),
            mark_official: reply && on.may_mark_official(),
            moderate: !gone && removes(),
            restore: gone && on.may_change(post, State::Visible),
            own: on.is_author(post),
            accepted: topic.accepted_post_id == Some(post.id),
            official: topic.official_post_id == Some(post.id),
        }
    }
}

impl PostView {
    fn new(
        cx: &RequestContext,
        allowed: Allowed,
        topic: &topics::Topic,
        row: &Row,
        (html, files): (SafeHtml, &[&Attachment]),
    ) -> Self {
        let post = &row.post;
        Self {
            number: post.number,
            url: topic.url_at(post.number),
            author: AuthorView::new(cx, row),
            created: post.created_at,
            edited: post.edited_at,
            revisions_url: (post.edited_at.is_some() && allowed.edit).then(|| url_of(post.id, "versions")),
            body: Some(html),
            files: files.iter().map(|file| AttachmentView::new(cx, file)).collect(),
            state: post.state.as_str(),
            state_note: state_note(cx, post),
            state_note_lang: state_note_language(post),
            question: post.number == 1,
            accepted: allowed.accepted,
            rewritten: topic.is_rewritten(post),
            official: allowed.official,
            version: post.version,
            actions: PostActions::of(allowed, topic, post),
        }
    }
}

/// Returns why the post stands where it does: the reason that was given, or a word of ours for flags.
pub(crate) fn state_note(cx: &RequestContext, post: &super::Post) -> String {
    match post.state_cause {
        StateCause::Flags => cx.t("forum-hidden-by-flags"),
        StateCause::Said => post.state_reason.clone(),
    }
}

/// Returns the language of [`state_note`]; empty when it is the page's.
pub(crate) fn state_note_language(post: &super::Post) -> &'static str {
    match post.state_cause {
        StateCause::Flags => "",
        StateCause::Said => topics::FRENCH,
    }
}

/// Returns the author of a post and their quality.
pub(crate) fn author(cx: &RequestContext, row: &Row) -> (AuthorName, String) {
    let view = AuthorView::new(cx, row);
    let note = [view.role, view.place].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
    (view.name, note)
}

impl AuthorView {
    pub(crate) fn new(cx: &RequestContext, row: &Row) -> Self {
        let quality = &row.post.quality;
        let known = !quality.is_member();
        let name = AuthorName::new(cx, &row.author_name);
        let label = || {
            if quality.is_region() { cx.t("forum-quality-region") } else { badge(cx, quality) }
        };
        Self {
            initials: initials(name.shown()),
            name,
            role: if known { label() } else { String::new() },
            // Where pupils and parents belong is kept private.
            place: row.establishment_name.clone().filter(|_| known).unwrap_or_default(),
            official: quality.is_region(),
        }
    }
}

/// Returns the label of a badge; empty for the badge of a role that is gone.
fn badge(cx: &RequestContext, quality: &Quality) -> String {
    cx.built_in_role_name(quality.key()).unwrap_or_default()
}

fn initials(name: &str) -> String {
    let mut letters = name.split(|c: char| c.is_whitespace() || c == '-').filter_map(|word| word.chars().next());
    let (first, last) = (letters.next(), letters.next_back());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

impl PostActions {
    fn of(allowed: Allowed, topic: &topics::Topic, post: &super::Post) -> Self {
        let to = |may: bool, what: &str| may.then(|| url_of(post.id, what));
        Self {
            reply_url: allowed.quote.then(|| format!("{}?citer={}#repondre", topic.url(), post.number)),
            edit_url: to(allowed.edit, "modifier"),
            flag_url: to(allowed.flag, "signaler"),
            accept_url: to(allowed.accept && !allowed.accepted, "accepter"),
            unaccept_url: to(allowed.accept && allowed.accepted, "ne-plus-accepter"),
            official_url: to(allowed.mark_official && !allowed.official, "officielle"),
            unofficial_url: to(allowed.mark_official && allowed.official, "plus-officielle"),
            moderate_url: to(allowed.moderate, "moderer"),
            own: allowed.own,
            restore_url: to(allowed.restore, "restaurer"),
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
    /// `true` if this is their earlier proposal, which still waits.
    pub(super) proposed: bool,
    /// `true` if the text has marks in place of quotations that they may not read.
    pub(super) withholds: bool,
    /// `true` if the change removes the Region's mark.
    pub(super) unmarks: bool,
    pub(super) reviewed: bool,
    /// The text as it is now, when it changed while the author was writing.
    pub(super) conflict: Option<Conflict>,
    pub(super) form: EditFields,
    pub(super) files: Vec<EditedFile>,
    /// The field of files to add; absent while files cannot be added.
    pub(super) adding: Option<FileField>,
    pub(super) errors: FieldErrors,
    pub(super) preview: Option<SafeHtml>,
}

impl View for EditView {
    const TEMPLATE: &'static str = "forum/edit";
}

/// A file of the post, and where the form goes that takes it off.
#[derive(Serialize)]
pub(super) struct EditedFile {
    pub(super) name: String,
    pub(super) remove_url: String,
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
pub(in crate::posts) struct RevisionView {
    pub(in crate::posts) number: i64,
    pub(in crate::posts) author: AuthorName,
    pub(in crate::posts) created: Timestamp,
    /// Empty for a reply.
    pub(in crate::posts) title: Vec<Piece>,
    pub(in crate::posts) markdown: String,
    /// Empty for the first text.
    pub(in crate::posts) changes: Option<Vec<Piece>>,
    pub(in crate::posts) reason: String,
    pub(in crate::posts) state: &'static str,
    pub(in crate::posts) current: bool,
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
    /// `true` if it is another person's post, whose removal needs a reason.
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
