//! Splitting a text into words, where they stand.

use super::elision::{after_forgotten_apostrophe, article_before_capitals, is_apostrophe, is_article, is_whole};
use super::fold::{fold_into, is_invisible};
use super::stopwords::is_stop_word;
use super::{WORD_LIMIT, Word};
use unicode_normalization::char::is_combining_mark;

/// A run of letters and digits, before compounds and elision are looked at.
struct Run {
    start: usize,
    end: usize,
    folded: String,
    capitals: usize,
    others: usize,
    /// The single character between the previous run and this one, when there is only one.
    joint: Option<char>,
    /// Its letters, when they were read as an article and a word without an apostrophe.
    glued: Option<String>,
}

/// Returns the words of `text`, in order. A compound gives its parts, and at the position of the first part its
/// joined form (`e-mail`: `e`, `email`, `mail`), so that both spellings meet.
pub(crate) fn split(text: &str) -> Vec<Word> {
    let runs = runs(text);
    let shouting = is_shouting(&runs);
    let mut words = Vec::with_capacity(runs.len() + 4);
    let mut position = 0;
    let mut at = 0;
    while at < runs.len() {
        let run = &runs[at];
        let next = runs.get(at + 1);
        if let Some(next) = next.filter(|next| next.joint.is_some_and(is_apostrophe)) {
            if is_whole(&run.folded, &next.folded) {
                words.push(word(run.start, next.end, position, format!("{}{}", run.folded, next.folded)));
                position += 1;
                at += 2;
                continue;
            }
            if is_article(&run.folded) {
                at += 1;
                continue;
            }
        }
        let compound = compound_length(&runs[at..]);
        for (offset, part) in runs[at..at + compound].iter().enumerate() {
            let acronym = !shouting && part.capitals >= 2 && part.others == 0 && part.folded.chars().count() >= 2;
            let glued = part.glued.clone();
            words.push(Word { acronym, glued, ..word(part.start, part.end, position + offset, part.folded.clone()) });
            if offset == 0 && compound > 1 {
                let joined: String = runs[at..at + compound].iter().map(|part| part.folded.as_str()).collect();
                if joined.len() <= WORD_LIMIT {
                    let last = &runs[at + compound - 1];
                    words.push(Word { joined: true, ..word(part.start, last.end, position, joined) });
                }
            }
        }
        position += compound;
        at += compound;
    }
    words
}

fn word(start: usize, end: usize, position: usize, folded: String) -> Word {
    Word { range: start..end, position, folded, joined: false, acronym: false, glued: None }
}

/// Returns the number of runs from the first that form one compound: two or three runs joined by hyphens without a
/// stop word (so that `est-ce`, `peut-on` and `dit-il` stay as they are).
fn compound_length(runs: &[Run]) -> usize {
    let tied = runs.iter().skip(1).take_while(|run| run.joint.is_some_and(is_hyphen)).count() + 1;
    let plain = (2..=3).contains(&tied) && runs[..tied].iter().all(|run| !is_stop_word(&run.folded));
    if plain { tied } else { 1 }
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

/// Returns `true` if the whole text is in capitals, which then do not mark acronyms.
fn is_shouting(runs: &[Run]) -> bool {
    let lettered = || runs.iter().filter(|run| run.capitals + run.others > 0);
    lettered().count() > 1 && lettered().all(|run| run.others == 0)
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut previous_end = None;
    while let Some((start, c)) = chars.next() {
        if !c.is_alphanumeric() {
            continue;
        }
        let end = start + c.len_utf8();
        let mut run = Run { start, end, folded: String::new(), capitals: 0, others: 0, joint: None, glued: None };
        count_case(&mut run, c);
        while let Some(&(at, c)) = chars.peek() {
            if !(c.is_alphanumeric() || is_combining_mark(c) || is_invisible(c)) {
                break;
            }
            count_case(&mut run, c);
            run.end = at + c.len_utf8();
            chars.next();
        }
        run.joint = previous_end.and_then(|end| {
            let mut between = text[end..start].chars();
            between.next().filter(|_| between.next().is_none())
        });
        previous_end = Some(run.end);
        fold_into(&text[run.start..run.end], &mut run.folded);
        leave_article(&mut run, text);
        if let Some((cut, _)) = run.folded.char_indices().nth(WORD_LIMIT) {
            run.folded.truncate(cut);
        }
        if !run.folded.is_empty() {
            runs.push(run);
        }
    }
    runs
}

/// Reads `lecole` as `l’école`: the word begins after the apostrophe that was forgotten.
fn leave_article(run: &mut Run, text: &str) {
    let typed = &text[run.start..run.end];
    let capitals = article_before_capitals(typed);
    let length = capitals.or_else(|| Some(run.folded.len() - after_forgotten_apostrophe(&run.folded)?.len()));
    // An article in other letters than a–z has another length than its folded form.
    let Some(length) = length.filter(|length| typed.get(..*length).is_some_and(|article| article.is_ascii())) else {
        return;
    };
    let article = &typed[..length];
    run.capitals -= article.chars().filter(char::is_ascii_uppercase).count();
    run.others -= article.chars().filter(char::is_ascii_lowercase).count();
    run.start += length;
    run.glued = Some(run.folded.clone()).filter(|_| capitals.is_none());
    run.folded.drain(..length);
}

fn count_case(run: &mut Run, c: char) {
    if c.is_uppercase() {
        run.capitals += 1;
    } else if c.is_lowercase() {
        run.others += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(text: &str) -> Vec<String> {
        split(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn articles_fall_before_either_apostrophe() {
        assert_eq!(folded("l'élève"), ["eleve"]);
        assert_eq!(folded("L’élève qu’on jusqu'ici lorsqu’il"), ["eleve", "on", "ici", "il"]);
        assert_eq!(folded("rock'n'roll"), ["rock", "roll"]);
    }

    #[test]
    fn a_forgotten_apostrophe_reads_as_if_it_stood_there() {
        for (glued, written) in [
            ("je narrive pas", "je n’arrive pas"),
            ("jai perdu lidentifiant de lecole", "j'ai perdu l'identifiant de l'école"),
            ("Cest quoi Lécole", "C’est quoi L’école"),
            ("quil envoie daccord", "qu’il envoie d’accord"),
            ("jarrive pas a mabonner", "j’arrive pas a m’abonner"),
            ("dinscription lemploi du temps", "d’inscription l’emploi du temps"),
            ("sest nest mest jusquici lorsquon puisquil", "s’est n’est m’est jusqu’ici lorsqu’on puisqu’il"),
            ("quelquun aujourdhui", "quelqu’un aujourd’hui"),
            ("lENT lUAI", "l’ENT l’UAI"),
            ("sil javais lai", "s’il j’avais l’ai"),
            ("LECOLE NEST PAS", "L’ÉCOLE N’EST PAS"),
        ] {
            assert_eq!(folded(glued), folded(written), "{glued}");
        }
        let text = "mon Lécole";
        assert_eq!(&text[split(text)[1].range.clone()], "école");
        assert!(split("lENT")[0].acronym);
    }

    #[test]
    fn words_that_exist_keep_their_first_letter() {
        let text = "lire droit ndd service dossier lien dune tas mails lemonde louvre sans mesure desactiver jeton quota cahier casier casie test liste";
        assert_eq!(folded(text).join(" "), text);
    }

    #[test]
    fn some_words_keep_their_apostrophe() {
        assert_eq!(folded("aujourd'hui, la presqu’île"), ["aujourdhui", "la", "presquile"]);
    }

    #[test]
    fn compounds_are_found_in_both_spellings() {
        assert_eq!(folded("e-mail"), ["e", "email", "mail"]);
        assert_eq!(folded("e-mails"), ["e", "emails", "mails"]);
        assert_eq!(folded("wi-fi"), ["wi", "wifi", "fi"]);
        let positions: Vec<usize> = split("le wi-fi marche").iter().map(|word| word.position).collect();
        assert_eq!(positions, [0, 1, 1, 2, 3]);
        assert_eq!(folded("est-ce que peut-on"), ["est", "ce", "que", "peut", "on"]);
    }

    #[test]
    fn digits_stay_with_their_letters() {
        assert_eq!(folded("2nde 1ère A4 10h30"), ["2nde", "1ere", "a4", "10h30"]);
    }

    #[test]
    fn capitals_name_something_unless_everything_shouts() {
        let acronyms = |text: &str| -> Vec<String> {
            split(text).into_iter().filter(|word| word.acronym).map(|word| word.folded).collect()
        };
        assert_eq!(acronyms("le code UAI de l’ENT"), ["uai", "ent"]);
        assert!(acronyms("OU EST LE CODE UAI").is_empty());
    }

    proptest! {
        #[test]
        fn ranges_are_slices_of_the_text_in_order(text in ".{0,200}") {
            let mut last = 0;
            for word in split(&text) {
                prop_assert!(text.get(word.range.clone()).is_some());
                prop_assert!(word.range.start >= last);
                prop_assert!(!word.folded.is_empty());
                last = word.range.start;
            }
        }
    }
}
