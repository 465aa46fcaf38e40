//! `home/*`, `forum/*`, `article/*`, `topic/*`: four pages through the whole router, beside what such pages could cost.
//!
//! The floor is the obvious implementation: a handler that reads the page's rows and renders a template, without a
//! cache. It renders the very bytes of the platform's own page, from the same pool of connections. The ceiling
//! sends these bytes from memory.

mod floors;

use std::time::{Duration, Instant};

use atrium_benches::measure::{Case, measuring, side_by_side};
use atrium_benches::{ROLES, SERVICES, real_help};
use atrium_core::access::Actor;
use atrium_core::db::count_queries;
use atrium_core::directory::actions::{EstablishmentEdit, NewEstablishment, NewPerson, Place};
use atrium_core::directory::{EstablishmentKind, PersonId, Profile, Uai};
use atrium_core::testing::{Client, TestSite};
use atrium_forum::Forum;
use atrium_forum::categories::{CategoryInput, Name, Slug};
use atrium_forum::posts::actions::NewReply;
use atrium_forum::posts::{Body as PostBody, WriteKey};
use atrium_forum::topics::actions::NewTopic;
use atrium_forum::topics::{Kind, Title, TopicId};
use atrium_help::Help;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::ACCEPT_ENCODING;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Html;
use axum::routing::get;
use criterion::Criterion;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// The portal's allocator, for the floors as well.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An article without passages for some readers only.
const ARTICLE: &str = "/aide/casier/rendre-un-devoir";
/// Posts of the topic: one page.
const POSTS: usize = 20;
/// Topics beside it: more than a page of them.
const TOPICS: usize = 24;
/// Requests under way at once.
const AT_ONCE: usize = 8;
/// The time that a case runs before the next one.
const TURN: Duration = Duration::from_millis(500);

/// A page that is requested again and again.
#[derive(Clone)]
struct Page {
    name: &'static str,
    router: Router,
    path: String,
    headers: HeaderMap,
    bytes: usize,
}

impl Page {
    /// Creates the page at `path`, read twice: the first time a topic notes what was read.
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

    /// Returns the pages per second, with [`AT_ONCE`] readers.
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

/// Returns a forum of one category with a page of topics, and a topic of [`POSTS`] posts that everybody may read.
async fn forum(site: &TestSite, author: &Actor) -> (TopicId, String) {
    let db = site.atrium().db();
    let open = CategoryInput::new(Slug::parse("essais").expect("a slug"), Name::parse("Essais").expect("a name"));
    let category = Forum::of(db).categories().create(&site.system(), open).await.expect("a category can be made");
    let question = |title: String| NewTopic {
        category,
        title: Title::parse(&title).expect("a title"),
        kind: Kind::Question,
        body: post_text(1),
        establishment: None,
        confidential: false,
        files: Vec::new(),
        key: WriteKey::fresh(),
    };
    for number in 1..=TOPICS {
        let title = format!("Où ranger les tablettes de la salle {number} ?");
        Forum::of(db).topics().create(author, question(title)).await.expect("they may ask");
    }
    let title = "Comment prêter les tablettes aux élèves ?".to_owned();
    let topic = Forum::of(db).topics().create(author, question(title)).await.expect("they may ask").topic;
    for number in 2..=POSTS {
        let reply = NewReply { body: post_text(number), files: Vec::new(), key: WriteKey::fresh() };
        Forum::of(db).posts().reply(author, topic, reply).await.expect("they may reply");
    }
    let url = Forum::of(db).topics().find(author, topic).await.expect("the topic is there").url();
    (topic, url)
}

fn post_text(number: usize) -> PostBody {
    let text = format!(
        "Message {number}. Dans notre lycée, nous tenons la liste des tablettes **par classe**, avec une convention \
         signée.\n\n- une étiquette sur chaque tablette\n- un chargeur par élève\n\nVoyez [la procédure](/aide/procedures)."
    );
    PostBody::parse(&text).expect("a text")
}

/// Returns a teacher of a school.
async fn teacher(site: &TestSite) -> PersonId {
    let digits = 139_000;
    let uai: Uai = format!("{digits:07}{}", Uai::check_letter(digits)).parse().expect("the letter is right");
    let description = EstablishmentEdit {
        name: "Lycée d’essai".to_owned(),
        kind: EstablishmentKind::Lycee,
        city: "Marseille".to_owned(),
    };
    let (access, system) = (site.atrium().access(), site.system());
    let school = site.atrium().directory().create_establishment(&system, NewEstablishment::new(uai, description)).await;
    let place = Place::Member(school.expect("a school can be made"), Profile::Teacher);
    access
        .directory()
        .create_person(&system, NewPerson::new(place, "Camille", "Essai"))
        .await
        .expect("a person can be made")
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
    /// Returns the platform's page, as somebody signed in reads it.
    async fn html(&self) -> String {
        let page = Page::new("page", self.site.clone(), &self.path, self.signed_in.clone()).await;
        String::from_utf8(page.fetch().await.to_vec()).expect("pages are UTF-8")
    }

    async fn pages(self, names: &[&'static str; 5], floor: Router, html: String) -> Vec<Page> {
        let Self { site, path, signed_in } = self;
        let page = |name, router: &Router, headers| Page::new(name, router.clone(), &path, headers);
        let floor = page(names[0], &floor, HeaderMap::new()).await;
        assert_eq!(floor.fetch().await, html, "the floor renders the same page");
        let signed_in = page(names[1], &site, signed_in).await;
        assert_eq!(signed_in.bytes, html.len());
        let warm = page(names[2], &site, HeaderMap::new()).await;
        let brotli = HeaderMap::from_iter([(ACCEPT_ENCODING, "br".parse().expect("a header"))]);
        let brotli = page(names[3], &site, brotli).await;
        let memory = Router::new().route(&path, get(move || async move { Html(Bytes::from(html)) }));
        let memory = page(names[4], &memory, HeaderMap::new()).await;
        let (_, queries) = count_queries(signed_in.read()).await;
        println!("{path}: {} bytes, {} as brotli; signed in: {queries} queries", signed_in.bytes, brotli.bytes);
        vec![floor, signed_in, warm, brotli, memory]
    }
}

/// The names of a page's cases.
macro_rules! names {
    ($page:literal) => {
        &[
            concat!($page, "/floor_axum_handlebars_sqlite"),
            concat!($page, "/signed_in"),
            concat!($page, "/guest_warm"),
            concat!($page, "/guest_warm_brotli"),
            concat!($page, "/ceiling_axum_memory"),
        ]
    };
}

/// Returns every page of the bench.
async fn pages(site: &TestSite) -> Vec<Page> {
    let db = site.atrium().db();
    let router: Router = site.atrium().router();
    let teacher = site.signed_in(teacher(site).await).await;
    let (topic, url) = forum(site, teacher.actor()).await;
    let cases = |path: &str| Cases { site: router.clone(), path: path.to_owned(), signed_in: headers(&teacher) };
    // Events drop the pages kept: those of what was just made go by first.
    tokio::time::sleep(Duration::from_secs(2)).await;

    // First, for reading it changes what the lists say of it.
    let conversation = cases(&url);
    let conversation_html = conversation.html().await;

    let mut pages = Vec::new();
    let home = cases("/");
    let html = home.html().await;
    pages.extend(home.pages(names!("home"), floors::of_home(db, "/", &html).await, html).await);
    let forum = cases("/forum");
    let html = forum.html().await;
    pages.extend(forum.pages(names!("forum"), floors::of_forum(db, "/forum", &html).await, html).await);
    let article = cases(ARTICLE);
    let html = article.html().await;
    pages.extend(article.pages(names!("article"), floors::of_article(db, ARTICLE, &html).await, html).await);
    let floor = floors::of_topic(db, &url, &conversation_html, topic).await;
    pages.extend(conversation.pages(names!("topic"), floor, conversation_html).await);
    pages
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let site =
        TestSite::builder().with(|builder| builder.services("services.toml", SERVICES).roles("roles.toml", ROLES));
    let site = runtime.block_on(site.plugin(Help::from_dir(real_help())).plugin(Forum::default()).start());
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
            let is_floor = page.name.contains("/floor");
            let case = Case::new(page.name, move || runtime.block_on(page.rate()));
            if is_floor { case.as_floor() } else { case }
        };
        let title = format!("pages, {AT_ONCE} readers at once (wanted: signed in ≥ 40 % of the page's floor)");
        side_by_side(&title, 7, pages.iter().map(case).collect());
    }
}
