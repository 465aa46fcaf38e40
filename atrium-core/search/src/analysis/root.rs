//! Derivation: `connexion`, `connecter`, `connecté` are one family, which the inflectional stemmer keeps apart.
//!
//! A light suffix remover over folded words: an irregular inflection (`feront`, `actrices`) gives way to its word, then the
//! longest ending of [`ENDINGS`] goes, as long as enough of the word is left. What no ending explains is listed word by
//! word in [`families`](super::families). It is looser than a stem on purpose: a match in this form weighs less.

use super::families::root_of_family;
use super::known::base_of;
use super::stem::stem;

/// Endings, longest first among those that overlap, and what replaces them.
const ENDINGS: [(&str, &str); 89] = [
    ("isations", "is"),
    ("isation", "is"),
    ("isateurs", "is"),
    ("isateur", "is"),
    ("isatrice", "is"),
    ("isables", "is"),
    ("isable", "is"),
    ("abilites", ""),
    ("abilite", ""),
    ("ibilites", "ibl"),
    ("ibilite", "ibl"),
    ("ibuteurs", "ibu"),
    ("ibuteur", "ibu"),
    ("ifications", "ifi"),
    ("ification", "ifi"),
    ("ationnels", "at"),
    ("ationnel", "at"),
    ("ionnements", ""),
    ("ionnement", ""),
    ("ionnaires", ""),
    ("ionnaire", ""),
    ("ionnees", ""),
    ("ionnee", ""),
    ("ionner", ""),
    ("ionnez", ""),
    ("ionnant", ""),
    ("ionnes", ""),
    ("ionne", ""),
    ("ations", ""),
    ("ation", ""),
    ("aisons", ""),
    ("aison", ""),
    ("itions", ""),
    ("ition", ""),
    ("ateurs", ""),
    ("ateur", ""),
    ("atrices", ""),
    ("atrice", ""),
    ("utions", "u"),
    ("ution", "u"),
    ("xions", "ct"),
    ("xion", "ct"),
    ("issements", ""),
    ("issement", ""),
    ("ements", ""),
    ("ement", ""),
    ("ions", ""),
    ("ion", ""),
    ("issages", ""),
    ("issage", ""),
    ("isseurs", ""),
    ("isseur", ""),
    ("issantes", ""),
    ("issants", ""),
    ("issante", ""),
    ("issant", ""),
    ("issez", ""),
    ("issent", ""),
    ("issons", ""),
    ("antes", ""),
    ("ants", ""),
    ("ante", ""),
    ("ant", ""),
    ("ages", ""),
    ("age", ""),
    ("eurs", ""),
    ("eur", ""),
    ("euses", ""),
    ("euse", ""),
    ("ures", ""),
    ("ure", ""),
    ("ables", ""),
    ("able", ""),
    ("ances", ""),
    ("ance", ""),
    ("ees", ""),
    ("ee", ""),
    ("ons", ""),
    ("ents", ""),
    ("ent", ""),
    ("er", ""),
    ("ez", ""),
    ("ies", "i"),
    ("ir", ""),
    ("it", ""),
    ("is", ""),
    ("es", ""),
    ("e", ""),
    ("s", ""),
];

/// Shortest root an ending may leave.
const SHORTEST: usize = 4;

/// Returns the derivational root of a folded word.
pub(crate) fn root(folded: &str) -> String {
    root_of_family(folded).map_or_else(|| bare(folded), str::to_owned)
}

/// Returns the word without its inflection and its ending, before irregular families are looked up.
pub(super) fn bare(folded: &str) -> String {
    without_ending(base_of(folded).as_deref().unwrap_or(folded))
}

fn without_ending(folded: &str) -> String {
    if folded.len() <= SHORTEST || !folded.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return stem(folded);
    }
    let bare = ENDINGS.iter().find_map(|(ending, replacement)| {
        let start = folded.strip_suffix(ending)?;
        (start.len() + replacement.len() >= SHORTEST).then(|| format!("{start}{replacement}"))
    });
    smooth(bare.unwrap_or_else(|| folded.to_owned()))
}

/// Spelling that changes with what follows, not with the family: `charg-e-ant`, doubled consonants, a last vowel,
/// `indiqu-er` and `indic-ation`, `navigu-er` and `navig-ation`.
fn smooth(mut root: String) -> String {
    if root.len() > SHORTEST && root.ends_with("qu") {
        root.truncate(root.len() - 2);
        root.push('c');
        return root;
    }
    if root.len() > SHORTEST && root.ends_with("gu") {
        root.pop();
        return root;
    }
    let bytes = root.as_bytes();
    if let [.., a, b] = bytes
        && a == b
        && bytes.len() > SHORTEST
        && matches!(a, b'l' | b'n' | b't' | b'm' | b'p')
    {
        root.pop();
    } else if bytes.len() > SHORTEST && matches!(bytes.last(), Some(b'e' | b'i')) {
        root.pop();
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_shares_its_root() {
        for family in [
            &["connexion", "connexions", "connecter", "connecte", "connectez"][..],
            &["modification", "modifier", "modifie", "modifications"],
            &["suppression", "supprimer", "supprimez", "supprime"],
            &["impression", "imprimer", "imprimante"],
            &["definition", "definir", "definissez"],
            &["selection", "selectionner", "selectionnez", "selections"],
            &["conversion", "convertir"],
            &["reinitialisation", "reinitialiser", "reinitialisez"],
            &["affichage", "afficher", "affichez"],
            &["telechargement", "telecharger", "telecharge"],
            &["configuration", "configurer"],
            &["indiquer", "indication", "indiquez"],
            &["naviguer", "navigation"],
        ] {
            let roots: std::collections::BTreeSet<String> = family.iter().map(|word| root(word)).collect();
            assert_eq!(roots.len(), 1, "{family:?}: {roots:?}");
        }
    }
}
