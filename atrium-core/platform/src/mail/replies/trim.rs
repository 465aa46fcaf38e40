//! What somebody wrote, without the letter that their program put below it.
//!
//! Letters that take replies begin with a line that programs quote as it is: it ends what was written, in any language. What
//! programs put above their quotations (who wrote when, the head of the letter) and signatures are taken off besides. The
//! reply parsers on crates.io know English programs alone, and take every line with `-x` for a signature.

use super::ABOVE;

/// What programs of telephones add by themselves.
const ADVERTISEMENTS: [&str; 7] = [
    "envoyé de mon",
    "envoyé depuis",
    "envoyé à partir de",
    "télécharger outlook",
    "obtenir outlook",
    "sent from my",
    "get outlook for",
];
/// The most lines of what announces a quotation.
const ANNOUNCES: usize = 4;

/// Returns what was written above the letter; empty without such a text.
pub(super) fn own_text(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let all: Vec<&str> = text.lines().map(str::trim_end).collect();
    let (kept, is_cut) = match all.iter().position(|line| line.contains(ABOVE.0)) {
        Some(at) => (&all[..at], true),
        None => (&all[..], false),
    };
    let mut lines = without_quotation(kept, is_cut);
    if let Some(signature) = lines.iter().position(|line| *line == "--") {
        lines.truncate(signature);
    }
    loop {
        match lines.last() {
            Some(line) if line.is_empty() || is_advertisement(line) => drop(lines.pop()),
            _ => break,
        }
    }
    lines.join("\n").trim().to_owned()
}

fn is_advertisement(line: &str) -> bool {
    let line = line.trim_start().to_lowercase();
    ADVERTISEMENTS.iter().any(|begin| line.starts_with(begin))
}

/// Returns the lines without a quotation at their end, and without what announces it.
fn without_quotation<'l>(lines: &[&'l str], is_cut: bool) -> Vec<&'l str> {
    let is_quoted = |line: &str| line.is_empty() || line.trim_start().starts_with('>');
    let own = lines.iter().rposition(|line| !is_quoted(line)).map_or(0, |last| last + 1);
    let quotes = lines[own..].iter().any(|line| line.trim_start().starts_with('>'));
    let mut kept = lines[..own].to_vec();
    if is_cut || quotes {
        drop_head(&mut kept);
        drop_announcement(&mut kept);
    }
    kept
}

fn drop_blank(lines: &mut Vec<&str>) {
    while lines.last().is_some_and(|line| line.trim_matches(['>', ' ', '\u{a0}']).is_empty()) {
        lines.pop();
    }
}

/// Drops the head of the letter, line by line `De : …`, with the rule above it.
fn drop_head(lines: &mut Vec<&str>) {
    drop_blank(lines);
    let names = |line: &&&str| {
        let name = line.trim_start_matches(['>', ' ', '*']).split(':').next().unwrap_or_default();
        line.contains(':') && name.trim().chars().count() <= 12 && !name.trim().contains(' ')
    };
    let head = lines.iter().rev().take_while(names).count();
    if head >= 2 && lines[lines.len() - head..].iter().any(|line| line.contains('@')) {
        lines.truncate(lines.len() - head);
        drop_blank(lines);
        if lines.last().is_some_and(|line| is_rule(line)) {
            lines.pop();
        }
    }
}

/// Returns `true` for `________` and `-----Message d’origine-----`.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    ["_____", "-----"].iter().any(|rule| line.starts_with(rule) && line.ends_with(rule))
}

/// Drops `Le lundi 30 novembre 2026 à 10:12, ATRIUM <assistance@example.fr> a écrit :`, however it is broken into lines.
fn drop_announcement(lines: &mut Vec<&str>) {
    drop_blank(lines);
    if !lines.last().is_some_and(|line| line.ends_with(':')) {
        return;
    }
    let paragraph = lines.iter().rev().take_while(|line| !line.is_empty()).count();
    let from = lines.len() - paragraph.min(ANNOUNCES);
    // From the last line that names a day: what stands above it was written.
    let begin = lines[from..].iter().rposition(|line| line.chars().filter(char::is_ascii_digit).count() >= 2);
    if let Some(begin) = begin {
        lines.truncate(from + begin);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LETTER: &str = "> ##- Répondez au-dessus de cette ligne -##\n>\n> Bonjour Hélène,\n> voici la réponse.";

    #[test]
    fn what_programs_put_above_the_letter_is_taken_off() {
        for above in [
            "",
            "Le lun. 30 nov. 2026 à 10:12, ATRIUM <assistance@example.fr> a écrit :",
            "Le lun. 30 nov. 2026 à 10:12, ATRIUM\n<assistance@example.fr> a écrit :\n",
            "On Mon, Nov 30, 2026 at 10:12 AM ATRIUM <assistance@example.fr> wrote:",
            "________________________________\nDe : ATRIUM <assistance@example.fr>\nEnvoyé : lundi 30 novembre 2026\nÀ : Hélène\nObjet : Réponse",
            "-----Message d'origine-----\nDe: ATRIUM <assistance@example.fr>\nEnvoyé: lundi\nObjet: Réponse",
            "Envoyé de mon iPhone\n\nLe 30 nov. 2026 à 10:12, ATRIUM <a@example.fr> a écrit :",
            "-- \nHélène Castagnier\nLycée des Tilleuls\n\nLe 30/11/2026 à 10:12, ATRIUM a écrit :",
        ] {
            let text = format!("Merci, cela marche.\n\n- un point\n\n{above}\n\n{LETTER}");
            assert_eq!(own_text(&text), "Merci, cela marche.\n\n- un point", "{above}");
        }
    }

    #[test]
    fn without_the_line_a_quotation_at_the_end_is_taken_off() {
        let text = "Merci.\n\nLe 30 nov. 2026 à 10:12, ATRIUM a écrit :\n> Bonjour,\n>\n> voici.\n";
        assert_eq!(own_text(text), "Merci.");
        assert_eq!(
            own_text("> Avez-vous essayé ?\n\nOui, le 3 :\n\nrien."),
            "> Avez-vous essayé ?\n\nOui, le 3 :\n\nrien."
        );
    }

    #[test]
    fn a_letter_sent_back_as_it_was_says_nothing() {
        assert_eq!(own_text(LETTER), "");
        assert_eq!(own_text(&format!("Le 30 nov. 2026, ATRIUM a écrit :\n{LETTER}")), "");
    }

    proptest! {
        #[test]
        fn what_was_written_stays_as_it_is(words in "[a-zé]{1,9}( [a-zé,.?!]{1,9}){0,20}", lines in 1..6_usize) {
            let written = vec![words.trim().to_owned(); lines].join("\n\n");
            prop_assert_eq!(own_text(&format!("{written}\r\n\r\n{LETTER}")), written.clone());
            prop_assert_eq!(own_text(&written), written);
        }

        #[test]
        fn no_text_is_too_strange(text: String) {
            own_text(&text);
        }
    }
}
