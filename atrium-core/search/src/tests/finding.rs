//! What is found, in which order, and how it is marked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::*;

#[tokio::test]
async fn three_misspelt_words_find_the_right_section() {
    let engine = help().await;
    let answer = ask(&engine, "deposr traval casir ");
    assert_eq!(plain(&answer.hits[0].section), "Déposer son travail");
}

#[tokio::test]
async fn words_are_found_however_they_are_written() {
    let engine = help().await;
    for text in [
        "MOT DE PASSE",
        "mots de passes",
        "l’établissement",
        "reinitialiser",
        "réinitialisation",
        "mdp",
        "identifiants",
        "je n'arrive pas à réinitialiser mon mot de passe",
        "mot de pas",
        "réinit",
        "mot passe oublié",
    ] {
        assert_eq!(first(&engine, text), "help:2", "{text}");
    }
    for text in ["travail à rendre", "mél PJ", "courriel piece jointe"] {
        assert!(!ask(&engine, text).hits.is_empty(), "{text}");
    }
}

#[tokio::test]
async fn quotes_ask_for_the_words_as_they_stand_and_a_hyphen_excludes() {
    let engine = help().await;
    assert_eq!(subjects(&ask(&engine, "\"mot de passe\"")), ["help:2"]);
    assert_eq!(subjects(&ask(&engine, "\"passe de mot\"")), Vec::<&str>::new());
    let without = ask(&engine, "copie -messagerie ");
    assert_eq!(subjects(&without), ["help:1"]);
    assert!(ask(&engine, "-casier").hits.is_empty());
}

#[tokio::test]
async fn an_article_is_one_result_with_three_sections_at_most() {
    let engine = help().await;
    let answer = ask(&engine, "casier ");
    assert_eq!((answer.total, subjects(&answer)), (1, vec!["help:1"]));
    assert_eq!(answer.hits[0].more.len(), 2);
}

#[tokio::test]
async fn counts_stay_whatever_is_asked_for_and_pages_do_not_overlap() {
    let engine = help().await;
    let request = SearchRequest::new("copie ").visible("help", Filter::all());
    let all = engine.search_blocking(&request).expect("answered");
    let one = engine.search_blocking(&request.clone().only_service("casier")).expect("answered");
    assert_eq!(all.services, BTreeMap::from([("casier".into(), 1), ("messagerie".into(), 1)]));
    assert_eq!((one.total, &one.services), (1, &all.services));
    let page = |offset| engine.search_blocking(&request.clone().page(1, offset)).expect("answered");
    let (a, b) = (page(0), page(1));
    assert_eq!((a.total, b.total), (2, 2));
    assert_ne!(subjects(&a), subjects(&b));
}

#[tokio::test]
async fn typos_completions_and_synonyms_are_marked_as_whole_words() {
    let engine = help().await;
    let marks = |text: &str| {
        let answer = ask(&engine, text);
        let hit = &answer.hits[0];
        marked(&hit.title).into_iter().chain(marked(&hit.excerpt)).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert!(marks("mesagerie ").contains("messagerie"));
    assert!(marks("messag").contains("messagerie"));
    assert!(marks("mdp ").is_superset(&BTreeSet::from(["mot".into(), "passe".into()])));
}

#[tokio::test]
async fn a_word_of_the_family_is_marked_where_the_word_itself_stands_nowhere() {
    let text = "Il faut d’abord gérer les comptes. ".to_owned() + &"Autre chose. ".repeat(40) + "Retirez un devoir.";
    let engine = engine(vec![put(vec![document("help:1", 0, "Titre", "", &text)])]).await;
    for (query, word) in [("gestion ", "gérer"), ("retrait ", "Retirez")] {
        let answer = ask(&engine, query);
        let marked = answer.hits[0].excerpt.iter().find(|fragment| fragment.marked);
        assert_eq!(marked.map(|fragment| fragment.text.as_str()), Some(word), "{query}");
    }
}

#[tokio::test]
async fn passages_addressed_to_the_reader_come_first_without_hiding_the_others() {
    let passage = |subject: &str, body: &str, audience: &[&str]| SearchDocument {
        audience: audience.iter().map(|value| (*value).to_owned()).collect(),
        ..document(subject, 0, "Emprunter une tablette", "", body)
    };
    let engine = engine(vec![
        put(vec![passage("help:1", "La tablette se demande. Une tablette par personne.", &["teacher"])]),
        put(vec![passage("help:2", "La tablette se demande à l’accueil.", &["student", "guardian"])]),
        put(vec![passage("help:3", "La tablette du fonds social.", &["profile:student", "trait:sans"])]),
        put(vec![passage("help:4", "Une tablette pour tous.", &[])]),
    ])
    .await;
    for (audience, wanted) in [
        (
            &["student", "", "profile:student", "trait:", "trait:sans"][..],
            &["help:3", "help:2", "help:4", "help:1"][..],
        ),
        (&["student", "", "profile:student", "trait:"], &["help:2", "help:4", "help:1", "help:3"]),
        (&["teacher", "", "profile:teacher"], &["help:1", "help:4"]),
        // A school that is not known is no other school.
        (&["student", "", "profile:student"], &["help:2", "help:4", "help:3", "help:1"]),
    ] {
        let request = SearchRequest::new("tablette ").visible("help", Filter::all()).for_audience(audience.to_vec());
        let answer = engine.search_blocking(&request).expect("answered");
        let found = subjects(&answer);
        assert_eq!((answer.total, &found[..wanted.len()]), (4, wanted), "{audience:?}");
        let suggested = engine.suggest_blocking(&request).expect("answered");
        let own: Vec<_> = wanted.iter().take_while(|subject| **subject != "help:4").collect();
        assert!(own.iter().any(|own| suggested[0].id == format!("{own}#0")), "{audience:?}: {}", suggested[0].id);
    }
}

#[tokio::test]
async fn suggestions_complete_titles_and_forgive_typos() {
    let engine = help().await;
    let all = |text: &str| SearchRequest::new(text).visible("help", Filter::all());
    for text in ["réinit", "mot de p", "reinitialisr ", "dépos"] {
        let found = engine.suggest_blocking(&all(text)).expect("answered");
        assert!(!found.is_empty(), "{text}");
    }
    let found = engine.suggest_blocking(&all("dépos")).expect("answered");
    assert_eq!(plain(&found[0].section), "Déposer son travail");
    assert_eq!(marked(&found[0].section), ["Déposer"]);
}

#[tokio::test]
async fn synonyms_change_while_running() {
    let engine = help().await;
    assert!(ask(&engine, "sésame ").hits.is_empty());
    let vocabulary = "[[renvoi]]\nde = [\"sésame\"]\nvers = [\"mot de passe\"]";
    engine.set_synonyms(Synonyms::parse(vocabulary).expect("well formed"));
    assert_eq!(first(&engine, "sesame "), "help:2");
}

#[tokio::test]
async fn no_text_is_an_error_or_slow() {
    let engine = help().await;
    let long = [
        "a".repeat(10_000),
        "mot de passe ".repeat(800),
        "\"".repeat(10_000),
        "-".repeat(10_000),
        "é\u{301}".repeat(5_000),
        "👩‍👩‍👧".repeat(500),
        "mot:passe AND (NOT".repeat(500),
        "\0".repeat(10_000),
        "l'".repeat(5_000),
        "« ".repeat(3_000),
    ];
    let short = [
        "",
        " ",
        "les",
        "de la du",
        "?!…",
        "\"",
        "-",
        "*",
        "\u{202e}abc",
        "aujourd'hui",
        "l'établissement",
        "mot:passe",
        "+",
        "~2",
    ];
    for text in long.iter().map(String::as_str).chain(short) {
        let start = std::time::Instant::now();
        ask(&engine, text);
        engine.suggest_blocking(&SearchRequest::new(text).visible("help", Filter::all())).expect("answered");
        assert!(start.elapsed().as_secs() < 5, "{:?}", text.chars().take(20).collect::<String>());
    }
}

#[tokio::test]
async fn help_comes_before_the_forum_where_both_say_the_same() {
    let text = "Pour imprimer un bulletin, ouvrez le menu et choisissez Imprimer.";
    for help_first in [true, false] {
        let help = SearchDocument { popularity: 0.9, ..document("help:1", 0, "Imprimer un bulletin", "", text) };
        let forum = SearchDocument { popularity: 0.4, ..document("forum:1", 0, "Imprimer un bulletin", "", text) };
        let mut all = vec![put(vec![help]), put(vec![forum])];
        if !help_first {
            all.reverse();
        }
        let engine = engine(all).await;
        let request = SearchRequest::new("imprimer un bulletin ");
        let request = request.visible("help", Filter::all()).visible("forum", Filter::all());
        assert_eq!(subjects(&engine.search_blocking(&request).expect("answered")), ["help:1", "forum:1"]);
    }
}

#[tokio::test]
async fn a_word_of_what_documents_stand_in_finds_them_by_its_present_name() {
    let shelved = |subject: &str, category: i64| SearchDocument {
        tokens: BTreeSet::from([format!("c:{category}")]),
        ..document(subject, 0, "Une panne", "", "Rien ne marche.")
    };
    let engine = engine(vec![put(vec![shelved("forum:1", 1)]), put(vec![shelved("forum:2", 2)])]).await;
    let asked = |text: &str, name: &str| {
        let mut request = SearchRequest::new(text).visible("forum", Filter::all());
        request.shelves = Arc::new(Shelves::new([("c:2".to_owned(), name.to_owned())]));
        engine.search_blocking(&request).expect("answered")
    };
    assert_eq!(subjects(&asked("imprimante ", "Imprimantes et copieurs")), ["forum:2"]);
    assert_eq!(subjects(&asked("imprimante ", "Messagerie")), Vec::<String>::new());
    let both = asked("panne imprimante ", "Imprimantes et copieurs");
    assert_eq!((subjects(&both)[0], both.answered), ("forum:2", true));
}

#[tokio::test]
async fn synonyms_hold_for_every_inflection() {
    let engine = engine(vec![put(vec![document("help:1", 0, "Pivoter l’écran", "", "La rotation.")])]).await;
    for text in ["tourner l’écran ", "tournons l’écran ", "tournerez l’écran "] {
        assert_eq!(marked(&ask(&engine, text).hits[0].title), ["Pivoter", "écran"], "{text}");
    }
}

#[tokio::test]
async fn suggestions_know_what_documents_stand_in_while_its_name_is_typed() {
    let topic = SearchDocument {
        tokens: BTreeSet::from(["c:2".to_owned()]),
        ..document("forum:1", 0, "Bourrage", "", "Le papier reste dedans.")
    };
    let engine = engine(vec![put(vec![topic])]).await;
    for (text, found) in [("imprimantes ", 1), ("impri", 1), ("imp bourr", 1), ("im", 0), ("messagerie ", 0)] {
        let mut request = SearchRequest::new(text).visible("forum", Filter::all());
        request.shelves = Arc::new(Shelves::new([("c:2".to_owned(), "Imprimantes et copieurs".to_owned())]));
        assert_eq!(engine.suggest_blocking(&request).expect("answered").len(), found, "{text}");
    }
}

#[tokio::test]
async fn counts_are_lower_bounds_where_only_a_part_is_read() {
    let about = |number: usize| put(vec![document(&format!("help:{number}"), 0, "Casier", "", "Le casier.")]);
    let engine = engine((0..200).map(about).collect()).await;
    let whole = ask(&engine, "casier ");
    assert_eq!((whole.total, whole.total_is_lower_bound), (200, false));
    engine.set_bound(300, 30);
    let answer = ask(&engine, "casier ");
    assert!(answer.total_is_lower_bound && answer.total <= 200, "{}", answer.total);
}

#[tokio::test]
async fn a_title_is_likened_by_its_rarest_words() {
    let other = |number: usize| {
        let title = format!("Depuis hier mon compte et mes messages ne marchent plus au lycée {number}");
        put(vec![document(&format!("forum:{number}"), 0, &title, "", "Bonjour à tous.")])
    };
    let alike = put(vec![document("forum:99", 0, "Le vidéoprojecteur grésille", "", "Bonjour.")]);
    let engine = engine((0..20).map(other).chain([alike]).collect()).await;
    let title =
        "Depuis hier mon compte va bien, mes messages au lycée aussi, mais le vidéoprojecteur grésille toujours";
    let answer = engine.search_blocking(&SearchRequest::like(title).visible("forum", Filter::all())).expect("answered");
    assert_eq!(subjects(&answer)[0], "forum:99");
    let misspelt = SearchRequest::like("le vidéoprojectteur").visible("forum", Filter::all());
    let answer = engine.search_blocking(&misspelt).expect("answered");
    assert_eq!((subjects(&answer), answer.corrected.as_deref()), (vec!["forum:99"], None));
    let hidden = SearchRequest::like(title).visible("forum", Filter::none());
    assert_eq!(engine.search_blocking(&hidden).expect("answered").total, 0);
}

#[tokio::test]
async fn first_results_are_the_same_however_few_are_put_in_order() {
    let about = |number: usize| {
        let body = format!("Le casier {}.", "reçoit des devoirs ".repeat(number % 7));
        let title = if number == 700 { "Le casier des devoirs" } else { "Autre chose" };
        put(vec![document(&format!("help:{number}"), 0, title, "", &body)])
    };
    let engine = engine((0..900).map(about).collect()).await;
    let request = |text: &str| SearchRequest::new(text).visible("help", Filter::all());
    let like = SearchRequest { likeness: true, ..request("casier devoirs ") };
    let (asked, like) = (ask(&engine, "casier devoirs "), engine.search_blocking(&like).expect("answered"));
    assert_eq!((asked.total, like.total), (900, 900), "those that are not put in order count");
    assert_eq!((subjects(&asked)[0], subjects(&like)[0]), ("help:700", "help:700"));
    assert_eq!(engine.suggest_blocking(&request("casier devoirs ")).expect("answered")[0].id, "help:700#0");
}
