//! Bounds the cost of a text, before any parsing as HTML.

use super::options::Profile;

/// The deepest nesting of quotes and lists; deeper ones lose their frame, not their text.
pub(super) const NESTED_BLOCKS: usize = 32;
/// The deepest nesting of emphases; deeper ones lose their mark, not their text.
pub(super) const NESTED_INLINES: usize = 16;
/// The most columns of a table; further cells continue the last one.
pub(super) const COLUMNS: usize = 64;
/// The most cells of all tables; beyond it, tables are not parsed.
const CELLS: usize = 1 << 16;

/// The remaining budget of a text. Beyond it, the text is shown as typed.
#[derive(Debug)]
pub(super) struct Budget {
    units: usize,
    bytes: usize,
    events: usize,
}

/// The costs of outputs other than a plain element, which costs one: elements with attributes, or several elements.
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

    /// Creates the budget of a text that is not parsed at all.
    pub(super) fn nothing() -> Self {
        Self { units: 0, bytes: 0, events: 0 }
    }

    /// Returns the most events of the parser to process.
    pub(super) fn events(&self) -> usize {
        self.events
    }

    /// Spends a [`cost`].
    pub(super) fn spend(&mut self, units: usize) {
        self.units = self.units.saturating_sub(units);
    }

    /// Spends bytes.
    pub(super) fn spend_bytes(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// Returns `true` if the budget is spent.
    pub(super) fn is_spent(&self) -> bool {
        self.units == 0 || self.bytes == 0
    }
}

/// Returns `true` if the number of entities in `text` is reasonable. Each `<` and `&` becomes an entity, which
/// costs the sanitiser as much as hundreds of letters. The tags of an article are elements, which the budget
/// counts.
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

/// Returns `true` if the tables of `text` have a reasonable size. The parser fills short rows up to the number of
/// columns, so a few bytes per row can become thousands of cells.
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
