//! Whether a question is answered.

use super::*;

#[tokio::test]
async fn a_word_that_exists_is_no_answer_for_being_like_another() {
    let text = "On peut voir toute la vidéo, le soir. C’est lent.";
    let paid = document("help:2", 0, "Le paiement", "", "Rien d’autre.");
    let engine = engine(vec![put(vec![document("help:1", 0, "Un peu de côté", "", text)]), put(vec![paid])]).await;
    let answer = ask(&engine, "payer ");
    assert_eq!((answer.total, answer.answered), (1, true), "its family is enough");
    for query in ["coûte ", "vente "] {
        assert!(!ask(&engine, query).answered, "{query}: a guess is no answer");
    }
}

#[tokio::test]
async fn a_question_of_empty_words_finds_nothing_and_says_so() {
    let engine = help().await;
    for text in ["dans", "le la les ", "comment", "où est", "avec"] {
        let answer = ask(&engine, text);
        assert_eq!((answer.wordless, answer.total), (true, 0), "{text}");
    }
    assert!(!ask(&engine, "zxqv").wordless && !ask(&engine, "").wordless);
}

#[tokio::test]
async fn a_question_about_something_else_is_no_answer_for_the_words_around_it() {
    let pay = document("help:1", 0, "Les ressources", "", "Une ressource réclame un paiement en ligne ? Ne payez pas.");
    let account = document("help:2", 0, "Supprimer un compte", "", "Ouvrez le menu du compte.");
    let engine = engine(vec![put(vec![pay]), put(vec![account])]).await;
    for text in ["payer la cantine en ligne", "combien coûte un iphone"] {
        let answer = ask(&engine, text);
        assert!(!answer.answered, "{text}");
    }
    for text in ["payer en ligne", "supprimer mon compte"] {
        assert!(ask(&engine, text).answered, "{text}");
    }
}

#[tokio::test]
async fn what_is_only_distantly_related_is_a_handful_on_the_first_page() {
    let put_one = |number: usize| {
        put(vec![document(&format!("help:{number}"), 0, "Autre chose", "", "Payer en ligne, et d’autres sujets.")])
    };
    let engine = engine((0..30).map(put_one).collect()).await;
    let page = |offset| {
        let request = SearchRequest::new("payer la cantine du lycée voisin ").visible("help", Filter::all());
        let mut answer = engine.search_blocking(&request.page(10, offset)).expect("answered");
        answer.keep_distant(offset);
        (answer.answered, answer.hits.len(), answer.total)
    };
    assert_eq!((page(0), page(10)), ((false, 5, 5), (false, 0, 5)));
}
