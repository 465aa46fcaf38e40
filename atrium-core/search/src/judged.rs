//! Judged French queries over documentation that is not ours: the measure every change of the ranking answers to.
//!
//! Reads the folder that `ATRIUM_SEARCH_DATA` names (`<corpus>.jsonl.gz`, `<corpus>.queries.jsonl.gz`,
//! `peers.json`) and prints one table per corpus; without it the test reports that it measures no corpus. `gzip`
//! unpacks.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::*;
use crate::Filter;

#[derive(Deserialize)]
struct Page {
    id: String,
    title: String,
    body: String,
}

#[derive(Deserialize)]
pub(crate) struct Judged {
    set: String,
    q: String,
    rel: BTreeMap<String, u32>,
}

/// Figures of one class of queries.
#[derive(Default)]
pub(crate) struct Class {
    pub queries: usize,
    pub gain: f64,
    reciprocal: f64,
    first: usize,
    third: usize,
    none: usize,
    /// The queries reported as unanswered.
    unanswered: usize,
}

fn rows<T: DeserializeOwned>(path: PathBuf) -> Vec<T> {
    let unpacked = Command::new("gzip").arg("-dc").arg(path).output().expect("gzip runs").stdout;
    let text = String::from_utf8(unpacked).expect("the corpus is UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a row of the corpus")).collect()
}

/// Returns one document per section, as the help hands them over: headings of the page open a new one.
fn documents(page: &Page) -> Vec<SearchDocument> {
    let id = page.id.replace('/', "--");
    let mut sections = vec![(String::new(), String::new())];
    for line in page.body.lines() {
        let heading = line.trim_start_matches('#');
        if heading.len() < line.len() && heading.starts_with(' ') {
            sections.push((heading.trim().to_owned(), String::new()));
        } else if let Some((_, body)) = sections.last_mut() {
            body.push_str(line);
            body.push('\n');
        }
    }
    let documents = sections.into_iter().enumerate().map(|(at, (section, body))| SearchDocument {
        id: format!("help:{id}#{at}"),
        kind: "help".into(),
        subject: format!("help:{id}"),
        source: id.clone(),
        title: page.title.clone(),
        section,
        body,
        locale: "fr".into(),
        ..SearchDocument::default()
    });
    documents.collect()
}

pub(crate) async fn load(folder: &Path, corpus: &str) -> (SearchEngine, Vec<Judged>) {
    let pages: Vec<Page> = rows(folder.join(format!("{corpus}.jsonl.gz")));
    let queries = rows(folder.join(format!("{corpus}.queries.jsonl.gz")));
    let engine = SearchEngine::in_memory(Synonyms::french()).expect("an index in memory");
    let changes =
        pages.iter().map(documents).map(|documents| Change::Put { subject: documents[0].subject.clone(), documents });
    engine.apply(changes.collect()).await.expect("indexed");
    engine.commit(Checkpoint("1".into())).await.expect("committed");
    engine.warm_up(["help"]).await.expect("warm");
    (engine, queries)
}

/// Returns the figures per class, and the time of each query.
pub(crate) fn measure(
    engine: &SearchEngine,
    queries: &[Judged],
    failures: &mut dyn FnMut(&str),
) -> (BTreeMap<String, Class>, Vec<Duration>) {
    let mut classes: BTreeMap<String, Class> = BTreeMap::new();
    let mut times = Vec::with_capacity(queries.len());
    for judged in queries {
        let request = SearchRequest::new(judged.q.as_str()).visible("help", Filter::all());
        let start = Instant::now();
        let answer = engine.search_blocking(&request).expect("answered");
        times.push(start.elapsed());
        let relevant: HashMap<String, u32> =
            judged.rel.iter().map(|(id, grade)| (id.replace('/', "--"), *grade)).collect();
        let grades: Vec<u32> = answer.hits.iter().map(|hit| relevant.get(&hit.source).copied().unwrap_or(0)).collect();
        let discounted = |grades: &mut dyn Iterator<Item = u32>| -> f64 {
            let gains = grades.take(10).enumerate();
            gains.map(|(at, grade)| (2_f64.powi(grade as i32) - 1.0) / (at as f64 + 2.0).log2()).sum()
        };
        let mut ideal: Vec<u32> = relevant.values().copied().collect();
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        let gain = discounted(&mut grades.iter().copied()) / discounted(&mut ideal.into_iter());
        let rank = grades.iter().position(|grade| *grade > 0);
        let class = classes.entry(judged.set.clone()).or_default();
        class.queries += 1;
        class.gain += gain;
        class.reciprocal += rank.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0));
        class.first += usize::from(rank == Some(0));
        class.third += usize::from(rank.is_some_and(|rank| rank < 3));
        class.none += usize::from(answer.hits.is_empty());
        class.unanswered += usize::from(!answer.answered);
        if rank.is_none_or(|rank| rank >= 3) {
            let first = answer.hits.first().map(|hit| hit.source.as_str());
            failures(&format!("{} | {} | wanted {:?}, got {first:?}", judged.set, judged.q, judged.rel.keys().next()));
        }
    }
    (classes, times)
}

pub(crate) fn print(
    corpus: &str,
    classes: &BTreeMap<String, Class>,
    times: &mut [Duration],
    peers: &serde_json::Value,
) -> (f64, usize) {
    println!(
        "{corpus:12} {:>5} {:>8} {:>6} {:>6} {:>6} {:>6} {:>6} | {:>6} {:>6}",
        "n", "nDCG@10", "MRR", "s@1", "s@3", "none", "unansw", "best", "fusion"
    );
    let (mut sum, mut behind) = (0.0, 0);
    for (name, class) in classes {
        let n = class.queries as f64;
        let peer = |which: &str| peers[corpus][name][which].as_f64().unwrap_or(0.0);
        let gain = class.gain / n;
        sum += gain;
        behind += usize::from(gain < peer("best"));
        println!(
            "{name:12} {:5} {gain:8.3} {:6.3} {:6.3} {:6.3} {:6.3} {:6.3} | {:6.3} {:6.3} {}",
            class.queries,
            class.reciprocal / n,
            class.first as f64 / n,
            class.third as f64 / n,
            class.none as f64 / n,
            class.unanswered as f64 / n,
            peer("best"),
            peer("fusion"),
            if gain < peer("best") {
                "behind the best peer"
            } else if gain < peer("fusion") {
                "behind the fusion"
            } else {
                ""
            },
        );
    }
    times.sort_unstable();
    println!(
        "mean of classes {:.4}; p50 {:?}, p99 {:?}, max {:?}",
        sum / classes.len() as f64,
        times[times.len() / 2],
        times[times.len() * 99 / 100],
        times[times.len() - 1]
    );
    (sum / classes.len() as f64, behind)
}

#[tokio::test]
async fn judged_queries_over_documentation_that_is_not_ours() {
    let Some(folder) = std::env::var_os("ATRIUM_SEARCH_DATA").map(PathBuf::from) else {
        println!("ATRIUM_SEARCH_DATA names no folder: nothing to measure");
        return;
    };
    let peers = std::fs::read_to_string(folder.join("peers.json")).expect("the peers' figures");
    let peers: serde_json::Value = serde_json::from_str(&peers).expect("the peers' figures");
    for corpus in ["gnome", "libreoffice"] {
        let (engine, queries) = load(&folder, corpus).await;
        let (classes, mut times) = measure(&engine, &queries, &mut |_| ());
        let (_, behind) = print(corpus, &classes, &mut times, &peers);
        assert_eq!(behind, 0, "{corpus}: classes behind the best peer");
    }
}
