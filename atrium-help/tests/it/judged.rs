//! The judged French queries over the real content: the gate that search quality passes through.

use std::collections::BTreeMap;

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

#[derive(Default)]
struct Score {
    asked: f64,
    first: f64,
    third: f64,
    reciprocal: f64,
    nothing: f64,
}

#[tokio::test(flavor = "multi_thread")]
async fn judged_queries_find_their_article() {
    let site = site().await;
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/judged-queries.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    let mut missed = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let [class, query, wanted] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let wanted: Vec<_> = wanted.split(',').map(str::trim).collect();
        let encoded: String = query.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let answer = site.visitor().get(&format!("/api/v1/search?kind=help&limit=10&q={encoded}")).await.json();
        let hits: Vec<_> =
            answer["hits"].as_array().unwrap().iter().map(|hit| hit["source"].as_str().unwrap().to_owned()).collect();
        let rank = hits.iter().position(|source| wanted.contains(&source.as_str()));
        let score = scores.entry(class).or_default();
        score.asked += 1.0;
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
    assert!(scores.values().map(|score| score.asked).sum::<f64>() >= 300.0);
    for (class, first, third) in FLOORS {
        let score = &scores[class];
        assert!(score.first / score.asked >= first, "{class}: success at 1 is {:.3}", score.first / score.asked);
        assert!(score.third / score.asked >= third, "{class}: success at 3 is {:.3}", score.third / score.asked);
    }
}
