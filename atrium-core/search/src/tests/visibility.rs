//! What a rule lets a reader find, and what is remembered of a search.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

#[tokio::test]
async fn what_one_may_not_see_is_nowhere() {
    let hidden = SearchDocument {
        tokens: BTreeSet::from(["t:hidden".to_owned()]),
        ..document("help:9", 0, "Sanctions disciplinaires", "", "Procédure confidentielle du conseil.")
    };
    let seen = SearchDocument {
        tokens: BTreeSet::from(["t:visible".to_owned()]),
        ..document("help:8", 0, "Conseil de classe", "", "Le conseil se réunit.")
    };
    let engine = engine(vec![put(vec![hidden]), put(vec![seen])]).await;
    let rule = Filter::any_of([Clause::any().with(["t:visible".to_owned()])]);
    let request = |text: &str| SearchRequest::new(text).visible("help", rule.clone());
    for text in ["sanctions ", "sanctons ", "discipl", "procedure confidentielle ", "\"procédure confidentielle\""] {
        let answer = engine.search_blocking(&request(text)).expect("answered");
        assert_eq!((answer.total, answer.corrected, answer.kinds.len()), (0, None, 0), "{text}");
        let suggestions = engine.suggest_blocking(&request(text)).expect("answered");
        assert_eq!(suggestions, [], "{text}");
    }
    assert_eq!(engine.search_blocking(&request("conseil ")).expect("answered").total, 1);
    let nobody = SearchRequest::new("conseil ");
    assert_eq!(engine.search_blocking(&nobody).expect("answered").total, 0, "a kind that is absent sees nothing");
}

#[tokio::test]
async fn what_was_shown_to_one_reader_is_shown_to_no_other_and_no_longer_once_it_changed() {
    let version = |school: u8, body: &str| SearchDocument {
        tokens: BTreeSet::from([format!("school:{school}")]),
        ..document("forum:1", 0, "Une panne", "", body)
    };
    let other = document("help:1", 0, "Autre chose", "", "Rien de tel.");
    let engine = engine(vec![put(vec![version(1, "Le parapluie rouge.")]), put(vec![other])]).await;
    let shown = |school: u8| {
        let rule = Filter::any_of([Clause::any().with([format!("school:{school}")])]);
        let request = SearchRequest::new("parapluie ").visible("forum", rule);
        let answer = engine.search_blocking(&request).expect("answered");
        let suggested = engine.suggest_blocking(&SearchRequest { text: "panne".into(), ..request }).expect("answered");
        (answer.hits.iter().map(|hit| plain(&hit.excerpt)).collect::<Vec<_>>(), suggested.len())
    };
    // Asked twice: the second time from what is kept.
    for _ in 0..2 {
        assert_eq!(shown(1), (vec!["Le parapluie rouge.".to_owned()], 1));
        assert_eq!(shown(2), (Vec::new(), 0));
    }
    for (school, body) in [(1, "Le parapluie vert."), (2, "Le parapluie bleu.")] {
        engine.apply(vec![put(vec![version(school, body)])]).await.expect("applied");
        engine.commit(Checkpoint("2".into())).await.expect("committed");
        assert_eq!(shown(school), (vec![body.to_owned()], 1));
        assert_eq!(shown(3 - school), (Vec::new(), 0));
    }
    engine.erase("forum:1").await.expect("erased");
    assert_eq!(shown(2), (Vec::new(), 0));
}

#[tokio::test]
async fn searches_are_remembered_without_who_searched() {
    struct Kept(std::sync::Mutex<Vec<LoggedQuery>>);
    impl QueryLog for Kept {
        fn answered(&self, query: LoggedQuery) {
            self.0.lock().expect("not poisoned").push(query);
        }
    }
    let engine = help().await;
    let kept = std::sync::Arc::new(Kept(std::sync::Mutex::default()));
    engine.set_query_log(kept.clone());
    ask(&engine, "Casier -camille@exemple.fr ");
    let title = SearchRequest::like("Le casier de Camille").visible("help", Filter::all());
    assert_eq!(engine.search_blocking(&title).expect("answered").total, 1, "and a title being typed is no search");
    let kept = kept.0.lock().expect("not poisoned");
    assert_eq!((kept.len(), kept[0].text.as_str(), kept[0].hits), (1, "casier", 1));
}

/// Number of the subject, of the kind, words, tokens.
type Passage = (u8, u8, Vec<u8>, Vec<u8>);

/// Tokens of which one of each set is asked for; tokens that take away.
type Rule = (Vec<Vec<u8>>, Vec<u8>);

/// Returns a world of few words and few tokens, so that chance meets.
fn worlds() -> impl Strategy<Value = (Vec<Passage>, Vec<Rule>)> {
    let passage = (0_u8..6, 0_u8..2, prop::collection::vec(0_u8..5, 1..4), prop::collection::vec(0_u8..6, 0..4));
    let clause =
        (prop::collection::vec(prop::collection::vec(0_u8..6, 0..3), 0..3), prop::collection::vec(0_u8..6, 0..2));
    (prop::collection::vec(passage, 1..14), prop::collection::vec(clause, 0..3))
}

const WORDS: [&str; 5] = ["tablette", "casier", "messagerie", "devoir", "absence"];

fn token(number: u8) -> String {
    format!("{}:{number}", if number < 3 { 's' } else { 't' })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_search_lists_exactly_what_the_rule_admits((passages, clauses) in worlds()) {
        let rule = Filter::any_of(clauses.into_iter().map(|(all_of, none_of)| {
            let clause = all_of.into_iter().fold(Clause::any(), |clause, set| clause.with(set.into_iter().map(token)));
            clause.without(none_of.into_iter().map(token))
        }));
        let mut world: BTreeMap<String, Vec<SearchDocument>> = BTreeMap::new();
        for (at, (subject, kind, words, tokens)) in passages.into_iter().enumerate() {
            let subject = format!("{}:{subject}", if kind == 0 { "help" } else { "forum" });
            let body: Vec<&str> = words.iter().map(|word| WORDS[*word as usize]).collect();
            let tokens = tokens.into_iter().map(token).collect();
            let passage = SearchDocument { tokens, ..document(&subject, at, "", "", &body.join(" ")) };
            world.entry(subject).or_default().push(passage);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let engine = runtime.block_on(async {
            let engine = SearchEngine::in_memory(Synonyms::none()).expect("an index in memory");
            engine.apply(world.values().cloned().map(put).collect()).await.expect("applied");
            engine.commit(Checkpoint("1".into())).await.expect("committed");
            engine
        });
        for word in WORDS {
            let sees = |document: &&SearchDocument| {
                document.body.contains(word) && document.kind == "help" && rule.admits(&document.tokens)
            };
            let visible: Vec<&SearchDocument> = world.values().flatten().filter(sees).collect();
            let expected: BTreeSet<&str> = visible.iter().map(|document| document.subject.as_str()).collect();
            // As it is, misspelt, and half typed: the same documents.
            let misspelt = format!("{}x ", word);
            for text in [format!("{word} "), misspelt, word[..word.len() - 2].to_owned(), format!("\"{word}\"")] {
                let request = SearchRequest::new(text.as_str()).visible("help", rule.clone()).page(50, 0);
                let answer = engine.search_blocking(&request).expect("answered");
                prop_assert_eq!(&subjects(&answer).into_iter().collect::<BTreeSet<_>>(), &expected, "{}", text);
                prop_assert_eq!(answer.total, expected.len());
                prop_assert_eq!(answer.kinds.get("help").copied().unwrap_or(0), expected.len());
                prop_assert!(answer.corrected.is_none() || !expected.is_empty());
                for hit in &answer.hits {
                    for id in hit.more.iter().map(|section| &section.id).chain([&hit.id]) {
                        prop_assert!(visible.iter().any(|document| document.id == *id));
                    }
                }
            }
        }
    }
}
