//! Irregular families: words of one meaning that no ending brings together (`lire`, `lecture`; `gérer`, `gestion`), and
//! words that an ending brings to a family that is not theirs (`collègue`, `collège`).
//!
//! Both are lists of words, in `search/french`. A listed word is looked up as it stands, and its unlisted inflections by
//! what the suffix remover leaves of them. Tests reject a row without effect and rows that contradict each other.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::known::base_of;
use super::root::bare;

const FAMILIES: &str = include_str!("../french/families.txt");
const APART: &str = include_str!("../french/apart.txt");

/// A row of the list of families.
struct Family {
    /// Its words, the one that names it first.
    words: Vec<Listed>,
}

/// A word of a family.
struct Listed {
    word: String,
    /// `true` if it stands for itself only, not for words with its bare form too.
    alone: bool,
}

/// The roots of the listed words.
struct Roots {
    by_word: HashMap<String, String>,
    by_bare: HashMap<String, String>,
}

static ROOTS: LazyLock<Roots> = LazyLock::new(|| {
    let mut roots = Roots { by_word: HashMap::new(), by_bare: HashMap::new() };
    for family in families() {
        let root = name(&family.words[0].word);
        for Listed { word, alone } in family.words {
            if !alone {
                roots.by_bare.insert(bare(&word), root.clone());
            }
            roots.by_word.insert(word, root.clone());
        }
    }
    for (words, _) in apart() {
        let root = name(words[0]);
        roots.by_word.extend(words.into_iter().map(|word| (word.to_owned(), root.clone())));
    }
    roots
});

/// Returns the root of the family of a folded word, if it is in one. No other word has it.
pub(super) fn root_of_family(folded: &str) -> Option<&'static str> {
    let of_base = || base_of(folded).and_then(|base| ROOTS.by_word.get(&base));
    let root = ROOTS.by_word.get(folded).or_else(of_base).or_else(|| ROOTS.by_bare.get(&bare(folded)));
    root.map(String::as_str)
}

/// Returns the root that `first` names. The mark keeps it apart from what endings leave of other words.
fn name(first: &str) -> String {
    format!("~{first}")
}

fn rows(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn families() -> impl Iterator<Item = Family> {
    rows(FAMILIES).flat_map(|row| {
        let (starts, words) = row.split_once(':').unwrap_or(("-", row));
        starts.split_whitespace().map(move |start| {
            let start = if start == "-" { "" } else { start };
            let words = words.split_whitespace().map(|ending| Listed {
                word: format!("{start}{}", ending.trim_start_matches('=')),
                alone: ending.starts_with('='),
            });
            Family { words: words.collect() }
        })
    })
}

/// Rows of words of one family, each with a word of the family that they are kept apart from.
fn apart() -> impl Iterator<Item = (Vec<&'static str>, &'static str)> {
    rows(APART).map(|row| {
        let (words, other) = row.split_once(':').expect("a row says what its words are kept apart from");
        (words.split_whitespace().collect(), other.trim())
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use super::*;
    use crate::analysis::root;

    #[test]
    fn every_word_of_a_family_has_its_root() {
        for family in families() {
            let first = root(&family.words[0].word);
            for listed in &family.words {
                assert_eq!(root(&listed.word), first, "`{}` beside `{}`", listed.word, family.words[0].word);
            }
        }
    }

    #[test]
    fn every_family_brings_together_what_the_endings_do_not() {
        for family in families() {
            let bares: BTreeSet<String> = family.words.iter().map(|listed| bare(&listed.word)).collect();
            assert!(bares.len() > 1, "the row of `{}` changes nothing", family.words[0].word);
        }
    }

    #[test]
    fn a_word_is_in_one_row() {
        let (mut words, mut bares) = (HashMap::new(), HashMap::new());
        for family in families() {
            let first = family.words[0].word.clone();
            for listed in family.words {
                let before = words.insert(listed.word.clone(), first.clone());
                assert!(
                    before.as_ref().is_none_or(|before| *before == first),
                    "`{}`: {before:?}, {first}",
                    listed.word
                );
                if !listed.alone {
                    let before = bares.insert(bare(&listed.word), first.clone());
                    assert!(before.as_ref().is_none_or(|before| *before == first), "`{}`: {before:?}", listed.word);
                }
            }
        }
        for (row, _) in apart() {
            for word in row {
                assert!(words.insert(word.to_owned(), String::new()).is_none(), "`{word}` is in two rows");
            }
        }
    }

    #[test]
    fn every_word_kept_apart_would_otherwise_meet_the_other() {
        for (words, other) in apart() {
            let bare = bare(words[0]);
            let otherwise = ROOTS.by_bare.get(&bare).unwrap_or(&bare);
            assert_eq!(*otherwise, root(other), "the row of `{}` changes nothing", words[0]);
            for word in &words {
                assert_eq!(root(word), root(words[0]), "{word}");
            }
            assert_ne!(root(words[0]), root(other), "{words:?}");
        }
    }

    #[test]
    fn verbs_meet_their_nouns() {
        for (one, other) in [
            ("gerer", "gestion"),
            ("recevoir", "reception"),
            ("transmettre", "transmission"),
            ("absent", "absence"),
            ("lire", "lecture"),
            ("voir", "vue"),
            ("produire", "produisez"),
            ("elire", "elections"),
            ("inscrits", "inscription"),
            ("remettez", "remise"),
            ("payons", "paiement"),
            ("deployes", "deploiements"),
            ("choisissons", "choix"),
            ("apprenne", "apprentissage"),
            ("transmettrez", "transmission"),
            ("interviennes", "intervention"),
            ("disponible", "disponibilite"),
            ("attribuer", "attribution"),
            ("remplir", "remplissage"),
            ("comparer", "comparaison"),
            ("lyceens", "lycee"),
            ("former", "formation"),
            ("belles", "beau"),
            ("nouvelle", "nouveaux"),
            ("douce", "doux"),
            ("vieille", "vieux"),
            ("ceder", "cession"),
            ("posseder", "possession"),
            ("fait", "feront"),
            ("pouvoir", "pouvez"),
            ("actrice", "acteur"),
            ("baux", "bail"),
            ("ecole", "scolaire"),
            ("fausses", "faux"),
            ("premieres", "premier"),
            ("etrangere", "etranger"),
            ("inspectrice", "inspecteur"),
            ("viendra", "venir"),
            ("iront", "aller"),
            ("saura", "savoir"),
            ("devront", "devoir"),
            ("prennent", "prendre"),
            ("regionaux", "region"),
            ("mensuels", "mois"),
            ("beaute", "belle"),
            ("desinscrire", "desinscription"),
            ("retourner", "retours"),
            ("depanner", "panne"),
            ("administratif", "administration"),
            ("justifier", "justificatifs"),
            ("parents", "parentale"),
            ("pertinent", "pertinence"),
            ("photographier", "photos"),
            ("pedagogie", "pedagogique"),
            ("maths", "mathematiques"),
        ] {
            assert_eq!(root(one), root(other), "{one}, {other}");
        }
    }

    #[test]
    fn unrelated_words_stay_apart() {
        for (one, other) in [
            ("reference", "referent"),
            ("amis", "admis"),
            ("devoir", "voir"),
            ("avoir", "voir"),
            ("voiture", "voit"),
            ("listes", "lire"),
            ("couverture", "ouverture"),
            ("presentation", "pression"),
            ("conversation", "conversion"),
            ("service", "servir"),
            ("classe", "classeur"),
            ("boite", "boire"),
            ("cours", "courir"),
            ("attention", "attente"),
            ("important", "importer"),
            ("mission", "mise"),
            ("electrique", "electrice"),
            ("vent", "vente"),
            ("contenu", "conte"),
            ("departement", "depart"),
            ("formation", "forme"),
            ("maniere", "manier"),
            ("misere", "miser"),
            ("nombre", "nom"),
            ("manuel", "main"),
            ("session", "cession"),
            ("succes", "succession"),
        ] {
            assert_ne!(root(one), root(other), "{one}, {other}");
        }
    }
}
