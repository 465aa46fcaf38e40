//! Derivation: `connexion`, `connecter`, `connecté` are one family, which the inflectional stemmer keeps apart.
//!
//! A light suffix remover over folded words: the longest ending of [`ENDINGS`] goes, as long as enough of the word is
//! left, and irregular pairs are named one by one in [`IRREGULAR`]. It is looser than a stem on purpose: a match in
//! this form weighs less.

use super::stem::stem;

/// Endings, longest first among those that overlap, and what replaces them.
const ENDINGS: [(&str, &str); 74] = [
    ("isations", "is"),
    ("isation", "is"),
    ("isateurs", "is"),
    ("isateur", "is"),
    ("isatrice", "is"),
    ("isables", "is"),
    ("isable", "is"),
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
    ("itions", ""),
    ("ition", ""),
    ("ateurs", ""),
    ("ateur", ""),
    ("atrices", ""),
    ("atrice", ""),
    ("xions", "ct"),
    ("xion", "ct"),
    ("issements", ""),
    ("issement", ""),
    ("ements", ""),
    ("ement", ""),
    ("ions", ""),
    ("ion", ""),
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

/// Roots of one family that no ending explains: the second is said for the first.
const IRREGULAR: [(&str, &str); 40] = [
    ("supprim", "suppress"),
    ("imprim", "impress"),
    ("reimprim", "reimpress"),
    ("comprim", "compress"),
    ("exprim", "express"),
    ("decomprim", "decompress"),
    ("convert", "convers"),
    ("invert", "invers"),
    ("ger", "gest"),
    ("transmett", "transmiss"),
    ("permett", "permiss"),
    ("admett", "admiss"),
    ("soumett", "soumiss"),
    ("emett", "emiss"),
    ("lir", "lect"),
    ("lis", "lect"),
    ("ecrir", "ecrit"),
    ("ecriv", "ecrit"),
    ("inscrir", "inscript"),
    ("inscriv", "inscript"),
    ("inscr", "inscript"),
    ("souscrir", "souscript"),
    ("decrir", "descript"),
    ("decriv", "descript"),
    ("detruir", "destruct"),
    ("construir", "construct"),
    ("reduir", "reduct"),
    ("traduir", "traduct"),
    ("introduir", "introduct"),
    ("produir", "product"),
    ("resoudr", "resolut"),
    ("ouvr", "ouvert"),
    ("couvr", "couvert"),
    ("fermetur", "ferm"),
    ("fermet", "ferm"),
    ("recevoir", "recept"),
    ("recoiv", "recept"),
    ("apercev", "apercu"),
    ("voir", "vu"),
    ("deplac", "deplac"),
];

/// Shortest root an ending may leave.
const SHORTEST: usize = 4;

/// The derivational root of a folded word.
pub(crate) fn root(folded: &str) -> String {
    if folded.len() <= SHORTEST || !folded.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return stem(folded);
    }
    let bare = ENDINGS.iter().find_map(|(ending, replacement)| {
        let start = folded.strip_suffix(ending)?;
        (start.len() + replacement.len() >= SHORTEST).then(|| format!("{start}{replacement}"))
    });
    let bare = smooth(bare.unwrap_or_else(|| folded.to_owned()));
    IRREGULAR.iter().find(|(from, _)| *from == bare).map_or(bare, |(_, to)| (*to).to_owned())
}

/// Spelling that changes with what follows, not with the family: `charg-e-ant`, doubled consonants, a last vowel.
fn smooth(mut root: String) -> String {
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
        ] {
            let roots: std::collections::BTreeSet<String> = family.iter().map(|word| root(word)).collect();
            assert_eq!(roots.len(), 1, "{family:?}: {roots:?}");
        }
    }
}
