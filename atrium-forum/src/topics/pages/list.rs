//! Lists of topics: the whole forum's, and each category's.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use atrium_core::catalogue::Service;
use atrium_core::web::{Pages, Path, Piece, Query, RequestContext};
use atrium_core::{Result, access::Scope};
use axum::response::Response;
use serde::Deserialize;

use super::feed;
use super::view::{CategoryView, HomeView, ListView, ViewLink, crumbs, row_piece};
use crate::categories::{self, Category, CategoryId};
use crate::follow;
use crate::permissions::MANAGE_CATEGORIES;
use crate::reader::Reader;
use crate::review;
use crate::topics::store::{self, Cursor, Filter, Row, Wanted};
use crate::topics::{HOME, PAGE, Topic, TopicId};

/// Which part of a list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Params {
    filtre: Option<String>,
    avant: Option<String>,
}

/// A page of topics and the place of the next one.
pub(super) struct Page {
    pub(super) rows: Vec<Row>,
    pub(super) next: Option<Cursor>,
}

/// Returns a page of the topics that this reader sees.
pub(super) async fn page(
    cx: &RequestContext,
    reader: &Reader,
    category: Option<CategoryId>,
    filter: Filter,
    after: Option<Cursor>,
) -> Result<Page> {
    let rows = unmarked(cx, reader, category, filter, after).await?;
    let read = match reader.person() {
        Some(person) => follow::store::numbers(cx.db(), person, &ids(&rows)).await?,
        None => HashMap::new(),
    };
    Ok(Page::of(rows, &read))
}

/// Returns the topics of a page and the one after it, without how far the reader has read them.
async fn unmarked(
    cx: &RequestContext,
    reader: &Reader,
    category: Option<CategoryId>,
    filter: Filter,
    after: Option<Cursor>,
) -> Result<Vec<Row>> {
    let (rule, now, limit) = (reader.visibility(), cx.db().now(), PAGE + 1);
    let person = reader.person().filter(|_| matches!(filter, Filter::Unread | Filter::Mine));
    let wanted = Wanted { rule, reader: person, category, filter, after, limit, now };
    match filter {
        // What somebody has read changes without an event.
        Filter::Unread => store::list(cx.db(), wanted).await,
        Filter::Mine | Filter::All | Filter::Unanswered => Ok(listed(cx, wanted).await?.to_vec()),
    }
}

fn ids(rows: &[Row]) -> Vec<TopicId> {
    rows.iter().map(|row| row.topic.id).collect()
}

impl Page {
    /// Creates the page of `rows`, with how far the reader has `read` those that they have opened.
    fn of(mut rows: Vec<Row>, read: &HashMap<TopicId, i64>) -> Self {
        let length = usize::try_from(PAGE).expect("a page is short");
        let more = rows.len() > length;
        rows.truncate(length);
        for row in &mut rows {
            row.read_number = read.get(&row.topic.id).copied();
        }
        let next = rows.last().filter(|_| more).map(|row| Cursor::of(&row.topic));
        Self { rows, next }
    }

    /// Returns what its rows show besides what actions change: how each topic stands with the reader, and how old it is.
    fn standings(&self, cx: &RequestContext) -> impl Hash + use<> {
        let now = cx.actor().now();
        let row = |row: &Row| {
            let topic = &row.topic;
            (topic.id, topic.standing(row.read_number, now), cx.age(topic.last_visible_at))
        };
        (self.rows.iter().map(row).collect::<Vec<_>>(), self.next)
    }
}

/// Returns the newest topics that this reader sees, without what they have read of them.
pub(crate) async fn recent(cx: &RequestContext, reader: &Reader, limit: u64) -> Result<Arc<Vec<Row>>> {
    let (rule, now) = (reader.visibility(), cx.db().now());
    listed(cx, Wanted { rule, reader: None, category: None, filter: Filter::All, after: None, limit, now }).await
}

/// Returns the topics of a list as they are kept for those who see the same.
async fn listed(cx: &RequestContext, wanted: Wanted<'_>) -> Result<Arc<Vec<Row>>> {
    let Wanted { rule, reader, category, filter, after, limit, .. } = wanted;
    let of = (rule, reader, category, filter, after, limit);
    let bytes = |rows: &Vec<Row>| rows.len() * size_of::<Row>() * 2;
    cx.kept("forum/list", &of, bytes, store::list(cx.db(), wanted.clone())).await
}

impl Params {
    fn filter(&self) -> Filter {
        Filter::from_key(self.filtre.as_deref().unwrap_or_default())
    }

    fn cursor(&self) -> Result<Option<Cursor>> {
        self.avant.as_deref().map(Cursor::parse).transpose()
    }
}

/// `GET /forum`
pub(super) async fn home(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let reader = Reader::asking(&cx).await?;
    let filter = asked.filter();
    let topics = unmarked(&cx, &reader, None, filter, asked.cursor()?).await?;
    let (unread, read) = match reader.person() {
        Some(person) => {
            let now = cx.actor().now();
            let floor = cx.kept("forum/floor", &(), |_| 0, store::floor(cx.db(), now)).await?;
            store::reading(cx.db(), reader.visibility(), (person, now), *floor, &ids(&topics)).await?
        }
        None => Default::default(),
    };
    let page = Page::of(topics, &read);
    let moderates = reader.moderates_something();
    let waiting = if moderates { review::store::count(cx.db(), reader.moderation()).await? } else { 0 };
    let may_ask = reader.categories().any(|category| reader.may_ask(category));
    let may_manage = cx.actor().may(MANAGE_CATEGORIES, Scope::Platform);
    let unread = |category: &Category| unread.get(&category.id()).copied().unwrap_or_default();
    let view = async {
        let services = cx.atrium().catalogue().services();
        let category = |category: &Category| CategoryView {
            name: category.row.name.clone(),
            description: category.row.description.clone(),
            url: category.url(),
            topics: category.row.topics_public,
            unread: unread(category),
            service: service_name(&cx, &services, category),
        };
        Ok(HomeView {
            title: cx.t("forum-title"),
            description: cx.t("forum-home-lead"),
            ask_url: may_ask.then(|| "/forum/nouveau".to_owned()),
            views: views(&cx, &reader, HOME, filter),
            categories: reader.categories().map(category).collect(),
            topics: rows(&cx, &reader, &page, false)?,
            pagination: pagination(HOME, filter, &asked, page.next),
            manage_url: may_manage.then_some(categories::MANAGE),
            review_url: moderates.then_some(review::QUEUE),
            review_count: waiting,
        })
    };
    let categories: Vec<_> = reader.categories().map(|category| (category.id(), unread(category))).collect();
    let of = (page.standings(&cx), categories, (may_ask, may_manage, moderates, waiting));
    cx.steady_page(&of, [], view).await
}

/// `GET /forum/{category}`
pub(super) async fn show(
    cx: RequestContext,
    Path(slug): Path<String>,
    Query(asked): Query<Params>,
) -> Result<Response> {
    let reader = Reader::asking(&cx).await?;
    let category = reader.category_by_slug(&slug)?;
    let filter = asked.filter();
    let page = page(&cx, &reader, Some(category.id()), filter, asked.cursor()?).await?;
    let may_ask = reader.may_ask(category);
    let may_manage = cx.actor().may(MANAGE_CATEGORIES, Scope::Platform);
    let view = ListView {
        title: category.row.name.clone(),
        feed: feed::link(&cx, category),
        description: category.row.description.clone(),
        breadcrumb: crumbs(&cx, None, None, &category.row.name),
        ask_url: may_ask.then(|| format!("{}/nouveau", category.url())),
        ask_note: match (may_ask, reader.person()) {
            (true, _) => String::new(),
            (false, Some(_)) => cx.t("forum-ask-not-yours"),
            (false, None) => cx.t("forum-ask-signed-in"),
        },
        confidential: category.row.confidential,
        views: views(&cx, &reader, &category.url(), filter),
        topics: rows(&cx, &reader, &page, true)?,
        pagination: pagination(&category.url(), filter, &asked, page.next),
        help_url: category.row.service_key.as_deref().and_then(|service| cx.service_page(service)),
        service: category.row.service_key.clone(),
        disturbance: category.row.service_key.as_deref().and_then(|service| cx.disturbance(service)),
        edit_url: may_manage.then(|| format!("{}/{}", categories::MANAGE, category.row.slug)),
    };
    cx.page(&view)
}

/// Returns the rows of a list, of one category or of several.
fn rows(cx: &RequestContext, reader: &Reader, page: &Page, one_category: bool) -> Result<Vec<Piece>> {
    page.rows.iter().map(|row| row_piece(cx, reader, row, one_category)).collect()
}

fn service_name(cx: &RequestContext, services: &[Service], category: &Category) -> String {
    let key = category.row.service_key.as_deref();
    services
        .iter()
        .find(|service| Some(service.key.as_str()) == key)
        .map_or_else(String::new, |s| cx.service_name(s).to_owned())
}

fn views(cx: &RequestContext, reader: &Reader, url: &str, current: Filter) -> Vec<ViewLink> {
    let own = [(Filter::Unread, "forum-view-unread"), (Filter::Mine, "forum-view-mine")];
    let own = own.into_iter().filter(|_| reader.person().is_some());
    let all = [(Filter::All, "forum-view-all"), (Filter::Unanswered, "forum-view-unanswered")].into_iter().chain(own);
    let view = |(filter, label): (Filter, &'static str)| ViewLink {
        label: cx.t(label),
        url: filtered(url, filter),
        current: filter == current,
    };
    all.map(view).collect()
}

fn filtered(url: &str, filter: Filter) -> String {
    match filter {
        Filter::All => url.to_owned(),
        filter => format!("{url}?filtre={}", filter.key()),
    }
}

fn pagination(url: &str, filter: Filter, asked: &Params, next: Option<Cursor>) -> Pages {
    let url = filtered(url, filter);
    let mark = if url.contains('?') { '&' } else { '?' };
    // A list that moves has one way back that is always right: to its beginning.
    let previous = asked.avant.is_some().then(|| url.clone());
    Pages::new(previous, next.map(|cursor| format!("{url}{mark}avant={cursor}")))
}

impl Row {
    /// Returns the topic of the row.
    pub(crate) fn topic(&self) -> &Topic {
        &self.topic
    }
}
