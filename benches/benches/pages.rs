//! `article/*`: the help's article page through the whole router, beside what it could cost at most and at least.
//!
//! The floor is what one would write first: a handler that reads the article's row and renders a template, keeping
//! nothing. It renders the very bytes of the platform's own page, from the same pool of connections. The ceiling sends
//! these bytes from memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use atrium_benches::measure::{Case, measuring, side_by_side};
use atrium_benches::real_help;
use atrium_core::db::{Db, count_queries};
use atrium_core::directory::actions::{
    EstablishmentEdit, NewEstablishment, NewPerson, Place, create_establishment, create_person,
};
use atrium_core::directory::membership::Profile;
use atrium_core::directory::{PersonId, Uai, establishment};
use atrium_core::testing::{Client, TestSite};
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
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// An article without passages for some readers only.
const ARTICLE: &str = "/aide/casier/rendre-un-devoir";
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
    /// The page at `path`, read once.
    async fn new(name: &'static str, router: Router, path: &str, headers: HeaderMap) -> Self {
        let mut page = Self { name, router, path: path.to_owned(), headers, bytes: 0 };
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

/// The handler one would write first.
#[derive(Clone)]
struct Floor {
    db: Db,
    templates: Arc<Handlebars<'static>>,
}

impl Floor {
    /// Its template is the platform's page with holes where the article's row goes in.
    async fn router(db: &Db, page: &str) -> Router {
        let row = row(db, "casier", "rendre-un-devoir").await;
        let holes = [(blocks(&row).remove(0), "{{{html}}}"), (row.summary, "{{summary}}"), (row.title, "{{title}}")];
        let template = holes.into_iter().fold(page.to_owned(), |template, (text, hole)| {
            assert!(template.contains(&text), "the page shows `{text}`");
            template.replace(&text, hole)
        });
        let mut templates = Handlebars::new();
        templates.register_template_string("article", template).expect("the template is well formed");
        let floor = Self { db: db.clone(), templates: Arc::new(templates) };
        Router::new().route("/aide/{collection}/{slug}", get(Self::show)).with_state(floor)
    }

    async fn show(State(floor): State<Self>, Path((collection, slug)): Path<(String, String)>) -> Html<String> {
        let row = row(&floor.db, &collection, &slug).await;
        let html = blocks(&row).remove(0);
        let page = json!({"title": row.title, "summary": row.summary, "html": html});
        Html(floor.templates.render("article", &page).expect("the template renders"))
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

/// The article for a guest and for somebody signed in, with floor and ceiling.
async fn article_pages(site: &TestSite) -> Vec<Page> {
    let router: Router = site.atrium().router();
    let teacher = site.signed_in(teacher(site).await).await;
    // Pages kept are dropped by events: those of the teacher's making go by first.
    tokio::time::sleep(Duration::from_secs(2)).await;

    let warm = Page::new("article/warm", router.clone(), ARTICLE, HeaderMap::new()).await;
    let bytes = warm.fetch().await;
    let html = String::from_utf8(bytes.to_vec()).expect("pages are UTF-8");
    let floor = Floor::router(site.atrium().db(), &html).await;
    let floor = Page::new("article/floor_axum_handlebars_sqlite", floor, ARTICLE, HeaderMap::new()).await;
    assert_eq!(floor.fetch().await, bytes, "the floor renders the same page");
    let memory = Router::new().route(ARTICLE, get(move || async move { Html(bytes) }));
    let memory = Page::new("article/ceiling_axum_memory", memory, ARTICLE, HeaderMap::new()).await;
    let brotli = HeaderMap::from_iter([(ACCEPT_ENCODING, "br".parse().expect("a header"))]);
    let brotli = Page::new("article/warm_brotli", router.clone(), ARTICLE, brotli).await;
    let signed_in = Page::new("article/signed_in", router, ARTICLE, headers(&teacher)).await;
    let (_, queries) = count_queries(signed_in.read()).await;
    println!("article: {} bytes, {} as brotli; signed in: {queries} queries", warm.bytes, brotli.bytes);
    vec![floor, warm, brotli, signed_in, memory]
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let site = runtime.block_on(TestSite::builder().plugin(Help::from_dir(real_help())).start());
    let pages = runtime.block_on(article_pages(&site));

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
        let title = format!("article page, {AT_ONCE} readers at once (wanted: warm ≥ 50 % of the floor)");
        side_by_side(&title, 7, pages.iter().map(case).collect());
    }
}
