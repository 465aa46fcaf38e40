//! French as it is printed: a line never begins with a colon or a closing guillemet.

use std::path::PathBuf;

use crate::words::{PARTS, files, repository};

/// Returns `true` if a breaking space is where French requires a non-breaking one.
fn breaks(line: &str) -> bool {
    let before = [" :", " ;", " ?", " !", " »"].iter().any(|mark| {
        line.match_indices(mark).any(|(at, _)| {
            let opens = line[..at].chars().next_back().is_some_and(|c| !c.is_whitespace() && !"{=>|".contains(c));
            let ends = line[at + mark.len()..].chars().next().is_none_or(|c| c.is_whitespace() || ".,)".contains(c));
            opens && ends
        })
    });
    before || line.contains("« ")
}

/// Returns the text without its code between backticks.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect()
}

/// Returns the French translations of every part.
fn french() -> Vec<PathBuf> {
    PARTS.iter().flat_map(|part| files(&repository(part).join("locales/fr"), "ftl")).collect()
}

/// Arguments that are no names: dates and numbers.
const NOT_NAMES: [&str; 10] = ["date", "from", "until", "min", "max", "count", "minutes", "seconds", "hours", "value"];

#[test]
fn what_stands_before_a_name_is_elided_by_the_function_for_it() {
    let all = french();
    let mut wrong = Vec::new();
    for path in all {
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            for (at, _) in line.match_indices("{ $") {
                let name: String = line[at + 3..].chars().take_while(|c| c.is_alphanumeric()).collect();
                let word = line[..at].trim_end().rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
                if ["de", "que", "le", "la", "du", "au", "jusque", "lorsque"].contains(&word.to_lowercase().as_str())
                    && !NOT_NAMES.contains(&name.as_str())
                {
                    wrong.push(line.to_owned());
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn spaces_before_french_punctuation_do_not_break() {
    let mut all = french();
    all.extend(files(&repository("docs/aide"), "md"));
    all.push(repository("examples/portal/services.toml"));
    assert!(all.len() > 80, "{} files", all.len());
    let mut wrong = Vec::new();
    for path in all {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut is_code = false;
        for (number, line) in text.lines().enumerate() {
            is_code ^= line.trim_start().starts_with("```");
            // Comments are not printed, and conditional passages have their own grammar.
            let is_printed = !is_code && !line.starts_with("# ") && !line.starts_with(":::");
            if is_printed && breaks(&without_code(line)) {
                wrong.push(format!("{}:{}: {line}", path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
