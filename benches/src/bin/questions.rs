//! `questions/*`: the judged questions, as people typed them, over the real help through the whole router, over 20,000
//! sections, and over as many posts as `ATRIUM_BENCH_POSTS` says.

use std::time::{Duration, Instant};

use atrium_benches::corpus::Corpus;
use atrium_benches::measure::{Percentiles, processor_time};
use atrium_benches::posts::{POSTS, Topics, reader};
use atrium_benches::{ROLES, SERVICES, judged_questions, real_help};
use atrium_core::access::Visibility;
use atrium_core::search::{Change, Checkpoint, SearchDocument, SearchEngine, SearchRequest, Synonyms};
use atrium_core::testing::TestSite;
use atrium_forum::Forum;
use atrium_help::Help;
use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// The portal's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each question is asked.
const ROUNDS: usize = 5;
/// Topics given to the index at once.
const AT_ONCE: usize = 200;

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

/// Returns the page at `path` asked of the router, with how long it took.
async fn ask(router: &Router, path: String) -> Duration {
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let start = Instant::now();
    let response = router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
    assert_eq!(response.status(), StatusCode::OK);
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a whole answer");
    let took = start.elapsed();
    assert!(!body.is_empty());
    took
}

/// Asks everything [`ROUNDS`] times, once before that to be told apart: what each question costs that was not asked before.
/// Prints the mean processor time as well, and the percentiles of each question's best time: a busy machine disturbs
/// both less.
fn print(name: &str, wanted: &str, questions: &[String], mut ask: impl FnMut(&str) -> Duration) {
    let first: Vec<_> = questions.iter().map(|question| ask(question)).collect();
    let before = processor_time();
    let asked = (0..ROUNDS).flat_map(|_| questions);
    let samples: Vec<_> = asked.map(|question| ask(question)).collect();
    let spent = processor_time().zip(before).map_or(Duration::ZERO, |(after, before)| after - before);
    let each = spent / u32::try_from(samples.len()).unwrap_or(u32::MAX).max(1);
    let best = |question: usize| samples.iter().skip(question).step_by(questions.len()).min().copied();
    let best = Percentiles::of((0..questions.len()).filter_map(best).collect());
    println!("  {name:<34} {}  processor {each:>9.2?}{wanted}", Percentiles::of(samples));
    println!("  {:<34} {best}", "  best of each");
    println!("  {:<34} {}", "  asked the first time", Percentiles::of(first));
}

/// Returns a question put to the engine, as somebody who sees the help and what `forum` lets through.
fn search(engine: &SearchEngine, text: &str, forum: &Visibility) -> Duration {
    answer(engine, SearchRequest::new(text), forum)
}

/// Returns what is like a title put to the engine, as the forum asks for it while the title is typed.
fn similar(engine: &SearchEngine, title: &str, forum: &Visibility) -> Duration {
    answer(engine, SearchRequest::like(title).page(5, 0), forum)
}

fn answer(engine: &SearchEngine, request: SearchRequest, forum: &Visibility) -> Duration {
    let request = request.visible("help", Visibility::all()).visible("forum", forum.clone());
    let start = Instant::now();
    let answer = engine.search_blocking(&request.in_locale("fr")).expect("the engine answers");
    let took = start.elapsed();
    assert!(answer.hits.len() <= answer.total);
    took
}

fn suggest(engine: &SearchEngine, text: &str, forum: &Visibility) -> Duration {
    let request = SearchRequest::new(text).visible("help", Visibility::all()).visible("forum", forum.clone());
    let start = Instant::now();
    let found = engine.suggest_blocking(&request.page(6, 0)).expect("the engine answers");
    let took = start.elapsed();
    assert!(found.len() <= 6);
    took
}

/// Asks the real help, as a visitor of the site.
fn over_the_real_help(runtime: &Runtime, questions: &[String]) {
    let site =
        TestSite::builder().with(|builder| builder.services("services.toml", SERVICES).roles("roles.toml", ROLES));
    let site = runtime.block_on(site.plugin(Help::from_dir(real_help())).plugin(Forum::default()).start());
    runtime.block_on(site.settle());
    let router: Router = site.atrium().router();
    let engine = site.atrium().search().clone();
    println!("{} questions over the real help, {} passages", questions.len(), engine.len());
    print("questions/aide_engine", "", questions, |question| search(&engine, question, &Visibility::none()));
    for (name, path) in [("questions/aide_api", "/api/v1/search"), ("questions/aide_page", "/recherche")] {
        print(name, "  (wanted: p50 ≤ 1 ms, p99 ≤ 3 ms)", questions, |question| {
            runtime.block_on(ask(&router, format!("{path}?q={}", encoded(question))))
        });
    }
}

/// Asks 20,000 sections, in the words of the real help and in invented ones.
fn over_many_sections(runtime: &Runtime, questions: &[String]) {
    let dir = TempDir::new().expect("a temporary directory");
    let content = dir.path().join("aide");
    Corpus::new(4_000, 20).write(&content).expect("the help is written");
    let site =
        TestSite::builder().with(|builder| builder.services("services.toml", SERVICES).roles("roles.toml", ROLES));
    let site = runtime.block_on(site.plugin(Help::from_dir(&content)).start());
    runtime.block_on(site.settle());
    let engine = site.atrium().search().clone();
    println!("{} questions over {} sections", questions.len(), engine.len());
    print("questions/sections_engine", "  (wanted: p50 ≤ 2 ms, p99 ≤ 8 ms)", questions, |question| {
        search(&engine, question, &Visibility::none())
    });
    let router: Router = site.atrium().router();
    print("questions/sections_api", "", questions, |question| {
        runtime.block_on(ask(&router, format!("/api/v1/search?q={}", encoded(question))))
    });
}

/// Asks long articles, whose length does not raise the cost of a query.
fn over_long_articles(runtime: &Runtime, questions: &[String]) {
    let engine = SearchEngine::in_memory(Synonyms::french()).expect("an index in memory");
    let text = questions.join(". ").repeat(800_000 / 12_000);
    let article = |number: usize| {
        let subject = format!("help:{number}");
        let title = format!("Un article démesuré {number}");
        let document = SearchDocument { kind: "help".into(), title, body: text.clone(), ..SearchDocument::default() };
        Change::Put { subject, documents: vec![document] }
    };
    runtime.block_on(engine.apply((0..3).map(article).collect())).expect("written");
    runtime.block_on(engine.commit(Checkpoint("1".into()))).expect("committed");
    println!("three articles of {} kB", text.len() / 1000);
    print("questions/long_articles", "", questions, |question| search(&engine, question, &Visibility::none()));
}

/// Returns the resident memory of the process in MB: now, and its peak.
fn resident() -> (usize, usize) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<usize>().ok()
    };
    (of("VmRSS:").unwrap_or(0) / 1024, of("VmHWM:").unwrap_or(0) / 1024)
}

/// Asks a forum of the size of a region, put into an index directly.
fn over_a_region(runtime: &Runtime, questions: &[String], posts: usize) {
    let dir = TempDir::new().expect("a temporary directory");
    let engine = runtime.block_on(SearchEngine::open(dir.path(), Synonyms::french())).expect("an index");
    let topics = Topics::new(1);
    let start = Instant::now();
    let rebuild = runtime.block_on(engine.rebuild()).expect("a new index");
    let numbers: Vec<usize> = (0..posts / POSTS).collect();
    for numbers in numbers.chunks(AT_ONCE) {
        let changes = numbers.iter().map(|number| topics.topic(*number)).collect();
        runtime.block_on(rebuild.apply(changes)).expect("written");
    }
    runtime.block_on(rebuild.finish(Checkpoint("1".into()))).expect("finished");
    println!("{} posts indexed in {:.1?}, memory {:?} MB (now, most)", engine.len(), start.elapsed(), resident());
    let visitor = Visibility::any_of([reader(0).clauses()[0].clone()]);
    let common =
        ["connexion", "mot de passe", "élèves", "messagerie", "tablette", "comment faire", "le lycée", "compte"];
    let common: Vec<_> = common.map(str::to_owned).into_iter().cycle().take(80).collect();
    let keystrokes: Vec<String> = questions.iter().step_by(8).flat_map(|text| beginnings(text)).collect();
    let mut next = 0;
    print("questions/region_common", "  (wanted: p50 ≤ 20 ms, p99 ≤ 50 ms)", &common, |text| {
        search(&engine, text, &visitor)
    });
    print("questions/region_judged", "  (wanted: p50 ≤ 20 ms, p99 ≤ 50 ms)", questions, |text| {
        next += 1;
        search(&engine, text, &reader(next))
    });
    print("questions/region_administrator", "", questions, |text| search(&engine, text, &Visibility::all()));
    print("questions/region_suggestions", "  (wanted: ≤ 15 ms)", &keystrokes, |text| {
        suggest(&engine, text, &reader(7))
    });
    let titles = topics.typed_titles(100);
    print("questions/region_similar", "  (wanted: ≤ 15 ms)", &titles, |text| similar(&engine, text, &reader(7)));
    println!("  memory {:?} MB (now, most; wanted: ≤ 350 MB)", resident());
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let questions = judged_questions();
    match std::env::var("ATRIUM_BENCH_POSTS").ok().and_then(|posts| posts.parse().ok()) {
        // By itself: the memory that is told is then its own.
        Some(posts) => over_a_region(&runtime, &questions, posts),
        None => {
            over_the_real_help(&runtime, &questions);
            over_many_sections(&runtime, &questions);
            over_long_articles(&runtime, &questions);
        }
    }
}

/// Returns the prefixes of `text`, from two letters on.
fn beginnings(text: &str) -> impl Iterator<Item = String> {
    (2..=text.chars().count().min(24)).map(|length| text.chars().take(length).collect())
}
