//! Makes the search's lists of French words out of a Hunspell dictionary: the words there are, and of which word the
//! irregular ones are inflections.
//!
//! ```text
//! npm pack dictionary-fr && tar xzf dictionary-fr-*.tgz
//! cargo run -p atrium-benches --bin french_words -- --dictionary package \
//!     --others atrium-core/search/src/french/others.txt --out atrium-core/search/src/french
//! ```
//!
//! Reads `index.aff` and `index.dic` (two-letter flags), takes every suffixed form of every entry: lower case, without
//! accents, letters a–z only, two or more, names from four on. Prefixes of the dictionary are elided articles, which the
//! analysis removes by itself.
//!
//! - `words.fst`: all of them. Values are sums of 1 for words that are only names, and 2 for nouns.
//! - `forms.fst`: inflected forms of a single word, with what makes that word of them: how many letters to take from the
//!   end, plus 32 times the letters to add, in base 27 from the last. Left out are the endings that every stemmer knows
//!   (`-s`, `-e`, verbs in -er), and what the past historic alone has.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
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
    /// Folder to write to
    #[arg(long)]
    out: PathBuf,
}

/// What the dictionary says, folded.
#[derive(Default)]
struct French {
    words: BTreeSet<String>,
    names: BTreeSet<String>,
    nouns: BTreeSet<String>,
    /// The words that each inflected form may be of.
    bases: BTreeMap<String, BTreeSet<String>>,
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
/// Value of a noun.
const NOUN: u64 = 2;
/// Endings of adjectives that have no feminine of their own.
const ADJECTIVES: [&str; 5] = ["able", "ible", "ique", "aire", "atoire"];
/// Classes of words that take an elided article.
const ELISIONS: [&str; 3] = ["L'", "D'", "Q'"];
/// Endings of verbs in -er, less an `e` at their start, with those of the past historic.
const VERB_ENDINGS: [&str; 40] = [
    "", "s", "nt", "ons", "z", "r", "e", "es", "ais", "ait", "ions", "iez", "aient", "ant", "rai", "ras", "ra", "rons",
    "rez", "ront", "rais", "rait", "rions", "riez", "raient", "ai", "as", "a", "ames", "ates", "rent", "asse", "asses",
    "at", "assions", "assiez", "assent", "ante", "ants", "antes",
];
/// Shortest name taken in, in letters: shorter ones are too near to words misspelt.
const SHORTEST_NAME: usize = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let suffixes = suffixes(&fs::read_to_string(arguments.dictionary.join("index.aff"))?);
    let entries = fs::read_to_string(arguments.dictionary.join("index.dic"))?;
    let mut french = read(&entries, &suffixes);
    let others = fs::read_to_string(&arguments.others)?;
    let others = others.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    french.words.extend(others.map(fold));
    let value =
        |word: &String| u64::from(!french.words.contains(word)) + if french.nouns.contains(word) { NOUN } else { 0 };
    let words = french.words.union(&french.names).map(|word| (word.as_str(), value(word)));
    write(arguments.out.join("words.fst"), words)?;
    let forms = french.bases.iter().filter_map(|(form, bases)| {
        let base = bases.first().filter(|base| bases.len() == 1 && *base != form && !is_plain(form, base))?;
        Some((form.as_str(), recipe(form, base)?))
    });
    write(arguments.out.join("forms.fst"), forms)
}

fn read(entries: &str, suffixes: &HashMap<String, Vec<Suffix>>) -> French {
    let entries = entries.lines().skip(1).filter_map(|line| line.split_whitespace().next());
    let entries: Vec<(&str, &str)> = entries.map(|entry| entry.split_once('/').unwrap_or((entry, ""))).collect();
    let known: HashSet<String> = entries.iter().map(|(word, _)| fold(word)).collect();
    let mut french = French::default();
    for (word, flags) in entries {
        let flags = pairs(flags);
        let mut forms = BTreeSet::new();
        if word.starts_with(char::is_uppercase) {
            if word.chars().count() >= SHORTEST_NAME && word.chars().any(char::is_lowercase) {
                add_forms(word, &[], suffixes, 0, &mut forms);
                french.nouns.extend(forms.iter().cloned());
                french.names.extend(forms);
            }
            continue;
        }
        add_forms(word, &flags, suffixes, 0, &mut forms);
        if is_noun(word, &flags, &known) {
            french.nouns.extend(forms.iter().cloned());
        }
        for form in &forms {
            french.bases.entry(form.clone()).or_default().insert(fold(word));
        }
        french.words.extend(forms);
    }
    french
}

/// Returns `true` if the entry's class tells a noun. Adjectives without a feminine share that class, and are
/// recognised by their endings, as are participles.
fn is_noun(word: &str, flags: &[String], known: &HashSet<String>) -> bool {
    let folded = fold(word);
    let participle = word.strip_suffix('é').or_else(|| word.strip_suffix("ée"));
    let is_participle = participle.is_some_and(|start| known.contains(&format!("{}er", fold(start))));
    let is_adjective = ADJECTIVES.iter().any(|ending| folded.ends_with(ending));
    let plural = flags.iter().any(|flag| flag == "S." || flag == "X.");
    let invariable = flags.iter().all(|flag| ELISIONS.contains(&flag.as_str()));
    !is_participle && !is_adjective && (plural || invariable)
}

/// Returns `true` if `form` differs from `base` by an ending that needs no list.
fn is_plain(form: &str, base: &str) -> bool {
    // `première` loses more than its ending.
    let regular: &[&str] = if base.ends_with("er") { &["s"] } else { &["s", "e", "es"] };
    if form.strip_prefix(base).is_some_and(|rest| regular.contains(&rest)) {
        return true;
    }
    let rest = base.strip_suffix("er").and_then(|start| form.strip_prefix(start));
    rest.is_some_and(|rest| VERB_ENDINGS.contains(&rest.strip_prefix('e').unwrap_or(rest)))
}

/// Returns the encoded edit that turns `form` into `base`; `None` if it does not fit in a number.
fn recipe(form: &str, base: &str) -> Option<u64> {
    let shared = form.bytes().zip(base.bytes()).take_while(|(a, b)| a == b).count();
    let (gone, added) = (form.len() - shared, &base[shared..]);
    if gone >= 32 || added.len() > 11 {
        return None;
    }
    let letters = added.bytes().rev().fold(0_u64, |sum, letter| sum * 27 + u64::from(letter - b'a' + 1));
    Some(letters * 32 + gone as u64)
}

fn write<'w>(path: PathBuf, words: impl Iterator<Item = (&'w str, u64)>) -> Result<(), Box<dyn Error>> {
    let mut builder = MapBuilder::memory();
    let mut count = 0;
    for (word, value) in words {
        builder.insert(word, value)?;
        count += 1;
    }
    let bytes = builder.into_inner()?;
    fs::write(&path, &bytes)?;
    println!("{count} words, {} bytes, in {}", bytes.len(), path.display());
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
