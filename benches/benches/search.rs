//! `search/*`, `index/*`: searches over a help of 20,000 sections, start with its index, and how soon a change is found.
//!
//! The help is a folder of Markdown like any other, read by the help plugin. The floor is tantivy's own query parser on
//! the same documents: exact words, no prefix, no visibility, no sections grouped by article, no excerpt. Beside it the
//! same parser with its own tolerance of typos, which is nearer to what is asked here.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use atrium_benches::corpus::{Corpus, Question, SECTIONS};
use atrium_benches::measure::{Case, Percentiles, measuring, rate, side_by_side};
use atrium_benches::{ROLES, SERVICES};
use atrium_core::Atrium;
use atrium_core::access::{Actor, Visibility};
use atrium_core::config::Settings;
use atrium_core::search::{SearchAnswer, SearchDocument, SearchEngine, SearchRequest, Synonyms};
use atrium_help::Help;
use atrium_help::content::Folder;
use atrium_help::sync::Removals;
use criterion::Criterion;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, Occur, Query, QueryParser, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::tokenizer::{Language, LowerCaser, SimpleTokenizer, Stemmer, TextAnalyzer};
use tantivy::{Index, IndexReader, ReloadPolicy, TantivyDocument, Term, doc};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const ARTICLES: usize = 4_000;
const SEED: u64 = 20;
const QUESTIONS: usize = 250;
/// How often each question is asked for the percentiles.
const ROUNDS: usize = 8;
/// Results wanted of each search.
const WANTED: usize = 10;
/// The time that a case runs before the next one.
const TURN: Duration = Duration::from_secs(1);

/// The help on disk, and the data of the platform that serves it.
struct Place {
    content: PathBuf,
    settings: Settings,
    _dir: TempDir,
}

impl Place {
    fn new(corpus: &Corpus) -> Self {
        let dir = TempDir::new().expect("a temporary directory");
        let content = dir.path().join("aide");
        corpus.write(&content).expect("the help is written");
        Self { content, settings: Settings::default().data_dir(dir.path().join("data")), _dir: dir }
    }

    async fn start(&self) -> Atrium {
        let builder = Atrium::builder()
            .settings(self.settings.clone())
            .services("services.toml", SERVICES)
            .roles("roles.toml", ROLES);
        let builder = builder.plugin(Help::from_dir(&self.content));
        builder.build().await.expect("the platform starts")
    }
}

/// Returns the visibility of the help for a visitor.
async fn visitor(atrium: &Atrium) -> Visibility {
    let mut sources = atrium.finder().sources().iter();
    let help = sources.find(|source| source.kind() == "help").expect("the help is searched");
    let rows = help.rows(atrium.db()).await.expect("the rows are read");
    help.visibility(&rows, &Actor::anonymous(atrium.db().now())).expect("a rule")
}

/// Returns the search that a visitor's question becomes, within one service.
fn request(question: &Question, visible: &Visibility) -> SearchRequest {
    SearchRequest::new(&question.text)
        .visible("help", visible.clone())
        .only_service(&question.collection)
        .in_locale("fr")
        .page(WANTED, 0)
}

fn finds(answer: &SearchAnswer, question: &Question) -> bool {
    answer.hits.iter().any(|hit| hit.source == question.source)
}

/// Returns every document of the help, as the index was given it.
async fn documents(atrium: &Atrium) -> Vec<SearchDocument> {
    let mut all = Vec::new();
    for source in atrium.finder().sources() {
        let subjects = source.subjects(atrium.db(), None, u64::from(u32::MAX)).await.expect("subjects");
        for subject in subjects {
            all.extend(source.documents(atrium.db(), &subject).await.expect("documents"));
        }
    }
    all
}

/// Tantivy by itself.
struct Plain {
    reader: IndexReader,
    exact: QueryParser,
    fuzzy: QueryParser,
    service: Field,
    source: Field,
}

impl Plain {
    fn new(documents: &[SearchDocument]) -> Self {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_tokenizer("french");
        let text = TextOptions::default()
            .set_indexing_options(indexing.set_index_option(IndexRecordOption::WithFreqsAndPositions));
        let texts = ["title", "section", "body"].map(|name| schema.add_text_field(name, text.clone()));
        let service = schema.add_text_field("service", STRING);
        let source = schema.add_text_field("source", STORED);
        let index = Index::create_in_ram(schema.build());
        let french = TextAnalyzer::builder(SimpleTokenizer::default()).filter(LowerCaser);
        index.tokenizers().register("french", french.filter(Stemmer::new(Language::French)).build());
        let mut writer = index.writer(64 << 20).expect("a writer");
        for document in documents {
            let document = doc!(
                texts[0] => document.title.as_str(), texts[1] => document.section.as_str(),
                texts[2] => document.body.as_str(), source => document.source.as_str(),
                service => document.service.as_deref().unwrap_or_default(),
            );
            writer.add_document(document).expect("a document is added");
        }
        writer.commit().expect("a commit");
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().expect("a reader");
        let exact = QueryParser::for_index(&index, texts.to_vec());
        let mut fuzzy = QueryParser::for_index(&index, texts.to_vec());
        texts.into_iter().for_each(|field| fuzzy.set_field_fuzzy(field, true, 1, true));
        Self { reader, exact, fuzzy, service, source }
    }

    /// Returns the sources of the best documents.
    fn search(&self, parser: &QueryParser, question: &Question) -> Vec<String> {
        let (text, _) = parser.parse_query_lenient(&question.text);
        let service = Term::from_field_text(self.service, &question.collection);
        let service: Box<dyn Query> = Box::new(TermQuery::new(service, IndexRecordOption::Basic));
        let query = BooleanQuery::new(vec![(Occur::Must, text), (Occur::Must, service)]);
        let searcher = self.reader.searcher();
        let collector = (TopDocs::with_limit(WANTED).order_by_score(), Count);
        let (best, total) = searcher.search(&query, &collector).expect("tantivy answers");
        assert!(total >= best.len());
        let source = |address| {
            let document: TantivyDocument = searcher.doc(address).expect("a stored document");
            document.get_first(self.source).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
        };
        best.into_iter().map(|(_, address)| source(address)).collect()
    }
}

/// One way of searching: whether it found what was asked for.
type Way<'a> = (&'static str, Box<dyn Fn(&Question) -> bool + 'a>);

/// Asks everything [`ROUNDS`] times and prints how long that took and how much was found.
fn print_percentiles((name, search): &Way<'_>, questions: &[Question]) -> f64 {
    let (mut samples, mut found) = (Vec::new(), 0_u32);
    for question in (0..ROUNDS).flat_map(|_| questions) {
        let start = Instant::now();
        let finds = search(question);
        samples.push(start.elapsed());
        found += u32::from(finds);
    }
    let share = f64::from(found) / samples.len() as f64;
    println!("  {name:<28} {}  the article among the first {WANTED}: {:.1} %", Percentiles::of(samples), share * 100.0);
    share
}

fn searches(criterion: &mut Criterion, atrium: &Atrium, visible: &Visibility, plain: &Plain, questions: &[Question]) {
    let engine = atrium.search();
    let ours = |question: &Question| {
        let answer = engine.search_blocking(&request(question, visible)).expect("the engine answers");
        assert!(
            !answer.hits.is_empty() && answer.hits.iter().all(|hit| hit.service.as_ref() == Some(&question.collection))
        );
        finds(&answer, question)
    };
    let of_plain = |parser| move |question: &Question| plain.search(parser, question).contains(&question.source);
    let ways: [Way<'_>; 3] = [
        ("search/typo_prefix_filter", Box::new(ours)),
        ("search/floor_tantivy_parser", Box::new(of_plain(&plain.exact))),
        ("search/peer_tantivy_fuzzy", Box::new(of_plain(&plain.fuzzy))),
    ];
    println!("searches over {} sections, {QUESTIONS} questions (wanted: p99 ≤ 15 ms)", engine.len());
    let shares: Vec<_> = ways.iter().map(|way| print_percentiles(way, questions)).collect();
    assert!(shares[0] >= 0.95, "misspelt questions find their article");
    for (name, search) in &ways {
        let mut next = questions.iter().cycle();
        criterion.bench_function(name, |b| b.iter(|| next.next().map(search)));
    }
    if measuring() {
        let cases = ways.iter().map(|(name, search)| {
            let mut next = questions.iter().cycle();
            Case::new(name, move || rate(TURN, || next.next().map(search)))
        });
        side_by_side("searches, one after the other", 5, cases.collect());
    }
}

/// Measures how long after its commit a changed article is found, with a new word each time.
async fn publishing(atrium: &Atrium, content: &Path, corpus: &Corpus) {
    let visible = visitor(atrium).await;
    let mut samples = Vec::new();
    for (number, article) in corpus.articles.iter().step_by(ARTICLES / 12).enumerate() {
        let word = format!("zyxo{}quifa", char::from(b'a' + u8::try_from(number).expect("a dozen")));
        let question =
            Question { text: word.clone(), collection: article.collection.clone(), source: article.source() };
        let mut article = article.clone();
        article.append(&format!(" Voyez {word}."));
        article.write(content).expect("the article is written");
        let folder = Folder::read(content).expect("the folder is read");
        let report = Help::of(atrium.db())
            .content()
            .sync(&atrium.operator(), folder, Removals::Few)
            .await
            .expect("the help is synchronised");
        assert_eq!(report.plan.changed.len(), 1);
        let committed = Instant::now();
        loop {
            let answer = atrium.search().search(request(&question, &visible)).await.expect("the engine answers");
            if finds(&answer, &question) {
                break;
            }
            assert!(committed.elapsed() < Duration::from_secs(10), "`{word}` is never found");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        samples.push(committed.elapsed());
    }
    println!("index/commit_to_found           {} (wanted: ≤ 1 s)\n", Percentiles::of(samples));
}

/// Measures a start with an existing index: of the whole platform, and of the index alone.
fn starting(criterion: &mut Criterion, runtime: &Runtime, place: &Place, sections: usize) {
    let mut samples = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        let atrium = runtime.block_on(place.start());
        runtime.block_on(atrium.index_now()).expect("the index follows");
        samples.push(start.elapsed());
        assert_eq!(atrium.search().len(), sections);
        runtime.block_on(atrium.stop()).expect("the platform stops");
    }
    println!("index/start_platform            {} (wanted: ≤ 1 s)", Percentiles::of(samples));
    criterion.bench_function("index/open", |b| {
        b.to_async(runtime).iter(|| async {
            let engine = SearchEngine::open(place.settings.search_dir(), Synonyms::french()).await;
            assert_eq!(engine.expect("the index opens").len(), sections);
        });
    });
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let corpus = Corpus::new(ARTICLES, SEED);
    let place = Place::new(&corpus);
    let start = Instant::now();
    let atrium = runtime.block_on(place.start());
    let synchronised = start.elapsed();
    runtime.block_on(atrium.index_now()).expect("the index is filled");
    let sections = atrium.search().len();
    println!(
        "{ARTICLES} articles read and rendered in {synchronised:.2?}, {sections} sections indexed by {:.2?}",
        start.elapsed()
    );
    // Each collection has a passage of its own besides.
    assert!((ARTICLES * SECTIONS..ARTICLES * SECTIONS + 100).contains(&sections), "{sections}");

    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .sample_size(30)
        .configure_from_args();
    let plain = Plain::new(&runtime.block_on(documents(&atrium)));
    let visible = runtime.block_on(visitor(&atrium));
    searches(&mut criterion, &atrium, &visible, &plain, &corpus.questions(QUESTIONS, SEED));
    drop(plain);
    runtime.block_on(publishing(&atrium, &place.content, &corpus));
    runtime.block_on(atrium.stop()).expect("the platform stops");
    drop(atrium);
    starting(&mut criterion, &runtime, &place, sections);
    criterion.final_summary();
}
