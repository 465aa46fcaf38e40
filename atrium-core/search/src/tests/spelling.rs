//! Corrections: what is offered as the meant spelling, and what is not.

use super::*;

#[tokio::test]
async fn a_misspelt_query_is_offered_again_where_that_finds_something_else() {
    let titled = document("help:1", 0, "La messagerie scolaire des parents et des élèves", "", "");
    let headed = document("help:2", 0, "Boîte de réception", "Messagerie", "La messagerie, la messagerie.");
    let engine = engine(vec![put(vec![titled]), put(vec![headed])]).await;
    let answer = ask(&engine, "Mesagerie ");
    assert_eq!(subjects(&answer), ["help:1", "help:2"]);
    assert_eq!(answer.corrected.as_deref(), Some("Messagerie "), "that is a heading");
    let second = SearchRequest::new("Mesagerie ").visible("help", Filter::all()).page(1, 1);
    assert_eq!(engine.search_blocking(&second).expect("answered").corrected, None, "only on the first page");
    let same = ask(&help().await, "reinitialisr mon mot de passe ").corrected;
    assert_eq!(same, None, "the right spelling finds the same first");
}

#[tokio::test]
async fn words_that_exist_are_never_corrected() {
    let text = "Le fils dépose un bagage dans le casier de la messagerie, vole, paie, se connecte avec Manosque et le logiciel.";
    let engine = engine(vec![put(vec![document("help:1", 0, "Casier", "", text)])]).await;
    for query in ["fil ", "volée ", "payer ", "élèves ", "casiers ", "messageries ", "login ", "Avignon ", "logiciels "]
    {
        assert_eq!(ask(&engine, query).corrected, None, "{query}");
    }
}

#[tokio::test]
async fn a_regular_plural_is_not_corrected_to_its_singular() {
    let text = "Un seul plagiste, une imprimerie, un cheval.";
    let engine = engine(vec![put(vec![document("help:1", 0, "Métiers", "", text)])]).await;
    for query in ["plagistes ", "imprimeries ", "Plagistes "] {
        let answer = ask(&engine, query);
        assert_eq!((answer.total, answer.corrected), (1, None), "{query}");
    }
}

#[tokio::test]
async fn words_of_different_passages_make_no_correction() {
    let piege = document("help:1", 0, "Le piège du phishing", "", "Un courriel est un piège.");
    let pointe = document("help:2", 0, "Une pointe de travail", "", "Le matin, une pointe.");
    let engine = engine(vec![put(vec![piege]), put(vec![pointe])]).await;
    let answer = ask(&engine, "pièje poinnte ");
    assert!(answer.total > 0, "each word alone is near something");
    assert_eq!(answer.corrected, None);
}

#[tokio::test]
async fn acronyms_digits_and_short_words_take_no_typo() {
    let engine = engine(vec![put(vec![document("help:1", 0, "Code UAI", "", "Le code UAX12 et le mot cour.")])]).await;
    for text in ["le code UAJ ", "uax13 ", "coux "] {
        let found = ask(&engine, text);
        assert!(found.hits.iter().all(|hit| !marked(&hit.title).contains(&"UAI")), "{text}");
        assert_eq!(found.corrected, None, "{text}");
    }
}

#[tokio::test]
async fn a_word_that_exists_may_be_a_slip_beside_others() {
    let right = document("help:1", 0, "Supprimer un compte", "", "Le compte disparaît.");
    let others = (2..30).map(|number| put(vec![document(&format!("help:{number}"), 0, "La note", "", "Autre chose.")]));
    let engine = engine(std::iter::once(put(vec![right])).chain(others).collect()).await;
    let clumsy = ask(&engine, "suprimmer un comte ");
    assert_eq!((subjects(&clumsy), clumsy.answered), (vec!["help:1"], true));
    let alone = ask(&engine, "comte ");
    assert_eq!((subjects(&alone), alone.answered), (vec!["help:1"], false), "it may be asked for as it stands");
}

#[tokio::test]
async fn a_misspelt_word_is_answered_by_other_words_for_the_one_it_misspells() {
    let server = document("help:1", 0, "Un serveur mandataire", "", "Réglez le serveur mandataire.");
    let layout = document("help:2", 0, "Choisir une disposition de clavier", "", "Ouvrez les réglages.");
    let photo = document("help:3", 0, "Les photos en vignettes", "", "Le dossier montre des vignettes.");
    let engine = engine(vec![put(vec![server]), put(vec![layout]), put(vec![photo])]).await;
    for (text, right) in
        [("prloxy ", "help:1"), ("qxwerty ", "help:2"), ("aezrty ", "help:2"), ("miniaturre ", "help:3")]
    {
        let answer = ask(&engine, text);
        assert_eq!((subjects(&answer).first().copied(), answer.answered), (Some(right), true), "{text}");
    }
    // `phots` exists, as the plural of a unit: beside a misspelt word it is one, too.
    let clumsy = ask(&engine, "les miniaturre des phots ");
    assert_eq!((subjects(&clumsy).first().copied(), clumsy.answered), (Some("help:3"), true));
}

#[tokio::test]
async fn letters_that_misspell_no_word_are_answered_by_none() {
    let server = document("help:1", 0, "Un serveur mandataire", "", "Réglez le serveur mandataire.");
    let engine = engine(vec![put(vec![server])]).await;
    for text in ["prlaxwy ", "qzwxrt ", "zzproxyzz "] {
        assert!(!ask(&engine, text).answered, "{text}");
    }
}

#[tokio::test]
async fn what_reads_as_a_word_with_its_article_may_be_one_misspelt_word() {
    let engine = engine(vec![put(vec![document("help:1", 0, "Fichiers cachés", "", "Tournez la page.")])]).await;
    for text in ["cacés ", "torner ", "les fichiers cacés "] {
        assert!(ask(&engine, text).answered, "{text}");
    }
}

#[tokio::test]
async fn a_badly_misspelt_word_is_read_as_the_word_of_the_language_that_documents_say_otherwise() {
    let engine =
        engine(vec![put(vec![document("help:1", 0, "L’heure", "", "Aide aux aveugles, finir un travail.")])]).await;
    // Through a synonym, through an inflection that no document holds, and a short word.
    for text in ["malvoyqnt ", "finissonz ", "heue "] {
        assert_eq!(subjects(&ask(&engine, text)), ["help:1"], "{text}");
    }
}
