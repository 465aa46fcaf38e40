//! Expands each word of the query to a term: the keys under which documents may hold it.
//!
//! The order is that of trust: the word itself and its family, its other spelling as a compound, its synonyms, its
//! completions when it is still being typed; typos only when no visible document holds the word.

use std::collections::HashMap;

use super::vocabulary::{
    MOST_TYPOS, Near, Prefix, completions, misspelt, misspelt_in_french, sounding_like, typos_allowed,
};
use super::{Parsed, QueryWord};
use crate::Result;
use crate::analysis::{Form, is_word};
use crate::rank::{Bound, Collector, Expansion, Listed, Matches, PhraseExpansion, View, Weights, gather};
use crate::{Shelves, Synonyms};

/// Completions that a word being typed may have.
const COMPLETIONS: usize = 32;

/// Shortest word that may be misspelt, in letters.
const SHORTEST_MISSPELT: usize = 4;

/// A word of the query and the documents that hold it.
#[derive(Debug)]
pub(crate) struct QueryTerm {
    /// The word as it was asked.
    pub asked: QueryWord,
    /// Everything it was taken for.
    pub expansions: Vec<Expansion>,
    pub phrases: Vec<PhraseExpansion>,
    /// Where the expansions came from, besides the word itself: folded words of the index.
    pub sources: Vec<(String, Source)>,
    /// Where the expansions stand.
    pub listed: Vec<Listed>,
    /// What was found there, per segment of the view.
    pub matches: Vec<Matches>,
    /// How much of what is listed was read, outside the articles and topics that hold rarer words: 1 but for words that
    /// stand in very many documents.
    pub share_read: f32,
    /// How much it counts among the words: 1, less for the opening of a question.
    pub importance: f32,
    /// `true` if the word exists but is in no document. Its corrections are then guesses.
    guessed: bool,
    /// `true` if documents hold a word that it may misspell, or another word for that one.
    corrected: bool,
}

impl QueryTerm {
    /// Returns `true` if the word does not exist and was read as one that documents hold.
    fn is_misspelt(&self) -> bool {
        self.corrected && !is_word(&self.asked.folded)
    }
}

/// Why a word of the index is taken for a word of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// It starts with it.
    Completion,
    /// It is this many edits away.
    Typo(u8),
}

/// Returns the terms of a query.
pub(crate) fn query_terms(
    view: &View<'_>,
    parsed: &Parsed,
    synonyms: &Synonyms,
    shelves: &Shelves,
    weights: &Weights,
    bound: Bound,
) -> Result<Vec<QueryTerm>> {
    let mut others = alternatives(parsed, synonyms);
    let mut query_terms = Vec::with_capacity(parsed.words.len());
    for (at, asked) in parsed.words.iter().enumerate() {
        let others = std::mem::take(&mut others[at]);
        query_terms.push(Expander::new(view, asked, weights).run(parsed, at, others, synonyms, shelves)?);
    }
    if query_terms.iter().any(QueryTerm::is_misspelt) {
        let clumsy = Weights { typo_of_word: weights.typo_of_word_beside_typos, ..weights.clone() };
        let mut others = alternatives(parsed, synonyms);
        for (at, term) in query_terms.iter_mut().enumerate().filter(|(_, term)| term.guessed) {
            let others = std::mem::take(&mut others[at]);
            *term = Expander::new(view, &parsed.words[at], &clumsy).run(parsed, at, others, synonyms, shelves)?;
        }
    }
    gather(view, &mut query_terms, bound)?;
    Ok(query_terms)
}

/// For each word, what its synonyms would have it be. Every word that a synonym covers gets the others.
fn alternatives(parsed: &Parsed, synonyms: &Synonyms) -> Vec<Vec<Vec<String>>> {
    let words: Vec<&str> = parsed.words.iter().map(compound_or_word).collect();
    let mut out = vec![Vec::new(); words.len()];
    let mut at = 0;
    while at < words.len() {
        let Some(found) = synonyms.at(&words[at..]) else {
            at += 1;
            continue;
        };
        for list in &mut out[at..at + found.length] {
            list.extend(found.others.iter().cloned());
        }
        at += found.length;
    }
    out
}

/// Returns the one-word spelling of a compound with a part too short to mean anything (`e-mail`, `wi-fi`), else the
/// word.
fn compound_or_word(asked: &QueryWord) -> &str {
    match &asked.joined {
        Some(joined) if joined.len() <= 6 => joined,
        _ => &asked.folded,
    }
}

/// How closely visible documents contain the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    No,
    /// Only another word of its family.
    Related,
    /// Only in another inflection, which a misspelt word may happen to share.
    Inflected,
    Yes,
}

struct Expander<'v, 'a, 'w> {
    view: &'v View<'a>,
    asked: &'w QueryWord,
    weights: &'w Weights,
    collector: Collector<'v, 'a>,
    expansions: Vec<Expansion>,
    phrases: Vec<PhraseExpansion>,
    sources: Vec<(String, Source)>,
    corrected: bool,
}

impl<'v, 'a, 'w> Expander<'v, 'a, 'w> {
    fn new(view: &'v View<'a>, asked: &'w QueryWord, weights: &'w Weights) -> Self {
        let collector = Collector::new(view, &weights.part);
        let (expansions, phrases, sources) = (Vec::new(), Vec::new(), Vec::new());
        Self { view, asked, weights, collector, expansions, phrases, sources, corrected: false }
    }

    fn run(
        mut self,
        parsed: &Parsed,
        at: usize,
        others: Vec<Vec<String>>,
        synonyms: &Synonyms,
        shelves: &Shelves,
    ) -> Result<QueryTerm> {
        let word = self.asked.folded.clone();
        if self.asked.quoted {
            self.take(&[(word, 1.0)], 1.0, &[Form::Exact])?;
            return Ok(self.finish(false));
        }
        let mut known = self.take(&[(word.clone(), 1.0)], 1.0, &Form::ALL)?;
        let key = Form::Stem.key(&word);
        for token in shelves.named(self.asked, &key) {
            if self.collector.add_token(token, self.weights.form[Form::Stem as usize])? {
                known = known.max(Known::Inflected);
            }
        }
        for joined in self.joined_spellings(parsed, at) {
            known = known.max(self.take(&[(joined, self.weights.joined)], 1.0, &[Form::Exact, Form::Stem])?);
        }
        if self.asked.unfinished {
            self.complete(&word)?;
        }
        if self.asked.lenient && self.sources.is_empty() {
            let readings = self.expansions.len() + self.phrases.len();
            let share = self.chance_of_typo(known);
            self.correct(&word, share, synonyms)?;
            if let Some(glued) = self.asked.glued.as_deref().filter(|_| known == Known::No) {
                self.correct(glued, 1.0, synonyms)?;
            }
            self.corrected = self.expansions.len() + self.phrases.len() > readings;
        }
        self.take_synonyms(others)?;
        let guessed = known == Known::No && is_word(&word);
        Ok(self.finish(guessed))
    }

    /// Returns how likely the word is a misspelling: never when a document holds it, or when it exists and a
    /// document holds its family; less when one of the two.
    fn chance_of_typo(&self, known: Known) -> f32 {
        match known {
            Known::Yes => 0.0,
            Known::No if is_word(&self.asked.folded) => self.weights.typo_of_word,
            _ if is_word(&self.asked.folded) => 0.0,
            Known::Inflected => self.weights.typo_of_inflected,
            Known::No | Known::Related => 1.0,
        }
    }

    fn finish(self, guessed: bool) -> QueryTerm {
        let importance = if self.asked.filler { self.weights.filler } else { 1.0 };
        let (expansions, phrases, sources) = (self.expansions, self.phrases, self.sources);
        let (asked, listed) = (self.asked.clone(), self.collector.finish());
        QueryTerm {
            asked,
            expansions,
            phrases,
            sources,
            listed,
            matches: Vec::new(),
            share_read: 1.0,
            importance,
            guessed,
            corrected: self.corrected,
        }
    }

    /// Reads the term as any of `words`, each with its weight, in `forms`.
    fn take(&mut self, words: &[(String, f32)], quality: f32, forms: &[Form]) -> Result<Known> {
        let mut keys: HashMap<(Form, String), f32> = HashMap::new();
        for (word, weight) in words {
            for form in forms {
                let weight = weight * self.weights.form[*form as usize];
                let kept = keys.entry((*form, form.key(word))).or_insert(0.0);
                *kept = kept.max(weight);
            }
        }
        let mut known = Known::No;
        for ((form, key), weight) in keys {
            if weight <= 0.0 || self.expansions.iter().any(|expansion| expansion.form == form && expansion.key == key) {
                continue;
            }
            let expansion = Expansion { form, key, weight, quality };
            if self.collector.add(&expansion)? {
                known = known.max(match form {
                    Form::Exact => Known::Yes,
                    Form::Stem => Known::Inflected,
                    Form::Root => Known::Related,
                });
                self.expansions.push(expansion);
            }
        }
        Ok(known)
    }

    /// Returns the word and its neighbour written as one (`wi fi`, `mess agerie`), and the compound it belongs to.
    fn joined_spellings(&self, parsed: &Parsed, at: usize) -> Vec<String> {
        let words = &parsed.words;
        let mut out: Vec<String> = self.asked.joined.iter().cloned().collect();
        let adjacent = |a: &QueryWord, b: &QueryWord| b.position == a.position + 1 && !a.filler && !b.filler;
        let mut join = |a: &QueryWord, b: &QueryWord| {
            if adjacent(a, b) && a.folded.len() + b.folded.len() >= 4 {
                out.push(format!("{}{}", a.folded, b.folded));
            }
        };
        if at > 0 {
            join(&words[at - 1], self.asked);
        }
        if let Some(next) = words.get(at + 1) {
            join(self.asked, next);
        }
        out
    }

    fn complete(&mut self, start: &str) -> Result<()> {
        let letters = start.chars().count();
        let mut near = completions(self.view, start)?;
        near.truncate(COMPLETIONS);
        let words: Vec<(String, f32)> = near
            .iter()
            .map(|near| {
                // The more of the word is typed, the likelier it is the one meant.
                let typed = letters as f32 / near.word.chars().count() as f32;
                (near.word.clone(), self.weights.prefix * (0.5 + 0.5 * typed))
            })
            .collect();
        self.take(&words, 0.9, &[Form::Exact, Form::Stem])?;
        self.sources.extend(near.into_iter().map(|near| (near.word, Source::Completion)));
        Ok(())
    }

    fn correct(&mut self, word: &str, share: f32, synonyms: &Synonyms) -> Result<()> {
        if share <= 0.0 {
            return Ok(());
        }
        let near = self.near(word)?;
        if near.is_empty() && !is_word(word) {
            self.correct_in_french(word, share, synonyms)?;
        }
        for distance in 1..=MOST_TYPOS {
            let words: Vec<(String, f32)> = near
                .iter()
                .filter(|near| near.distance == distance)
                .map(|near| (near.word.clone(), share * self.typo_weight(word, near)))
                .collect();
            let quality = share * self.weights.typo[usize::from(distance) - 1];
            self.take(&words, quality, &[Form::Exact, Form::Stem])?;
        }
        self.sources.extend(near.into_iter().map(|near| (near.word, Source::Typo(near.distance))));
        if is_word(word) {
            return Ok(());
        }
        for (known, distance) in synonyms.misspelt(word) {
            let weight = share * self.weights.typo[usize::from(distance.clamp(1, 2)) - 1];
            if let Some(found) = synonyms.at(&[known.as_str()]) {
                self.take_others(found.others, weight, 1.0)?;
            }
        }
        Ok(())
    }

    /// Reads a word that is like no word of the documents as the word of the language that it misspells, of which documents
    /// may hold an inflection or a synonym.
    fn correct_in_french(&mut self, word: &str, share: f32, synonyms: &Synonyms) -> Result<()> {
        let allowed = typos_allowed(word.chars().count());
        if allowed == 0 {
            return Ok(());
        }
        for (meant, distance) in misspelt_in_french(word, allowed) {
            let weight = share * self.weights.typo[usize::from(distance.clamp(1, 2)) - 1];
            if let Some(found) = synonyms.at(&[meant.as_str()]) {
                self.take_others(found.others, weight, 1.0)?;
            }
            self.take(&[(meant, weight)], weight, &[Form::Stem, Form::Root])?;
        }
        Ok(())
    }

    /// Returns the words it may have been meant for: those a few letters away, and those that sound the same.
    fn near(&self, word: &str) -> Result<Vec<Near>> {
        let allowed = typos_allowed(word.chars().count());
        let mut near = match allowed {
            0 => Vec::new(),
            _ => misspelt(self.view, word, allowed, Prefix::Whole)?,
        };
        for like in sounding_like(self.view, word)? {
            match near.iter_mut().find(|near| near.word == like.word) {
                Some(near) => near.distance = like.distance,
                None => near.push(like),
            }
        }
        if self.asked.unfinished && near.is_empty() && allowed > 0 {
            near = misspelt(self.view, word, allowed, Prefix::Unfinished)?;
        }
        // A word that does not exist and has no similar one is more badly misspelt than most.
        let letters = word.chars().count();
        if near.is_empty() && allowed < MOST_TYPOS && letters >= SHORTEST_MISSPELT && !is_word(word) {
            near = misspelt(self.view, word, allowed + 1, Prefix::Whole)?;
        }
        Ok(near)
    }

    fn typo_weight(&self, word: &str, near: &Near) -> f32 {
        let weight = self.weights.typo[usize::from(near.distance.clamp(1, 2)) - 1];
        let same_start = near.word.chars().next() == word.chars().next();
        if same_start { weight } else { weight * self.weights.typo_first_letter }
    }

    fn take_synonyms(&mut self, others: Vec<Vec<String>>) -> Result<()> {
        self.take_others(others, 1.0, 1.0)
    }

    /// Reads the word as any of `others` too, each for `share` of a synonym's weight and `quality` of its quality.
    fn take_others(&mut self, others: Vec<Vec<String>>, share: f32, quality: f32) -> Result<()> {
        let (weight, quality) = (self.weights.synonym * share, self.weights.synonym * quality);
        for other in others {
            match <[String; 1]>::try_from(other) {
                Ok([word]) => {
                    self.take(&[(word, weight)], quality, &[Form::Exact, Form::Stem])?;
                }
                Err(words) => {
                    let stems = words.iter().map(|word| Form::Stem.key(word)).collect();
                    let phrase = PhraseExpansion { stems, weight, quality };
                    if self.collector.add_phrase(&phrase)? {
                        self.phrases.push(phrase);
                    }
                }
            }
        }
        Ok(())
    }
}
