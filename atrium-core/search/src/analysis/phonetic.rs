//! How a French word sounds, for words written by ear: « telefone », « mo de passe », « koman », « parans ».
//!
//! Two words of one key may well be pronounced differently; the key only has to be the same for the ways in which one
//! word is misspelt. It works on folded words, so a cedilla is lost: `français` and « fransais » do not meet.

/// Shortest word that is compared by ear, in letters.
const SHORTEST: usize = 3;

/// Returns the phonetic key of a folded word; `None` for one too short, or with other characters than a to z.
pub(crate) fn phonetic_key(folded: &str) -> Option<String> {
    let letters = folded.as_bytes();
    if letters.len() < SHORTEST || !letters.iter().all(u8::is_ascii_lowercase) {
        return None;
    }
    let mut word = spoken(letters);
    let mut key = String::with_capacity(word.len());
    while let Some((sound, length)) = next(word, &key) {
        for c in sound.chars() {
            // « mm » is heard once.
            if !key.ends_with(c) {
                key.push(c);
            }
        }
        word = &word[length..];
    }
    Some(key)
}

/// Without the letters at the end that are not heard: a plural, a final t or d, the r of an infinitive, a final e.
fn spoken(letters: &[u8]) -> &[u8] {
    let mut word = letters;
    while let [rest @ .., b's' | b't' | b'x' | b'z' | b'd' | b'p'] = word
        && rest.len() >= 2
    {
        word = rest;
    }
    if let [rest @ .., b'e', b'r'] = word
        && rest.len() > 2
    {
        return rest;
    }
    match word {
        [rest @ .., b'e'] if rest.len() >= 2 => rest,
        word => word,
    }
}

/// Returns the first sound of `word` and the letters that make it; `before` is what was heard so far.
fn next(word: &[u8], before: &str) -> Option<(&'static str, usize)> {
    let first = *word.first()?;
    let at = |index: usize| word.get(index).copied();
    if is_vowel(first)
        && let Some(nasal) = nasal(word)
    {
        return Some(nasal);
    }
    Some(match (first, at(1), at(2)) {
        (b'e', Some(b'a'), Some(b'u')) => ("o", 3),
        (b'o', Some(b'e'), Some(b'u')) => ("e", 3),
        (b'o', Some(b'u'), Some(b'a')) => ("wa", 3),
        (b'a', Some(b'u'), _) => ("o", 2),
        (b'a' | b'e', Some(b'i' | b'y'), _) | (b'e', Some(b'u'), _) => ("e", 2),
        (b'o', Some(b'u'), _) => ("u", 2),
        (b'o', Some(b'i' | b'y' | b'a'), _) => ("wa", 2),
        (b'i', Some(b'l'), Some(b'l')) => ("i", 3),
        (b'i' | b'y', ..) => ("i", 1),
        (b'a', ..) => ("a", 1),
        (b'e', ..) => ("e", 1),
        (b'o', ..) => ("o", 1),
        (b'u', ..) => ("y", 1),
        (b's', Some(b'c'), Some(b'h')) => ("S", 3),
        (b'c' | b's', Some(b'h'), _) => ("S", 2),
        (b's', Some(b'c'), Some(b'e' | b'i' | b'y')) => ("s", 2),
        (b'p', Some(b'h'), _) => ("f", 2),
        (b't', Some(b'i'), Some(b'o')) if at(3) == Some(b'n') && !before.ends_with('s') => ("si", 2),
        (b't', Some(b'h'), _) => ("t", 2),
        (b'q', Some(b'u'), _) | (b'c', Some(b'k' | b'q'), _) => ("k", 2),
        (b'c', Some(b'c'), Some(b'e' | b'i' | b'y')) => ("ks", 2),
        (b'c', Some(b'e' | b'i' | b'y'), _) => ("s", 1),
        (b'c' | b'k' | b'q', ..) => ("k", 1),
        (b'g', Some(b'n'), _) => ("N", 2),
        (b'g', Some(b'u'), Some(b'e' | b'i' | b'y')) => ("g", 2),
        (b'g', Some(b'e'), Some(b'a' | b'o' | b'u')) => ("j", 2),
        (b'g', Some(b'e' | b'i' | b'y'), _) | (b'j', ..) => ("j", 1),
        (b'g', ..) => ("g", 1),
        (b'x', ..) => ("ks", 1),
        (b's' | b'z', ..) => ("s", 1),
        (b'v' | b'w', ..) => ("v", 1),
        (b'h', ..) => ("", 1),
        (b'b', ..) => ("b", 1),
        (b'd', ..) => ("d", 1),
        (b'f', ..) => ("f", 1),
        (b'l', ..) => ("l", 1),
        (b'm', ..) => ("m", 1),
        (b'n', ..) => ("n", 1),
        (b'p', ..) => ("p", 1),
        (b'r', ..) => ("r", 1),
        _ => ("t", 1),
    })
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// Returns a vowel that an n or m behind it makes nasal: neither doubled nor before another vowel.
fn nasal(word: &[u8]) -> Option<(&'static str, usize)> {
    const NASALS: [(&[u8], &str); 10] = [
        (b"oin", "wI"),
        (b"ien", "iI"),
        (b"ain", "I"),
        (b"aim", "I"),
        (b"ein", "I"),
        (b"in", "I"),
        (b"yn", "I"),
        (b"un", "I"),
        (b"an", "A"),
        (b"en", "A"),
    ];
    const BEFORE_LIPS: [(&[u8], &str); 6] =
        [(b"im", "I"), (b"ym", "I"), (b"um", "I"), (b"am", "A"), (b"em", "A"), (b"om", "O")];
    let ends =
        |length: usize| word.get(length).is_none_or(|after| !is_vowel(*after) && !matches!(after, b'n' | b'm' | b'h'));
    let whole = NASALS.into_iter().chain([(b"on".as_slice(), "O")]).chain(BEFORE_LIPS);
    let mut found = whole.filter(|(letters, _)| word.starts_with(letters) && ends(letters.len()));
    found.next().map(|(letters, sound)| (sound, letters.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_written_by_ear_sound_like_the_right_ones() {
        for (typed, meant) in [
            ("telefone", "telephone"),
            ("parans", "parents"),
            ("koman", "comment"),
            ("comant", "comment"),
            ("devoar", "devoir"),
            ("rendr", "rendre"),
            ("mesagerie", "messagerie"),
            ("konection", "connexion"),
            ("conexion", "connexion"),
            ("kasié", "casier"),
            ("identifian", "identifiant"),
            ("ordinateur", "ordinnateur"),
            ("envoyé", "envoyer"),
            ("eleve", "elaive"),
            ("note", "nautes"),
            ("manuel", "manuels"),
            ("pronotte", "pronote"),
            ("biblioteque", "bibliotheque"),
            ("absance", "absence"),
            ("professeur", "profeseur"),
        ] {
            let folded = |word: &str| word.replace('é', "e");
            assert_eq!(phonetic_key(&folded(typed)), phonetic_key(meant), "{typed}, {meant}");
        }
    }

    #[test]
    fn words_that_sound_otherwise_are_kept_apart() {
        for (one, other) in [
            ("parents", "parent"),
            ("casier", "cahier"),
            ("devoir", "pouvoir"),
            ("cours", "corps"),
            ("compte", "comment"),
        ] {
            let same = one == "parents";
            assert_eq!(phonetic_key(one) == phonetic_key(other), same, "{one}, {other}");
        }
        assert_eq!([phonetic_key("mo"), phonetic_key("2nde"), phonetic_key("pix!")], [None, None, None]);
    }
}
