//! The judged French queries over the real content: the gate that search quality passes through.

use std::collections::BTreeMap;

use atrium_core::testing::TestSite;

use super::site;

/// What each class has to reach: success at 1 and at 3. They only go up.
const FLOORS: [(&str, f64, f64); 8] = [
    ("plain", 0.80, 0.92),
    ("typo", 0.75, 0.88),
    ("no_accents", 0.80, 0.92),
    ("prefix", 0.70, 0.88),
    ("inflected", 0.80, 0.92),
    ("elided", 0.80, 0.92),
    ("question", 0.80, 0.92),
    // Written by ear.
    ("ear", 0.70, 0.85),
];

/// The largest share of judged queries that may be reported as unanswered.
const FALSE_ALARMS: f64 = 0.01;
/// Least of the questions about other things that have to be.
const RECOGNISED: f64 = 0.8;

#[derive(Default)]
struct Score {
    asked: f64,
    first: f64,
    third: f64,
    reciprocal: f64,
    nothing: f64,
}

async fn asked(site: &TestSite, query: &str) -> serde_json::Value {
    let encoded: String = query.bytes().map(|byte| format!("%{byte:02x}")).collect();
    site.visitor().get(&format!("/api/v1/search?kind=help&limit=10&q={encoded}")).await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_about_other_things_are_told_that_nothing_answers() {
    let site = site().await;
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/off-topic.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    let questions: Vec<_> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    assert!(questions.len() >= 60);
    let mut answered = Vec::new();
    for question in &questions {
        let answer = asked(&site, question).await;
        if answer["answered"] == true {
            answered.push(format!("{question} → {}", answer["hits"][0]["source"]));
        }
    }
    let rate = 1.0 - answered.len() as f64 / questions.len() as f64;
    println!("recognised: {rate:.4}");
    answered.iter().for_each(|line| println!("  {line}"));
    assert!(rate >= RECOGNISED, "{rate}");
}

#[tokio::test(flavor = "multi_thread")]
async fn judged_queries_find_their_article() {
    let site = site().await;
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/judged-queries.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    let (mut missed, mut alarms) = (Vec::new(), Vec::new());
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let [class, query, wanted] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let wanted: Vec<_> = wanted.split(',').map(str::trim).collect();
        let answer = asked(&site, query).await;
        let hits: Vec<_> =
            answer["hits"].as_array().unwrap().iter().map(|hit| hit["source"].as_str().unwrap().to_owned()).collect();
        let rank = hits.iter().position(|source| wanted.contains(&source.as_str()));
        let score = scores.entry(class).or_default();
        score.asked += 1.0;
        if answer["answered"] == false {
            alarms.push(format!("{class}: {query}"));
        }
        score.nothing += f64::from(u8::from(hits.is_empty()));
        score.first += f64::from(u8::from(rank == Some(0)));
        score.third += f64::from(u8::from(rank.is_some_and(|rank| rank < 3)));
        score.reciprocal += rank.map_or(0.0, |rank| 1.0 / (rank + 1) as f64);
        if rank.is_none_or(|rank| rank >= 3) {
            missed.push(format!("{class}: {query} → {:?}, wanted {wanted:?}", hits.first()));
        }
    }
    println!("{:12} {:>4} {:>6} {:>6} {:>6} {:>6}", "class", "n", "s@1", "s@3", "MRR", "none");
    for (class, score) in &scores {
        let mean = |sum: f64| sum / score.asked;
        println!(
            "{class:12} {:4} {:6.3} {:6.3} {:6.3} {:6.3}",
            score.asked,
            mean(score.first),
            mean(score.third),
            mean(score.reciprocal),
            mean(score.nothing)
        );
    }
    missed.iter().for_each(|line| println!("  {line}"));
    let judged = scores.values().map(|score| score.asked).sum::<f64>();
    assert!(judged >= 300.0);
    let rate = alarms.len() as f64 / judged;
    println!("said to have no answer: {rate:.4}");
    alarms.iter().for_each(|line| println!("  {line}"));
    assert!(rate <= FALSE_ALARMS, "{rate}");
    for (class, first, third) in FLOORS {
        let score = &scores[class];
        assert!(score.first / score.asked >= first, "{class}: success at 1 is {:.3}", score.first / score.asked);
        assert!(score.third / score.asked >= third, "{class}: success at 3 is {:.3}", score.third / score.asked);
    }
}
