//! Makes the search's list of French words out of a Hunspell dictionary.
//!
//! ```text
//! npm pack dictionary-fr && tar xzf dictionary-fr-*.tgz
//! cargo run -p atrium-benches --bin french_words -- --dictionary package \
//!     --others atrium-core/src/search/french/others.txt --out atrium-core/src/search/french/words.fst
//! ```
//!
//! Reads `index.aff` and `index.dic` (two-letter flags), writes every suffixed form of every entry: lower case, without
//! accents, letters a–z only, two or more, names from four on. Prefixes of the dictionary are elided articles, which the
//! analysis removes by itself. Words that are only names have the value 1, all others 0.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use clap::Parser;
use tantivy_fst::MapBuilder;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Makes the list of French words.
#[derive(Debug, Parser)]
struct Arguments {
    /// Folder with `index.aff` and `index.dic`
    #[arg(long)]
    dictionary: PathBuf,
    /// File with more words, and comments after `#`
    #[arg(long)]
    others: PathBuf,
    /// File to write
    #[arg(long)]
    out: PathBuf,
}

/// One line of a suffix class.
struct Suffix {
    strip: String,
    add: String,
    flags: Vec<String>,
    condition: Vec<Matcher>,
}

/// What one letter at the end of a word must be.
enum Matcher {
    Any,
    OneOf(Vec<char>),
    NoneOf(Vec<char>),
}

/// Suffixes may follow each other this often; the French dictionary uses two.
const DEPTH: usize = 3;
/// Shortest name taken in, in letters: shorter ones are too near to words misspelt.
const SHORTEST_NAME: usize = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let suffixes = suffixes(&fs::read_to_string(arguments.dictionary.join("index.aff"))?);
    let entries = fs::read_to_string(arguments.dictionary.join("index.dic"))?;
    let (mut words, mut names) = (BTreeSet::new(), BTreeSet::new());
    for entry in entries.lines().skip(1) {
        let entry = entry.split_whitespace().next().unwrap_or_default();
        let (word, flags) = entry.split_once('/').unwrap_or((entry, ""));
        if !word.starts_with(char::is_uppercase) {
            add_forms(word, &pairs(flags), &suffixes, 0, &mut words);
        } else if word.chars().count() >= SHORTEST_NAME && word.chars().any(char::is_lowercase) {
            add_forms(word, &[], &suffixes, 0, &mut names);
        }
    }
    let others = fs::read_to_string(&arguments.others)?;
    let others = others.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    words.extend(others.map(fold));
    let mut builder = MapBuilder::memory();
    for word in words.union(&names) {
        builder.insert(word, u64::from(!words.contains(word)))?;
    }
    let bytes = builder.into_inner()?;
    fs::write(&arguments.out, &bytes)?;
    println!("{} words, {} bytes, in {}", words.union(&names).count(), bytes.len(), arguments.out.display());
    Ok(())
}

fn suffixes(affixes: &str) -> HashMap<String, Vec<Suffix>> {
    let mut classes: HashMap<String, Vec<Suffix>> = HashMap::new();
    for line in affixes.lines() {
        // `SFX class strip add/flags condition …`; the class's own header has four fields.
        let fields: Vec<&str> = line.split_whitespace().collect();
        let ["SFX", class, strip, add, condition, ..] = fields[..] else { continue };
        let (add, flags) = add.split_once('/').unwrap_or((add, ""));
        let text = |field: &str| if field == "0" { String::new() } else { field.to_owned() };
        classes.entry(class.to_owned()).or_default().push(Suffix {
            strip: text(strip),
            add: text(add),
            flags: pairs(flags),
            condition: matchers(condition),
        });
    }
    classes
}

/// Flags have two letters each.
fn pairs(flags: &str) -> Vec<String> {
    let letters: Vec<char> = flags.chars().collect();
    letters.chunks(2).map(|pair| pair.iter().collect()).collect()
}

fn matchers(condition: &str) -> Vec<Matcher> {
    let mut matchers = Vec::new();
    let mut letters = condition.chars();
    while let Some(letter) = letters.next() {
        matchers.push(match letter {
            '.' => Matcher::Any,
            '[' => {
                let class: Vec<char> = letters.by_ref().take_while(|letter| *letter != ']').collect();
                match class.split_first() {
                    Some(('^', others)) => Matcher::NoneOf(others.to_vec()),
                    _ => Matcher::OneOf(class),
                }
            }
            letter => Matcher::OneOf(vec![letter]),
        });
    }
    matchers
}

fn fits(word: &str, condition: &[Matcher]) -> bool {
    let mut letters = word.chars().rev();
    condition.iter().rev().all(|matcher| {
        letters.next().is_some_and(|letter| match matcher {
            Matcher::Any => true,
            Matcher::OneOf(class) => class.contains(&letter),
            Matcher::NoneOf(class) => !class.contains(&letter),
        })
    })
}

fn add_forms(
    word: &str,
    flags: &[String],
    suffixes: &HashMap<String, Vec<Suffix>>,
    depth: usize,
    words: &mut BTreeSet<String>,
) {
    let folded = fold(word);
    if folded.len() > 1 && folded.bytes().all(|letter| letter.is_ascii_lowercase()) {
        words.insert(folded);
    }
    if depth == DEPTH {
        return;
    }
    for suffix in flags.iter().filter_map(|flag| suffixes.get(flag)).flatten() {
        if let Some(start) = word.strip_suffix(&suffix.strip)
            && fits(word, &suffix.condition)
        {
            add_forms(&format!("{start}{}", suffix.add), &suffix.flags, suffixes, depth + 1, words);
        }
    }
}

fn fold(word: &str) -> String {
    let lower = word.to_lowercase().replace('œ', "oe").replace('æ', "ae");
    lower.nfkd().filter(|letter| !is_combining_mark(*letter)).collect()
}
