//! `article/*`, `topic/*`: an article of the help and a topic of twenty posts through the whole router, beside what
//! such pages could cost.
//!
//! The floor is what one would write first: a handler that reads the page's rows and renders a template, keeping
//! nothing. It renders the very bytes of the platform's own page, from the same pool of connections. The ceiling sends
//! these bytes from memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use atrium_benches::measure::{Case, measuring, side_by_side};
use atrium_benches::real_help;
use atrium_core::access::Actor;
use atrium_core::db::{Db, count_queries};
use atrium_core::directory::actions::{
    EstablishmentEdit, NewEstablishment, NewPerson, Place, create_establishment, create_person,
};
use atrium_core::directory::membership::Profile;
use atrium_core::directory::{PersonId, Uai, establishment};
use atrium_core::testing::{Client, TestSite};
use atrium_forum::Forum;
use atrium_forum::categories::{self, CategoryInput, Name, Slug};
use atrium_forum::posts::actions::NewReply;
use atrium_forum::posts::{self as forum_posts, Body as PostBody, WriteKey};
use atrium_forum::topics::actions::NewTopic;
use atrium_forum::topics::{self, Kind, Title, TopicId};
use atrium_help::Help;
use atrium_help::articles::article;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, State};
use axum::http::header::ACCEPT_ENCODING;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Html;
use axum::routing::get;
use criterion::Criterion;
use handlebars::Handlebars;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// An article without passages for some readers only.
const ARTICLE: &str = "/aide/casier/rendre-un-devoir";
/// Posts of the topic: one page.
const POSTS: usize = 20;
/// Requests under way at once.
const AT_ONCE: usize = 8;
/// How long a case runs before it is the next one's turn.
const TURN: Duration = Duration::from_millis(500);

/// A page as somebody asks for it again and again.
#[derive(Clone)]
struct Page {
    name: &'static str,
    router: Router,
    path: String,
    headers: HeaderMap,
    bytes: usize,
}

impl Page {
    /// The page at `path`, read twice: the first time a topic notes what was read.
    async fn new(name: &'static str, router: Router, path: &str, headers: HeaderMap) -> Self {
        let mut page = Self { name, router, path: path.to_owned(), headers, bytes: 0 };
        page.fetch().await;
        page.bytes = page.fetch().await.len();
        page
    }

    async fn fetch(&self) -> Bytes {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = self.path.parse().expect("an address");
        request.headers_mut().clone_from(&self.headers);
        let response = self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        assert_eq!(response.status(), StatusCode::OK, "{}", self.name);
        to_bytes(response.into_body(), usize::MAX).await.expect("a whole page")
    }

    async fn read(&self) {
        assert_eq!(self.fetch().await.len(), self.bytes, "{}", self.name);
    }

    /// Pages a second, with [`AT_ONCE`] readers.
    async fn rate(&self) -> f64 {
        let start = Instant::now();
        let readers = (0..AT_ONCE).map(|_| {
            let page = self.clone();
            tokio::spawn(async move {
                let mut done = 0_u32;
                while start.elapsed() < TURN {
                    page.read().await;
                    done += 1;
                }
                done
            })
        });
        let mut done = 0;
        for reader in readers.collect::<Vec<_>>() {
            done += reader.await.expect("a reader does not panic");
        }
        f64::from(done) / start.elapsed().as_secs_f64()
    }
}

/// The handlers one would write first.
#[derive(Clone)]
struct Floor {
    db: Db,
    templates: Arc<Handlebars<'static>>,
}

impl Floor {
    /// The template is the platform's page with `holes` where the text of rows goes in.
    fn new<'a>(db: &Db, page: &str, holes: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let template = holes.into_iter().fold(page.to_owned(), |template, (text, hole)| {
            assert!(template.contains(text), "the page shows `{text}`");
            template.replace(text, &hole)
        });
        let mut templates = Handlebars::new();
        templates.register_template_string("page", template).expect("the template is well formed");
        Self { db: db.clone(), templates: Arc::new(templates) }
    }

    async fn of_article(db: &Db, page: &str) -> Router {
        let row = row(db, "casier", "rendre-un-devoir").await;
        let html = blocks(&row).remove(0);
        let holes = [(html.as_str(), "{{{html}}}"), (&row.summary, "{{summary}}"), (&row.title, "{{title}}")];
        let floor = Self::new(db, page, holes.map(|(text, hole)| (text, hole.to_owned())));
        Router::new().route("/aide/{collection}/{slug}", get(Self::article)).with_state(floor)
    }

    async fn article(State(floor): State<Self>, Path((collection, slug)): Path<(String, String)>) -> Html<String> {
        let row = row(&floor.db, &collection, &slug).await;
        let html = blocks(&row).remove(0);
        floor.html(&json!({"title": row.title, "summary": row.summary, "html": html}))
    }

    async fn of_topic(db: &Db, page: &str, topic: TopicId) -> Router {
        let posts = posts(db, topic).await;
        assert_eq!(posts.len(), POSTS);
        let holes = posts.iter().enumerate().map(|(at, html)| (html.as_str(), format!("{{{{{{posts.[{at}]}}}}}}")));
        let floor = Self::new(db, page, holes);
        Router::new().route("/forum/sujets/{id}", get(Self::topic)).with_state((floor, topic))
    }

    async fn topic(State((floor, topic)): State<(Self, TopicId)>) -> Html<String> {
        let posts = posts(&floor.db, topic).await;
        floor.html(&json!({"posts": posts}))
    }

    fn html(&self, page: &Value) -> Html<String> {
        Html(self.templates.render("page", page).expect("the template renders"))
    }
}

async fn row(db: &Db, collection: &str, slug: &str) -> article::Model {
    let query = article::Entity::find()
        .filter(article::Column::Collection.eq(collection))
        .filter(article::Column::Slug.eq(slug));
    query.one(db).await.expect("the database answers").expect("the article is there")
}

/// The HTML kept in the row.
fn blocks(row: &article::Model) -> Vec<String> {
    let mut rendered: Value = serde_json::from_str(&row.rendered).expect("the row holds JSON");
    let blocks = rendered["blocks"].as_array_mut().expect("blocks");
    blocks.iter_mut().filter_map(|block| Some(block["html"].take().as_str()?.to_owned())).collect()
}

/// The rendered texts of the topic's posts.
async fn posts(db: &Db, topic: TopicId) -> Vec<String> {
    let sql = "SELECT html FROM atrium_forum_post WHERE topic_id = $1 ORDER BY number LIMIT 20";
    let query = Statement::from_sql_and_values(db.get_database_backend(), sql, [topic.0.into()]);
    let rows = db.query_all_raw(query).await.expect("the database answers");
    rows.iter().map(|row| row.try_get("", "html").expect("a text")).collect()
}

/// A topic of [`POSTS`] posts that everybody may read.
async fn topic(site: &TestSite, author: &Actor) -> (TopicId, String) {
    let db = site.atrium().db();
    let open = CategoryInput::new(Slug::parse("essais").expect("a slug"), Name::parse("Essais").expect("a name"));
    let category = categories::actions::create(db, &site.system(), open).await.expect("a category can be made");
    let question = NewTopic {
        category,
        title: Title::parse("Comment prêter les tablettes aux élèves ?").expect("a title"),
        kind: Kind::Question,
        body: post_text(1),
        establishment: None,
        confidential: false,
        key: WriteKey::fresh(),
    };
    let topic = topics::actions::ask(db, author, question).await.expect("they may ask").topic;
    for number in 2..=POSTS {
        let reply = NewReply { body: post_text(number), key: WriteKey::fresh() };
        forum_posts::actions::reply(db, author, topic, reply).await.expect("they may reply");
    }
    let url = topics::store::find(db, topic).await.expect("the topic is there").url();
    (topic, url)
}

fn post_text(number: usize) -> PostBody {
    let text = format!(
        "Message {number}. Dans notre lycée, nous tenons la liste des tablettes **par classe**, avec une convention \
         signée.\n\n- une étiquette sur chaque tablette\n- un chargeur par élève\n\nVoyez [la procédure](/aide/procedures)."
    );
    PostBody::parse(&text).expect("a text")
}

/// A teacher of a school.
async fn teacher(site: &TestSite) -> PersonId {
    let digits = 139_000;
    let uai: Uai = format!("{digits:07}{}", Uai::check_letter(digits)).parse().expect("the letter is right");
    let description = EstablishmentEdit {
        name: "Lycée d’essai".to_owned(),
        kind: establishment::Kind::Lycee,
        city: "Marseille".to_owned(),
    };
    let (access, system) = (site.atrium().access(), site.system());
    let school = create_establishment(site.atrium().db(), &system, NewEstablishment::new(uai, description)).await;
    let place = Place::Member(school.expect("a school can be made"), Profile::Teacher);
    create_person(access, &system, NewPerson::new(place, "Camille", "Essai")).await.expect("a person can be made")
}

fn headers(client: &Client) -> HeaderMap {
    let request = client.request(Method::GET, ARTICLE).body(()).expect("a request");
    request.headers().clone()
}

/// The page at `path` for a guest, warm, and for somebody signed in, between the floor and the ceiling.
struct Cases {
    site: Router,
    path: String,
    signed_in: HeaderMap,
}

impl Cases {
    /// The platform's page, as a guest reads it.
    async fn html(&self) -> (Bytes, String) {
        let bytes = Page::new("page", self.site.clone(), &self.path, HeaderMap::new()).await.fetch().await;
        let html = String::from_utf8(bytes.to_vec()).expect("pages are UTF-8");
        (bytes, html)
    }

    async fn pages(self, names: [&'static str; 5], floor: Router) -> Vec<Page> {
        let Self { site, path, signed_in } = self;
        let page = |name, router: &Router, headers| Page::new(name, router.clone(), &path, headers);
        let warm = page(names[1], &site, HeaderMap::new()).await;
        let bytes = warm.fetch().await;
        let floor = page(names[0], &floor, HeaderMap::new()).await;
        assert_eq!(floor.fetch().await, bytes, "the floor renders the same page");
        let brotli = HeaderMap::from_iter([(ACCEPT_ENCODING, "br".parse().expect("a header"))]);
        let brotli = page(names[2], &site, brotli).await;
        let signed_in = page(names[3], &site, signed_in).await;
        let memory = Router::new().route(&path, get(move || async move { Html(bytes) }));
        let memory = page(names[4], &memory, HeaderMap::new()).await;
        let (_, queries) = count_queries(signed_in.read()).await;
        println!("{path}: {} bytes, {} as brotli; signed in: {queries} queries", warm.bytes, brotli.bytes);
        vec![floor, warm, brotli, signed_in, memory]
    }
}

const ARTICLE_CASES: [&str; 5] = [
    "article/floor_axum_handlebars_sqlite",
    "article/guest_warm",
    "article/guest_warm_brotli",
    "article/signed_in",
    "article/ceiling_axum_memory",
];
const TOPIC_CASES: [&str; 5] = [
    "topic/floor_axum_handlebars_sqlite",
    "topic/guest_warm",
    "topic/guest_warm_brotli",
    "topic/signed_in",
    "topic/ceiling_axum_memory",
];

/// Every page of the bench.
async fn pages(site: &TestSite) -> Vec<Page> {
    let router: Router = site.atrium().router();
    let teacher = site.signed_in(teacher(site).await).await;
    let (topic, url) = topic(site, teacher.actor()).await;
    let cases = |path: &str| Cases { site: router.clone(), path: path.to_owned(), signed_in: headers(&teacher) };
    // Events drop the pages kept: those of what was just made go by first.
    tokio::time::sleep(Duration::from_secs(2)).await;

    let article = cases(ARTICLE);
    let floor = Floor::of_article(site.atrium().db(), &article.html().await.1).await;
    let mut pages = article.pages(ARTICLE_CASES, floor).await;
    let conversation = cases(&url);
    let floor = Floor::of_topic(site.atrium().db(), &conversation.html().await.1, topic).await;
    pages.extend(conversation.pages(TOPIC_CASES, floor).await);
    pages
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let site =
        runtime.block_on(TestSite::builder().plugin(Help::from_dir(real_help())).plugin(Forum::default()).start());
    let pages = runtime.block_on(pages(&site));

    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    for page in &pages {
        criterion.bench_function(page.name, |b| b.to_async(&runtime).iter(|| page.read()));
    }
    criterion.final_summary();

    if measuring() {
        let case = |page: &Page| {
            let (page, runtime) = (page.clone(), &runtime);
            Case::new(page.name, move || runtime.block_on(page.rate()))
        };
        // The first case, of which the others are shares, is the article's floor.
        let title = format!("pages, {AT_ONCE} readers at once (wanted: article warm ≥ 50 %, topic warm ≥ 25 %)");
        side_by_side(&title, 7, pages.iter().map(case).collect());
    }
}
