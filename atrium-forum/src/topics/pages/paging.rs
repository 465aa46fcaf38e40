//! Pages of a topic. A page holds the posts whose numbers lie between two multiples of [`PAGE`], as far as its reader sees
//! them: it is the same page for every reader, and stays where it is when a post before it is hidden. Pages of which a
//! reader sees no post are passed over.

use std::sync::Arc;

use atrium_core::Result;
use atrium_core::access::Visibility;
use atrium_core::db::Connection;
use atrium_core::files::Attachment;
use atrium_core::web::{Pages, RequestContext};

use crate::attachments;
use crate::posts::store::{self, Place, Row};
use crate::posts::{PAGE, PostId};
use crate::reader::Reader;
use crate::topics::{Topic, first_of};

const LENGTH: i64 = PAGE.cast_signed();

/// The posts of one page.
pub(super) struct Part {
    pub(super) first: i64,
    pub(super) rows: Vec<Arc<Row>>,
    /// The files of all posts of the page.
    pub(super) kept: Arc<Kept>,
}

/// The posts of a page and their files, for everybody.
pub(super) struct Kept {
    rows: Vec<Arc<Row>>,
    files: Vec<(PostId, Attachment)>,
}

impl Kept {
    /// Returns the files of a post of the page.
    pub(super) fn files_of(&self, post: PostId) -> Vec<&Attachment> {
        self.files.iter().filter(|(of, _)| *of == post).map(|(_, file)| file).collect()
    }
}

/// What lies around a page, by the numbers of posts.
#[derive(Clone, Copy, Default, Hash)]
pub(super) struct Around {
    previous: Option<i64>,
    next: Option<i64>,
    /// The topic's last post, when it is on a later page.
    pub(super) last: Option<i64>,
    /// The first post that was not read, unless the page begins with it.
    pub(super) unread: Option<i64>,
}

impl Part {
    /// Returns the page of the post `number` of `topic`, or the nearest page of which `reader` sees a post.
    pub(super) async fn of(cx: &RequestContext, reader: &Reader, topic: &Topic, number: i64) -> Result<Self> {
        let first = first_of(number.min(topic.last_number));
        let part = seen(cx, reader, topic, first).await?;
        if !part.rows.is_empty() {
            return Ok(part);
        }
        let places = [Place::From(first), Place::Before(first)];
        let [after, before] = store::nearest(cx.db(), reader.visibility(), topic.id, places).await?;
        let first = first_of(after.or(before).unwrap_or(1));
        seen(cx, reader, topic, first).await
    }

    /// Returns what lies around it, for somebody who has not read the posts from `unread` on: no query in a topic
    /// of one page.
    pub(super) async fn around(
        &self,
        conn: &impl Connection,
        rule: &Visibility,
        topic: &Topic,
        unread: Option<i64>,
    ) -> Result<Around> {
        let after = self.first + LENGTH;
        if self.first == 1 && topic.last_number < after {
            let number = |row: &Arc<Row>| row.post.number;
            let unread = unread.and_then(|from| self.rows.iter().map(number).find(|number| *number >= from));
            return Ok(Around { unread: self.beyond_its_begin(unread), ..Around::default() });
        }
        let places = [
            Place::Before(self.first),
            Place::From(after),
            Place::Before(i64::MAX),
            Place::From(unread.unwrap_or(i64::MAX)),
        ];
        let [previous, next, last, unread] = store::nearest(conn, rule, topic.id, places).await?;
        let last = last.filter(|last| *last >= after);
        Ok(Around { previous, next, last, unread: self.beyond_its_begin(unread) })
    }

    fn beyond_its_begin(&self, number: Option<i64>) -> Option<i64> {
        number.filter(|number| self.rows.first().is_none_or(|row| row.post.number != *number))
    }
}

/// Returns the posts of the page that begins with the number `first`, as far as `reader` sees them. All of them are
/// kept, for everybody; the rule is asked of each.
async fn seen(cx: &RequestContext, reader: &Reader, topic: &Topic, first: i64) -> Result<Part> {
    let everything = Visibility::all();
    let read = async {
        let rows = store::between(cx.db(), &everything, topic.id, first, first + LENGTH - 1).await?;
        let posts: Vec<_> = rows.iter().map(|row| row.post.id).collect();
        let files = attachments::of(cx.db(), &posts).await?;
        Ok(Kept { rows: rows.into_iter().map(Arc::new).collect(), files })
    };
    let kept = cx.kept("forum/posts", &(topic.id, first), bytes, read).await?;
    let on = reader.on(topic);
    let rows = kept.rows.iter().filter(|row| on.sees_post(&row.post)).cloned().collect();
    Ok(Part { first, rows, kept })
}

fn bytes(kept: &Kept) -> usize {
    let one = |row: &Arc<Row>| row.post.markdown.bytes() + row.post.html.bytes() + 2 * size_of::<Row>();
    kept.rows.iter().map(one).sum::<usize>() + kept.files.len() * 2 * size_of::<Attachment>()
}

impl Around {
    /// Returns the links to them.
    pub(super) fn pages(&self, topic: &Topic) -> Pages {
        let page = |number: i64| topic.page_url(number);
        Pages::new(self.previous.map(page), self.next.map(page)).between(topic.url(), self.last.map(page))
    }
}
