//! A made-up help: French-like articles around the titles of the real help, and questions whose answers are known.
//!
//! Words are drawn with a long tail, as in a real language: a few are everywhere, most are rare. The texts are not
//! meant to be read.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Sections of an article: what stands before the first heading, then the headings.
pub const SECTIONS: usize = 5;

/// Different words that texts are made of, besides those of the real help.
const VOCABULARY: usize = 12_000;
const COLLECTIONS: usize = 20;
const ONSETS: [&str; 20] =
    ["b", "br", "c", "ch", "d", "f", "fr", "g", "gr", "j", "l", "m", "n", "p", "pr", "r", "s", "t", "tr", "v"];
const VOWELS: [&str; 12] = ["a", "e", "i", "o", "u", "é", "è", "ai", "an", "eau", "on", "ou"];
const ENDINGS: [&str; 12] = ["er", "tion", "ment", "age", "eur", "ité", "iste", "able", "ées", "ance", "ier", "ique"];
const LINKS: [&str; 16] =
    ["le", "la", "les", "de", "du", "des", "et", "dans", "pour", "avec", "sur", "une", "votre", "ne", "pas", "puis"];

/// An article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Folder.
    pub collection: String,
    /// File name without `.md`.
    pub slug: String,
    /// Title.
    pub title: String,
    /// The words of the title that no phrase of the real help has.
    words: [String; 2],
    /// Texts by heading; the first is without one.
    sections: Vec<(String, String)>,
}

/// A search and the article that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is typed: a word misspelt, a word whole, a word still being typed.
    pub text: String,
    /// The article's folder.
    pub collection: String,
    /// The article's path below the root, without `.md`.
    pub source: String,
}

/// A whole help.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// Its articles.
    pub articles: Vec<Article>,
}

impl Corpus {
    /// Creates a help of `articles` articles of [`SECTIONS`] sections.
    #[must_use]
    pub fn new(articles: usize, seed: u64) -> Self {
        let mut writer = Writer::new(seed);
        Self { articles: (0..articles).map(|number| writer.article(number)).collect() }
    }

    /// Writes it as a folder of Markdown.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be written.
    pub fn write(&self, dir: &Path) -> io::Result<()> {
        self.articles.iter().try_for_each(|article| article.write(dir))
    }

    /// Returns `count` questions about articles spread over the whole.
    #[must_use]
    pub fn questions(&self, count: usize, seed: u64) -> Vec<Question> {
        let mut random = StdRng::seed_from_u64(seed);
        let question = |_| self.articles[random.random_range(0..self.articles.len())].question();
        (0..count).map(question).collect()
    }
}

impl Article {
    /// Returns its path below the root, without `.md`.
    #[must_use]
    pub fn source(&self) -> String {
        format!("{}/{}", self.collection, self.slug)
    }

    /// Adds `text` to its last section.
    pub fn append(&mut self, text: &str) {
        let (_, last) = self.sections.last_mut().expect("an article has sections");
        last.push_str(text);
    }

    /// Writes its file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn write(&self, dir: &Path) -> io::Result<()> {
        let mut text = format!("---\ntitle: \"{}\"\n---\n", self.title);
        for (heading, body) in &self.sections {
            if heading.is_empty() {
                text.push_str(&format!("\n{body}\n"))
            } else {
                text.push_str(&format!("\n## {heading}\n\n{body}\n"))
            }
        }
        let path = dir.join(self.source()).with_extension("md");
        fs::create_dir_all(path.parent().expect("an article is in a collection"))?;
        fs::write(path, text)
    }

    fn question(&self) -> Question {
        let [first, second] = &self.words;
        let phrase = self.title.split_whitespace().filter(|word| word.chars().count() > 4).max_by_key(|w| w.len());
        let start: String = second.chars().take(second.chars().count().div_ceil(2).max(4)).collect();
        let text = format!("{} {} {start}", phrase.unwrap_or_default(), misspelt(first));
        Question { text, collection: self.collection.clone(), source: self.source() }
    }
}

/// Returns the word with two inner letters the wrong way round.
fn misspelt(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    let at = (middle..letters.len() - 1).find(|at| letters[*at] != letters[at + 1]).unwrap_or(middle);
    letters.swap(at, at + 1);
    letters.into_iter().collect()
}

struct Writer {
    random: StdRng,
    words: Vec<String>,
    phrases: Vec<String>,
}

impl Writer {
    fn new(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let mut words = BTreeSet::new();
        while words.len() < VOCABULARY {
            words.insert(invented(&mut random));
        }
        let mut words: Vec<_> = words.into_iter().collect();
        for at in (1..words.len()).rev() {
            words.swap(at, random.random_range(0..=at));
        }
        Self { random, words, phrases: titles_of_the_real_help() }
    }

    fn article(&mut self, number: usize) -> Article {
        let words = [self.rare_word(), self.rare_word()];
        let phrase = &self.phrases[number % self.phrases.len()];
        let title = format!("{phrase} : {} et {}", words[0], words[1]);
        let sections = (0..SECTIONS).map(|section| {
            let heading = match section {
                0 => String::new(),
                _ => format!("{} {} {}", self.capital(), self.link(), self.word()),
            };
            (heading, self.text())
        });
        let sections = sections.collect();
        let collection = format!("recueil-{:02}", number % COLLECTIONS);
        Article { collection, slug: format!("article-{number:05}"), title, words, sections }
    }

    /// Returns four to seven sentences.
    fn text(&mut self) -> String {
        let sentences: Vec<_> = (0..self.random.random_range(4..8)).map(|_| self.sentence()).collect();
        sentences.join(" ")
    }

    fn sentence(&mut self) -> String {
        let mut sentence = self.capital();
        for _ in 0..self.random.random_range(4..9) {
            let (link, word) = (self.link(), self.word());
            sentence.push_str(&format!(" {link} {word}"));
        }
        sentence.push('.');
        sentence
    }

    fn capital(&mut self) -> String {
        let word = self.word();
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    fn link(&mut self) -> &'static str {
        LINKS[self.random.random_range(0..LINKS.len())]
    }

    /// Returns a word, the common ones most often.
    fn word(&mut self) -> String {
        let share: f64 = self.random.random_range(0.0..1.0);
        // Truncation cannot pass the end: the share stays below one.
        self.words[(share.powi(4) * self.words.len() as f64) as usize].clone()
    }

    fn rare_word(&mut self) -> String {
        self.words[self.random.random_range(self.words.len() / 2..self.words.len())].clone()
    }
}

fn invented(random: &mut StdRng) -> String {
    let mut word = String::new();
    for _ in 0..random.random_range(2..4) {
        word.push_str(ONSETS[random.random_range(0..ONSETS.len())]);
        word.push_str(VOWELS[random.random_range(0..VOWELS.len())]);
    }
    word.push_str(ONSETS[random.random_range(0..ONSETS.len())]);
    word.push_str(ENDINGS[random.random_range(0..ENDINGS.len())]);
    word
}

fn titles_of_the_real_help() -> Vec<String> {
    let folder = atrium_help::content::Folder::read(&crate::real_help()).expect("the real help is beside the benches");
    let titles = folder.titles().map(|(_, title)| title.replace('"', ""));
    titles.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_help_and_the_same_questions() {
        let (one, two) = (Corpus::new(50, 7), Corpus::new(50, 7));
        assert_eq!(one.articles, two.articles);
        assert_eq!(one.questions(20, 1), two.questions(20, 1));
        assert_ne!(one.articles, Corpus::new(50, 8).articles);
    }

    #[test]
    fn a_misspelt_word_differs_from_the_word() {
        assert_eq!(misspelt("tablette"), "tabltete");
        assert_ne!(misspelt("bébéter"), "bébéter");
    }
}
