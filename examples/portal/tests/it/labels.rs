//! What the help's articles about this platform quote from its screens is what the screens say.

use std::collections::BTreeSet;

use crate::words::{files, messages, repository};

/// The collections of `docs/aide` that tell of this platform's own screens.
const OF_THE_PLATFORM: [&str; 4] = ["aide", "forum", "droits", "compte"];

/// Returns the text with plain spaces and without the punctuation that ends a label on the screen.
fn plain(text: &str) -> String {
    let spaced = text.split(['\u{a0}', '\u{202f}', ' ', '\n']).filter(|word| !word.is_empty());
    let text = spaced.collect::<Vec<_>>().join(" ").to_lowercase();
    text.trim_end_matches([' ', ':', '.', '…']).to_owned()
}

/// Returns every text that a screen may show: a whole message, a choice of one, and what stands before its first
/// argument.
fn shown() -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    for text in messages("fr").into_values() {
        for line in text.lines() {
            let line = line.trim().trim_start_matches('*');
            let line = line.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(line, |(_, text)| text);
            shown.insert(plain(line));
            if let Some((before, _)) = line.split_once('{') {
                shown.insert(plain(before));
            }
        }
    }
    shown
}

#[test]
fn labels_that_articles_quote_are_on_the_screens() {
    let shown = shown();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for collection in OF_THE_PLATFORM {
        for path in files(&repository("docs/aide").join(collection), "md") {
            let text = std::fs::read_to_string(&path).unwrap();
            // Code is what people type.
            let text = text.split('`').step_by(2).collect::<Vec<_>>().join(" ");
            for quoted in text.split('«').skip(1).map(|rest| rest.split('»').next().unwrap_or_default()) {
                count += 1;
                if !shown.contains(&plain(quoted)) {
                    wrong.push(format!("{}: «{quoted}»", path.display()));
                }
            }
        }
    }
    assert!(count >= 20, "only {count} labels are quoted");
    assert!(wrong.is_empty(), "no screen says (examples stand in italics):\n{}", wrong.join("\n"));
}
