//! Inflection: singular and plural, masculine and feminine, persons and tenses of a verb share one stem.
//!
//! Snowball's French stemmer, applied to the **folded** word so that `réservée` and `RESERVEE` meet. It knows its verb
//! endings by their accents, so the ones that folding hides are given back before it runs.

use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};

use super::fold::fold;

/// Plurals that no rule brings to their singular.
const IRREGULAR: [(&str, &str); 5] = [
    ("travaux", "travail"),
    ("vitraux", "vitrail"),
    ("yeux", "oeil"),
    ("messieurs", "monsieur"),
    ("mesdames", "madame"),
];

/// Returns the stem of a folded word. Words of three letters or fewer, and words with a digit, are their own stem.
pub(crate) fn stem(folded: &str) -> String {
    if folded.len() <= 3 || folded.bytes().any(|byte| byte.is_ascii_digit()) {
        return folded.to_owned();
    }
    if let Some((_, singular)) = IRREGULAR.iter().find(|(plural, _)| *plural == folded) {
        return stem(singular);
    }
    let accented = give_back_accents(folded);
    let stem = Stemmer::create(Algorithm::French).stem(&accented);
    let stem = if stem.is_ascii() { stem.into_owned() } else { fold(&stem) };
    let stem = without_ending(stem);
    if stem.len() < 2 { folded.to_owned() } else { stem }
}

/// `creee` → `creée`: the participle endings that Snowball recognises only with their accent.
fn give_back_accents(folded: &str) -> Cow<'_, str> {
    for (plain, accented) in [("ees", "ées"), ("ee", "ée")] {
        if let Some(start) = folded.strip_suffix(plain).filter(|start| start.len() > 1) {
            return Cow::Owned(format!("{start}{accented}"));
        }
    }
    Cow::Borrowed(folded)
}

/// `rendr`, `rendent`, `rendu` → `rend`: verbs in -dre, of whose endings Snowball knows the fewest.
fn without_ending(mut stem: String) -> String {
    let endings = ["r", "ent", "u"];
    let start = endings.iter().filter_map(|ending| stem.strip_suffix(ending)).find(|start| is_dre(start));
    if let Some(length) = start.map(str::len) {
        stem.truncate(length);
    }
    stem
}

fn is_dre(start: &str) -> bool {
    start.len() > 3 && (start.ends_with("nd") || start.ends_with("rd"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_meet_with_and_without_accents() {
        for family in [
            &["reserve", "reservee", "reservees", "reserver", "reserves"][..],
            &["creee", "creer", "cree"],
            &["dossier", "dossiers"],
            &["journal", "journaux"],
            &["partager", "partagez", "partage"],
            &["rendre", "rends", "rend", "rendra", "rendez", "rendent", "rendu", "rendues"],
            &["repondre", "repond", "repondent", "repondu"],
            &["perdre", "perds", "perdent"],
        ] {
            let stems: std::collections::BTreeSet<String> = family.iter().map(|word| stem(word)).collect();
            assert_eq!(stems.len(), 1, "{family:?}: {stems:?}");
        }
    }

    #[test]
    fn short_words_and_numbers_are_left_alone() {
        for word in ["ent", "pix", "2nde", "1eres"] {
            assert_eq!(stem(word), word);
        }
    }
}
