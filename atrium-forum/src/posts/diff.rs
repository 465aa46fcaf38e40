//! What changed between two texts, word by word, off the threads that serve requests and within a time.

use std::time::{Duration, Instant};

use atrium_core::Result;
use atrium_core::slots::TEXTS;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// How long the comparisons of one page take at most. What is not found by then is told as one removal and one addition:
/// right, if less fine.
const TIME: Duration = Duration::from_millis(250);

/// A part of the two texts: `forum/changes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Piece {
    change: Change,
    text: String,
}

/// Where a part stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Change {
    /// In both texts.
    Same,
    /// In the text before.
    Removed,
    /// In the text after.
    Added,
}

/// Two texts to compare, the one before and the one after.
pub(crate) type Pair = (String, String);

/// Returns the changes from the first text of each pair to the second.
pub(crate) async fn changes(pairs: Vec<Pair>) -> Result<Vec<Vec<Piece>>> {
    let compare_all = move || {
        let deadline = Instant::now() + TIME;
        pairs.iter().map(|(before, after)| compare(before, after, deadline)).collect()
    };
    TEXTS.run(compare_all).await
}

fn compare(before: &str, after: &str, deadline: Instant) -> Vec<Piece> {
    let diff = TextDiff::configure().deadline(deadline).diff_words(before, after);
    let mut told = Told::default();
    for change in diff.iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => told.same(change.value()),
            ChangeTag::Delete => told.changed().removed.push_str(change.value()),
            ChangeTag::Insert => told.changed().added.push_str(change.value()),
        }
    }
    told.pieces()
}

/// Pieces as they are told. Several words that change together are one change: the blanks between them change with them.
#[derive(Default)]
struct Told {
    pieces: Vec<Piece>,
    removed: String,
    added: String,
    blank: String,
}

impl Told {
    fn same(&mut self, text: &str) {
        let replaces = !self.removed.is_empty() && !self.added.is_empty();
        if replaces && text.trim().is_empty() {
            self.blank.push_str(text);
            return;
        }
        self.close();
        self.push(Change::Same, text);
    }

    fn changed(&mut self) -> &mut Self {
        let blank = std::mem::take(&mut self.blank);
        self.removed.push_str(&blank);
        self.added.push_str(&blank);
        self
    }

    fn close(&mut self) {
        let (removed, added) = (std::mem::take(&mut self.removed), std::mem::take(&mut self.added));
        let blank = std::mem::take(&mut self.blank);
        self.push(Change::Removed, &removed);
        self.push(Change::Added, &added);
        self.push(Change::Same, &blank);
    }

    fn push(&mut self, change: Change, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.change == change => last.text.push_str(text),
            _ => self.pieces.push(Piece { change, text: text.to_owned() }),
        }
    }

    fn pieces(mut self) -> Vec<Piece> {
        self.close();
        self.pieces
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `[-removed-]`, `{+added+}`, and what stays.
    fn told(pieces: &[Piece]) -> String {
        let one = |piece: &Piece| match piece.change {
            Change::Same => piece.text.clone(),
            Change::Removed => format!("[-{}-]", piece.text),
            Change::Added => format!("{{+{}+}}", piece.text),
        };
        pieces.iter().map(one).collect()
    }

    fn side(pieces: &[Piece], other: Change) -> String {
        pieces.iter().filter(|piece| piece.change != other).map(|piece| piece.text.as_str()).collect()
    }

    fn later() -> Instant {
        Instant::now() + Duration::from_secs(3600)
    }

    #[test]
    fn words_that_change_together_are_one_change() {
        for (before, after, expected) in [
            ("Le casier est vide.", "Le casier est plein.", "Le casier est [-vide.-]{+plein.+}"),
            ("un deux trois", "un quatre cinq", "un [-deux trois-]{+quatre cinq+}"),
            ("un trois", "un deux trois", "un {+deux +}trois"),
            ("pareil", "pareil", "pareil"),
            ("", "neuf", "{+neuf+}"),
        ] {
            assert_eq!(told(&compare(before, after, later())), expected);
        }
    }

    #[test]
    fn when_time_is_out_unrelated_texts_are_told_as_one_removal_and_one_addition() {
        let words = |prefix: &str| (0..5_000).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>().join("\n");
        let (before, after) = (words("a"), words("b"));
        let pieces = compare(&before, &after, Instant::now());
        assert!(pieces.len() <= 4, "{}", pieces.len());
        assert_eq!((side(&pieces, Change::Added), side(&pieces, Change::Removed)), (before, after));
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_from_the_pieces(before in "[ab \n]{0,40}", after in "[ab \n]{0,40}") {
            for deadline in [later(), Instant::now()] {
                let pieces = compare(&before, &after, deadline);
                prop_assert_eq!(side(&pieces, Change::Added), before.clone());
                prop_assert_eq!(side(&pieces, Change::Removed), after.clone());
            }
        }
    }
}
