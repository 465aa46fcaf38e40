//! The numbers of the ranking, in one place.
//!
//! Fitted by coordinate steps on half of the judged French queries over documentation that is not ours, then rounded
//! looking at all of them. A change here is measured before it is kept (see the `judged` test).

use crate::index::Part;

/// What each piece of evidence is worth.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    /// Weight of a word found in each part.
    pub part: [f32; Part::COUNT],
    /// How much a long part dilutes its words, 0 to 1, for each part (the `b` of BM25F).
    pub dilution: [f32; Part::COUNT],
    /// The same for the body of a whole article.
    pub article_dilution: f32,
    /// How soon repetition stops counting (the `k1` of BM25F).
    pub saturation: f32,
    /// Weight of the same word, of its inflection, of its family; a match in a strict form matches in the looser ones.
    pub form: [f32; 3],
    /// Weight of a word at one typo, at two.
    pub typo: [f32; 2],
    /// What remains of it when the first letter differs.
    pub typo_first_letter: f32,
    /// What remains of it when the word as typed may be an inflection of a known word.
    pub typo_of_inflected: f32,
    /// What remains of it when the word as typed exists, though no document holds it: too little to count as evidence.
    pub typo_of_word: f32,
    /// The same beside another word that is certainly misspelt: enough to count as evidence.
    pub typo_of_word_beside_typos: f32,
    /// Weight of a completion of the word being typed.
    pub prefix: f32,
    /// Weight of a synonym.
    pub synonym: f32,
    /// Weight of two words of the query written as one, or of one written as two.
    pub joined: f32,
    /// Importance of the words that only open a question.
    pub filler: f32,
    /// Share of the section's own score in a group's; the rest is the article's as a whole.
    pub section_share: f32,
    /// How steeply missing words cost.
    pub coverage: f32,
    /// Weight of words standing together as in the query.
    pub proximity: f32,
    /// What remains of closeness with each word that stands between.
    pub proximity_decay: f32,
    /// Added when the query is the title, word for word; when it is the heading.
    pub whole_title: f32,
    /// Weight of the share of the title that the query says.
    pub title_said: f32,
    /// Added to what is addressed to the reader.
    pub audience: f32,
    /// Taken from what is addressed to others.
    pub other_audience: f32,
    /// Another language than the reader's.
    pub other_locale: f32,
    /// Most that popularity adds.
    pub popularity: f32,
    /// Most that freshness adds; halves every year.
    pub freshness: f32,
    /// Added by an accepted answer, by an official one.
    pub badge: f32,
    /// Results that make a stricter reading of the query enough.
    pub enough: usize,
    /// Least share of the query's words that any result holds.
    pub floor: f32,
    /// Share of the best score from which a result stays though stricter ones are enough.
    pub close: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            part: [4.0, 1.2, 2.0, 0.5, 0.75],
            dilution: [0.8, 0.4, 0.3, 0.3, 0.4],
            article_dilution: 0.8,
            saturation: 1.2,
            form: [0.4, 0.3, 0.2],
            typo: [0.7, 0.5],
            typo_first_letter: 0.6,
            typo_of_inflected: 0.4,
            typo_of_word: 0.4,
            typo_of_word_beside_typos: 0.7,
            prefix: 0.45,
            synonym: 0.37,
            joined: 0.8,
            filler: 0.1,
            section_share: 0.5,
            coverage: 0.5,
            proximity: 0.37,
            proximity_decay: 0.67,
            whole_title: 1.0,
            title_said: 0.15,
            audience: 0.15,
            other_audience: 0.4,
            other_locale: 0.3,
            popularity: 0.25,
            freshness: 0.02,
            badge: 0.03,
            enough: 10,
            floor: 0.15,
            close: 0.35,
        }
    }
}

impl Weights {
    /// For suggestions: only titles and headings count.
    pub(crate) fn for_suggestions(&self) -> Self {
        Self { part: [3.0, 2.0, 1.0, 0.3, 0.0], section_share: 0.8, ..self.clone() }
    }
}
