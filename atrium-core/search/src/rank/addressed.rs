//! The audience of a passage, and whether the reader belongs to it.

use tantivy::DocId;
use tantivy::columnar::{Column, StrColumn};

/// The column of audiences of one segment, as one reader sees it.
pub(super) struct Addressed {
    column: Column<u64>,
    /// For each value of the dictionary.
    values: Vec<Value>,
}

#[derive(Clone, Copy)]
struct Value {
    /// Number of its facet.
    facet: usize,
    /// Whether it is the reader's; `None` if the reader's facet is unknown.
    fits: Option<bool>,
}

impl Addressed {
    /// Reads the values of `column` for a reader with these `audience` traits.
    pub(super) fn new(column: &StrColumn, audience: &[String]) -> Self {
        let mut facets: Vec<String> = Vec::new();
        let mut text = String::new();
        let values = (0..column.num_terms() as u64).map(|ord| {
            text.clear();
            if !column.ord_to_str(ord, &mut text).is_ok_and(|known| known) {
                text.clear();
            }
            let name = facet(&text);
            let known = audience.iter().any(|own| facet(own) == name);
            let number = facets.iter().position(|facet| facet == name).unwrap_or_else(|| {
                facets.push(name.to_owned());
                facets.len() - 1
            });
            Value { facet: number, fits: known.then(|| audience.contains(&text)) }
        });
        let values = values.collect();
        Self { column: column.ords().clone(), values }
    }

    /// Returns whether `doc` is addressed to the reader: one value of each facet it names has to fit. `None` when it is
    /// addressed to everyone, or not enough is known of the reader.
    pub(super) fn is_for_reader(&self, doc: DocId) -> Option<bool> {
        let named = || self.column.values_for_doc(doc).filter_map(|ord| self.values.get(ord as usize));
        let fits = |facet: usize| named().any(|value| value.facet == facet && value.fits == Some(true));
        let mut all = named().next().map(|_| true);
        for value in named().filter(|value| !fits(value.facet)) {
            match value.fits {
                Some(_) => return Some(false),
                None => all = None,
            }
        }
        all
    }
}

/// Returns the part before the colon: `trait` of `trait:manuels-numeriques`; empty for a profile or role.
fn facet(value: &str) -> &str {
    value.split_once(':').map_or("", |(facet, _)| facet)
}
