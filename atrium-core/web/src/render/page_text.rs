//! Caches pages as text that many readers share, with holes for what belongs to one reader.
//!
//! A page is looked up by everything it is made of: its data with the site around it, the language, the mount prefix.
//! Values that differ for each reader or each time are [`Hole`]s: while a shared text is made, its data holds a mark in
//! place of the value, so that no value of one reader can be cached for another.

use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use handlebars::html_escape;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::super::dates::Age;
use atrium_platform::clock::Timestamp;

/// The field that holds the name of a hole in the data by which a page is looked up.
const HOLE: &str = "$hole";
/// The mark before and after the name of a hole in a text being made. It is random at start, so that no text
/// contains it.
static MARK: LazyLock<String> = LazyLock::new(|| format!("\u{1}{:016x}\u{1}", RandomState::new().hash_one("hole")));
/// The initial capacity for a page's data, in bytes.
const DATA: usize = 8 * 1024;

/// How holes and pieces are serialised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Telling {
    /// Both as their texts.
    Texts,
    /// Holes as their names, pieces as their keys: the data by which a page is looked up.
    Names,
    /// Holes as marks, pieces as their texts: the data of which a shared page is made.
    Marks,
}

thread_local! {
    static TELLING: Cell<Telling> = const { Cell::new(Telling::Texts) };
    /// The holes serialised by name so far.
    static HOLES: RefCell<Holes> = const { RefCell::new(Vec::new()) };
    /// The instants shown as durations in the text being made.
    static AGES: RefCell<Vec<(Timestamp, Age)>> = const { RefCell::new(Vec::new()) };
}

/// Returns to [`Telling::Texts`] when dropped, even by a panic: the thread renders other readers' pages next.
struct Ended;

impl Ended {
    fn after(telling: Telling) -> Self {
        TELLING.set(telling);
        Self
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        TELLING.set(Telling::Texts);
    }
}

/// A text of a page that differs for each reader or each time, such as the key of a form. Templates may only print it:
/// `{{hole page.key}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    name: &'static str,
    value: String,
}

impl Hole {
    /// Creates a hole with the text `value`; `name` is unique in the page.
    #[must_use]
    pub fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into() }
    }

    /// Returns its name and its text.
    pub(in super::super) fn into_parts(self) -> (&'static str, String) {
        (self.name, self.value)
    }
}

impl Serialize for Hole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match TELLING.get() {
            Telling::Texts => serializer.serialize_str(&self.value),
            Telling::Marks => serializer.serialize_str(&format!("{0}{1}{0}", *MARK, self.name)),
            Telling::Names => {
                HOLES.with_borrow_mut(|holes| holes.push((self.name, self.value.clone())));
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(HOLE, self.name)?;
                map.end()
            }
        }
    }
}

/// Returns `true` while pieces serialise as their keys.
pub(in super::super) fn tells_keys() -> bool {
    TELLING.get() == Telling::Names
}

/// Returns `data` as JSON with the texts of its holes, also while a shared page is made.
#[cfg(feature = "testing")]
pub(super) fn with_texts(data: &impl Serialize) -> serde_json::Result<serde_json::Value> {
    let before = TELLING.replace(Telling::Texts);
    let value = serde_json::to_value(data);
    TELLING.set(before);
    value
}

/// The texts of a page's holes, by name.
pub(in super::super) type Holes = Vec<(&'static str, String)>;

/// Returns `data` as the text by which its page is looked up, and the holes in it.
///
/// # Errors
/// Returns the error of serialising `data`.
pub(in super::super) fn told(data: &impl Serialize) -> serde_json::Result<(Vec<u8>, Holes)> {
    let _ended = Ended::after(Telling::Names);
    HOLES.take();
    let mut text = Vec::with_capacity(DATA);
    serde_json::to_writer(&mut text, data)?;
    Ok((text, HOLES.take()))
}

/// A rendered page without the texts of its holes.
#[derive(Debug)]
pub(in super::super) struct PageText {
    text: String,
    /// The positions of holes, in order, with their names.
    holes: Vec<(usize, String)>,
    /// The instants shown as durations.
    ages: Vec<(Timestamp, Age)>,
}

impl PageText {
    /// Creates the page that `render` makes, in which holes serialise as marks.
    ///
    /// # Errors
    /// Returns the error of `render`.
    pub(super) fn made<E>(render: impl FnOnce() -> Result<String, E>) -> Result<Self, E> {
        let _ended = Ended::after(Telling::Marks);
        AGES.take();
        let marked = render()?;
        Ok(Self::read(&marked, AGES.take()))
    }

    /// Parses a text with marks in place of holes.
    fn read(marked: &str, ages: Vec<(Timestamp, Age)>) -> Self {
        let (mut text, mut holes) = (String::with_capacity(marked.len()), Vec::new());
        for (at, piece) in marked.split(MARK.as_str()).enumerate() {
            if at % 2 == 0 {
                text.push_str(piece);
            } else {
                holes.push((text.len(), piece.to_owned()));
            }
        }
        Self { text, holes, ages }
    }

    /// Returns its approximate size in bytes.
    pub(in super::super) fn bytes(&self) -> usize {
        self.text.len() + self.holes.len() * 64 + self.ages.len() * size_of::<(Timestamp, Age)>()
    }

    /// Returns `true` if every duration in it is still right at `now`.
    pub(in super::super) fn holds_at(&self, now: Timestamp) -> bool {
        self.ages.iter().all(|(at, age)| Age::of(*at, now) == *age)
    }

    /// Returns the page with the texts of `holes`, escaped.
    pub(in super::super) fn with(&self, holes: &Holes) -> String {
        let longest: usize = self.holes.len() * holes.iter().map(|(_, text)| text.len() + 16).max().unwrap_or(0);
        let (mut out, mut from) = (String::with_capacity(self.text.len() + longest), 0);
        for (at, name) in &self.holes {
            out.push_str(&self.text[from..*at]);
            if let Some((_, text)) = holes.iter().find(|(known, _)| known == name) {
                out.push_str(&html_escape(text));
            }
            from = *at;
        }
        out.push_str(&self.text[from..]);
        out
    }
}

/// Records that `at` is shown as a duration.
pub(in super::super) fn note_age(at: Timestamp, age: Age) {
    if TELLING.get() == Telling::Marks {
        AGES.with_borrow_mut(|ages| ages.push((at, age)));
    }
}
