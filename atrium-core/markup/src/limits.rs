//! How much a text may cost: bounds that hold before anything is parsed as HTML.

use super::options::Profile;

/// Quotes and lists inside one another; deeper ones lose their frame, not their text.
pub(super) const NESTED_BLOCKS: usize = 32;
/// Emphases inside one another; deeper ones lose their mark, not their text.
pub(super) const NESTED_INLINES: usize = 16;
/// Columns of a table; further cells continue the last one.
pub(super) const COLUMNS: usize = 64;
/// Cells that tables may come to, at most, for tables to be read at all.
const CELLS: usize = 1 << 16;

/// What the rest of a text may still cost. Past it, the text is shown as it was typed.
#[derive(Debug)]
pub(super) struct Budget {
    units: usize,
    bytes: usize,
    events: usize,
}

/// What something costs beside a plain element, which costs one: an element with attributes, several of them.
pub(super) mod cost {
    pub(in super::super) const ELEMENT: usize = 1;
    pub(in super::super) const LINK: usize = 2;
    pub(in super::super) const TASK: usize = 3;
    pub(in super::super) const HEADING: usize = 4;
    pub(in super::super) const NOTE: usize = 6;
}

impl Budget {
    /// Creates the budget of a text of `length` bytes. Articles may hold long tables of short cells.
    pub(super) fn of(length: usize, profile: Profile) -> Self {
        let units = match profile {
            Profile::Post => 1_500 + length / 16,
            Profile::Article => 4_000 + length / 4,
        };
        Self { units, bytes: (1 << 16) + 6 * length, events: 4_096 + length }
    }

    /// Creates the budget of a text that is not read at all.
    pub(super) fn nothing() -> Self {
        Self { units: 0, bytes: 0, events: 0 }
    }

    /// Returns how many events of the parser are looked at.
    pub(super) fn events(&self) -> usize {
        self.events
    }

    /// Takes a [`cost`] from it.
    pub(super) fn spend(&mut self, units: usize) {
        self.units = self.units.saturating_sub(units);
    }

    /// Takes bytes from it.
    pub(super) fn spend_bytes(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// Is nothing left?
    pub(super) fn is_spent(&self) -> bool {
        self.units == 0 || self.bytes == 0
    }
}

/// Is `text` more than a text with some marks in it? Each `<` and `&` is an entity that the sanitiser reads, which
/// costs it as much as hundreds of letters.
/// The tags of an article are elements, which the budget counts.
pub(super) fn entities_are_reasonable(text: &str, profile: Profile) -> bool {
    let is_entity = |pair: &[u8]| match profile {
        Profile::Post => matches!(pair[0], b'<' | b'&'),
        Profile::Article => {
            pair[0] == b'&' || (pair[0] == b'<' && !matches!(pair[1], b'a'..=b'z' | b'A'..=b'Z' | b'/'))
        }
    };
    let most = match profile {
        Profile::Post => 1_024 + text.len() / 8,
        Profile::Article => 4_096 + text.len() / 8,
    };
    text.as_bytes().windows(2).filter(|pair| is_entity(pair)).count() <= most
}

/// Are the tables of `text` of a reasonable size? The parser fills short rows up to the number of columns, so a few
/// bytes a row can become thousands of cells.
pub(super) fn tables_are_reasonable(text: &str) -> bool {
    let is_rule = |line: &str| line.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' ' | b'\t' | b'>' | b'\r'));
    let columns = |line: &str| line.bytes().filter(|b| *b == b'|').count() + 1;
    let lines = || text.split('\n');
    let widest = lines().filter(|line| line.contains('-') && is_rule(line)).map(columns).max().unwrap_or(0);
    widest.saturating_mul(lines().count()) <= CELLS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_would_explode_are_told_from_tables() {
        assert!(tables_are_reasonable("| a | b |\n|---|---|\n| 1 | 2 |\n"));
        assert!(tables_are_reasonable(&"a - b\n".repeat(10_000)));
        let bomb = format!("{}\n{}\n{}", "|a".repeat(1_000), "|-".repeat(1_000), "|\n".repeat(1_000));
        assert!(!tables_are_reasonable(&bomb));
    }
}
