//! The words that open a question without saying what it is about: « comment faire pour … », « je n’arrive pas à … ».

use crate::analysis::phonetic_key;

/// Openings, as folded words without their elided articles.
const OPENINGS: [&str; 78] = [
    "bonjour",
    "bonsoir",
    "salut",
    "merci",
    "svp",
    "comment faire pour",
    "comment faire",
    "comment fait on pour",
    "comment fait on",
    "comment on fait pour",
    "comment on fait",
    "comment ca marche",
    "comment fonctionne",
    "comment fonctionnent",
    "comment peut on",
    "comment puis je",
    "comment je peux",
    "comment je fais pour",
    "comment dois je",
    "comment est ce que je peux",
    "comment est ce qu on",
    "comment",
    "ou se trouve",
    "ou se trouvent",
    "ou se situe",
    "ou trouver",
    "ou puis je trouver",
    "ou je peux trouver",
    "ou peut on",
    "ou puis je",
    "ou est passe",
    "ou est",
    "ou sont",
    "ou",
    "je arrive pas a",
    "je arrive plus a",
    "j arrive pas a",
    "arrive pas a",
    "arrive plus a",
    "je y arrive pas",
    "je ne arrive pas a",
    "je ne arrive plus a",
    "je ne peux pas",
    "je ne peux plus",
    "je peux pas",
    "je peux plus",
    "je ne sais pas comment",
    "je sais pas comment",
    "je ne sais pas",
    "je ne comprends pas comment",
    "je voudrais",
    "je veux",
    "je souhaite",
    "je souhaiterais",
    "aimerais",
    "je cherche a",
    "je cherche",
    "est ce possible de",
    "est il possible de",
    "est ce que je peux",
    "est ce que on peut",
    "est ce que",
    "peut on",
    "puis je",
    "a quoi sert",
    "a quoi servent",
    "a quoi ca sert",
    "a quoi correspond",
    "est quoi",
    "est ce quoi",
    "ce est quoi",
    "ai un probleme avec",
    "probleme avec",
    "probleme pour",
    "probleme de",
    "impossible de",
    "ai besoin de aide avec",
    "ai besoin aide avec",
];

/// Verbs that fit any object, and so add no meaning after an opening (« comment utiliser … »).
const LIGHT_VERBS: [&str; 6] = ["utiliser", "utilise", "faire", "avoir", "servir", "marche"];

/// Returns which of `words` belong to the opening. Several may follow each other (« bonjour, comment faire pour …
/// »).
pub(crate) fn filler_words(words: &[&str]) -> Vec<bool> {
    let mut marks = vec![false; words.len()];
    // What is written by ear reads as what is meant.
    let meant: Vec<&str> = words.iter().map(|word| meant_by_ear(word).unwrap_or(word)).collect();
    let mut start = 0;
    while let Some(length) = opening_length(&meant[start..]) {
        marks[start..start + length].fill(true);
        start += length;
    }
    if start > 0 && words.get(start).is_some_and(|word| LIGHT_VERBS.contains(word)) {
        marks[start] = true;
    }
    marks
}

/// The word that people write by ear most.
const BY_EAR: &str = "comment";

/// Returns the word of an opening that `typed` is, when it is written by ear.
pub(crate) fn meant_by_ear(typed: &str) -> Option<&'static str> {
    (typed != BY_EAR && phonetic_key(typed) == phonetic_key(BY_EAR)).then_some(BY_EAR)
}

fn opening_length(words: &[&str]) -> Option<usize> {
    let length = |opening: &str| {
        let mut count = 0;
        let fits = opening.split(' ').all(|word| {
            count += 1;
            words.get(count - 1).is_some_and(|typed| *typed == word)
        });
        fits.then_some(count)
    };
    OPENINGS.iter().filter_map(|opening| length(opening)).max()
}

#[cfg(test)]
mod tests {
    use crate::query::parse;

    fn content(text: &str) -> Vec<String> {
        parse(text).words.into_iter().filter(|word| !word.filler).map(|word| word.folded).collect()
    }

    #[test]
    fn questions_lose_their_opening_and_keep_their_subject() {
        assert_eq!(content("comment faire pour rendre un devoir ?"), ["rendre", "devoir"]);
        assert_eq!(content("je n’arrive pas à me connecter "), ["connecter"]);
        assert_eq!(content("j'arrive pas à ouvrir mon casier "), ["ouvrir", "casier"]);
        assert_eq!(content("où est le code UAI ?"), ["code", "uai"]);
        assert_eq!(content("à quoi sert Moodle ?"), ["moodle"]);
        assert_eq!(content("c’est quoi un référent "), ["referent"]);
        assert_eq!(content("j'ai besoin d'aide avec la messagerie "), ["messagerie"]);
        assert_eq!(content("koman rendre un devoir "), ["rendre", "devoir"]);
        assert_eq!(content("Bonjour, comment puis-je imprimer "), ["imprimer"]);
    }

    #[test]
    fn an_opening_alone_is_what_is_looked_for() {
        assert_eq!(content("comment "), ["comment"]);
    }
}
