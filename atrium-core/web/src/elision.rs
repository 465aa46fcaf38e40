//! French elision before a name: "de Marc", "d’Élodie". Translations call it as `DE($name)`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The folded beginnings of names with a mute `h`: those that French took from Latin and Greek, and the Germanic
/// ones that have been French for centuries. Other names with an `h` keep "de", as Arabic, English and German ones
/// do: "de Hassan", "de Harold", "de Hans". Where usage varies (Hugo, Herbert), either is right.
const MUTE: [&str; 45] = [
    "hadelin",
    "hadrien",
    "hebe",
    "hector",
    "hegesippe",
    "helen",
    "helie",
    "heliette",
    "heloise",
    "helvetius",
    "henri",
    "heracl",
    "herbert",
    "hercule",
    "hermance",
    "hermel",
    "hermes",
    "hermin",
    "hermione",
    "herodote",
    "herve",
    "hesiode",
    "hilaire",
    "hilarion",
    "hilda",
    "hilde",
    "hippocrate",
    "hippolyte",
    "hombeline",
    "homere",
    "honor",
    "hopital",
    "horace",
    "hortense",
    "hospi",
    "hotel",
    "hubert",
    "hugo",
    "hugues",
    "huguette",
    "humbert",
    "hyacinthe",
    "hygin",
    "hypatie",
    "hyppolite",
];
/// Words whose first vowel keeps "de".
const KEPT: [&str; 6] = ["oui", "onze", "onzieme", "ouistiti", "uhlan", "ululement"];

/// Returns `name` after "de", elided as in French.
pub(super) fn de(name: &str) -> String {
    if elides(name) { format!("d’{name}") } else { format!("de {name}") }
}

fn elides(name: &str) -> bool {
    let folded: String = name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let letters = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    let first_word = letters.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    if KEPT.contains(&first_word) {
        return false;
    }
    let mut chars = letters.chars();
    match chars.next() {
        Some('a' | 'e' | 'i' | 'o' | 'u' | 'æ' | 'œ') => true,
        // "d’Yves", and "de Yann": before a vowel it is a consonant.
        Some('y') => chars.next().is_some_and(|next| next.is_alphabetic() && !"aeiouy".contains(next)),
        Some('h') => MUTE.iter().any(|start| letters.starts_with(start)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::de;

    #[test]
    fn names_that_begin_with_a_vowel_or_a_mute_h_elide() {
        for name in ["Élodie Martin", "ÉLODIE", "E\u{301}lodie", "Aïcha", "Îlan", "Œdipe", "Ulysse", "Yves", "Ylan"]
        {
            assert_eq!(de(name), format!("d’{name}"));
        }
        for name in [
            "Hélène Roux",
            "HENRI",
            "Henriette",
            "Hervé",
            "Honoré",
            "Hubert",
            "Hugo",
            "Hyacinthe",
            "« Anne »",
            "Huguette",
            "Hortense",
            "Hilarion",
            "Hermance",
            "Humbert",
            "Horace",
            "Hector",
        ] {
            assert_eq!(de(name), format!("d’{name}"));
        }
    }

    #[test]
    fn consonants_an_aspirated_h_digits_and_y_before_a_vowel_do_not() {
        for name in [
            "Marc", "Hans", "Harry", "Habib", "Habiba", "Helmut", "Heinz", "Hamza", "Houria", "Hicham", "Hussein",
            "Hassan", "Harold", "Hakim", "Yann", "Yasmine", "Youssef", "Wendy", "11", "3e B", "Onze", "",
        ] {
            assert_eq!(de(name), format!("de {name}"));
        }
    }
}
