//! Caches the main part of a page, which many readers share: the content inside the layout.
//!
//! It is looked up by everything it depends on: the page's data, the flash message, the language, the mount prefix.
//! The layout around it depends on the reader, the path and the announcements, and is rendered each time. A
//! template whose main part reads other values of the site is rendered whole each time, too ([`is_apart`]).

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::{Arc, LazyLock};

use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, Subexpression, Template, TemplateElement};
use handlebars::{Output, Path, RenderError, html_escape};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::super::dates::Age;
use atrium_platform::clock::Timestamp;

/// The template of the layout.
const LAYOUT: &str = "layout";
/// The values of the site that main parts may read: they are the same for everyone, and part of the key.
pub(super) const OF_SITE: [&str; 3] = ["locale", "announces_service", "searches"];
/// The field in which a template finds the name of a hole.
const HOLE: &str = "$hole";
/// The mark before and after the name of a hole in a text being made. It is random at start, so that no text
/// contains it.
static MARK: LazyLock<String> = LazyLock::new(|| format!("\u{1}{:016x}\u{1}", RandomState::new().hash_one("hole")));

thread_local! {
    static TURN: RefCell<Turn> = const { RefCell::new(Turn::Whole) };
}

/// A text of a page that differs each time, such as the key of a form: `{{hole page.key}}` prints it.
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
}

impl Serialize for Hole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry(HOLE, self.name)?;
        map.serialize_entry("value", &self.value)?;
        map.end()
    }
}

/// A rendered main part.
#[derive(Debug)]
pub(in super::super) struct MainPart {
    text: String,
    /// The positions of holes, in order, with their names.
    holes: Vec<(usize, String)>,
    /// The instants shown as durations.
    ages: Vec<(Timestamp, Age)>,
}

/// What to do with the main part of the page being rendered.
enum Turn {
    /// Render it as part of the page.
    Whole,
    /// Print the cached one.
    Print(Arc<MainPart>, Holes),
    /// Render and record it.
    Note(Holes),
    /// It is being rendered.
    Noting(Vec<(Timestamp, Age)>),
    /// It was rendered.
    Noted(Arc<MainPart>),
}

/// The texts of a page's holes, by name, escaped.
pub(super) type Holes = BTreeMap<String, String>;

/// The content of a partial at its call.
pub(super) enum Inner {
    Made(String),
    Kept(Arc<MainPart>, Holes),
}

impl MainPart {
    /// Returns its approximate size in bytes.
    pub(in super::super) fn bytes(&self) -> usize {
        self.text.len() + self.holes.len() * 64 + self.ages.len() * size_of::<(Timestamp, Age)>()
    }

    /// Returns `true` if every duration in it is still right at `now`.
    pub(super) fn holds_at(&self, now: Timestamp) -> bool {
        self.ages.iter().all(|(at, age)| Age::of(*at, now) == *age)
    }

    /// Parses a text with marks in place of holes.
    fn read(marked: String, ages: Vec<(Timestamp, Age)>) -> Self {
        if !marked.contains(MARK.as_str()) {
            return Self { text: marked, holes: Vec::new(), ages };
        }
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

    fn write(&self, texts: &Holes, out: &mut dyn Output) -> std::io::Result<()> {
        let mut from = 0;
        for (at, name) in &self.holes {
            out.write(&self.text[from..*at])?;
            out.write(texts.get(name).map_or("", String::as_str))?;
            from = *at;
        }
        out.write(&self.text[from..])
    }
}

impl Inner {
    pub(super) fn write(&self, out: &mut dyn Output) -> std::io::Result<()> {
        match self {
            Self::Made(text) => out.write(text),
            Self::Kept(part, holes) => part.write(holes, out),
        }
    }
}

/// Ends a turn, even if rendering panics: the thread renders other readers' pages next.
struct Ended;

impl Ended {
    fn after(turn: Turn) -> Self {
        TURN.set(turn);
        Self
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        TURN.set(Turn::Whole);
    }
}

/// Renders a page around the cached `part`.
pub(super) fn printing<T>(part: Arc<MainPart>, holes: Holes, render: impl FnOnce() -> T) -> T {
    let _turn = Ended::after(Turn::Print(part, holes));
    render()
}

/// Renders a page whole, and returns its main part too.
pub(super) fn noting<T>(holes: Holes, render: impl FnOnce() -> T) -> (T, Option<Arc<MainPart>>) {
    let _turn = Ended::after(Turn::Note(holes));
    let rendered = render();
    match TURN.replace(Turn::Whole) {
        Turn::Noted(part) => (rendered, Some(part)),
        _ => (rendered, None),
    }
}

/// Returns the content of the partial `name`, from `make` or from the cache. `is_outermost` is `true` if no other
/// partial is around it.
pub(super) fn inside(
    name: &str,
    is_outermost: bool,
    make: impl FnOnce() -> Result<String, RenderError>,
) -> Result<Inner, RenderError> {
    if name != LAYOUT || !is_outermost {
        return make().map(Inner::Made);
    }
    match TURN.replace(Turn::Whole) {
        Turn::Print(part, holes) => Ok(Inner::Kept(part, holes)),
        Turn::Note(holes) => {
            TURN.set(Turn::Noting(Vec::new()));
            let made = make()?;
            let Turn::Noting(ages) = TURN.replace(Turn::Whole) else { return Ok(Inner::Made(made)) };
            let part = Arc::new(MainPart::read(made, ages));
            TURN.set(Turn::Noted(part.clone()));
            Ok(Inner::Kept(part, holes))
        }
        other => {
            TURN.set(other);
            make().map(Inner::Made)
        }
    }
}

/// Records that `at` is shown as a duration.
pub(in super::super) fn note_age(at: Timestamp, age: Age) {
    TURN.with_borrow_mut(|turn| {
        if let Turn::Noting(ages) = turn {
            ages.push((at, age));
        }
    });
}

/// Returns the output of `{{hole value}}`.
pub(in super::super) fn hole(value: &Value) -> String {
    let is_noted = TURN.with_borrow(|turn| matches!(turn, Turn::Noting(_)));
    let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default();
    if is_noted { format!("{0}{1}{0}", *MARK, text(HOLE)) } else { text("value").to_owned() }
}

/// Returns the holes of a page's data.
pub(super) fn holes_of(data: &Value) -> Holes {
    fn look(value: &Value, holes: &mut Holes) {
        match value {
            Value::Object(fields) => match (fields.get(HOLE), fields.get("value")) {
                (Some(Value::String(name)), Some(Value::String(text))) => {
                    holes.insert(name.clone(), html_escape(text));
                }
                _ => fields.values().for_each(|field| look(field, holes)),
            },
            Value::Array(items) => items.iter().for_each(|item| look(item, holes)),
            _ => {}
        }
    }
    let mut holes = Holes::new();
    look(data, &mut holes);
    holes
}

/// A page's data, hashed without the texts of its holes.
pub(super) struct Data<'v>(pub(super) &'v Value);

impl Hash for Data<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self.0).hash(state);
        match self.0 {
            Value::Null => {}
            Value::Bool(value) => value.hash(state),
            Value::Number(number) => number.hash(state),
            Value::String(text) => text.hash(state),
            Value::Array(items) => {
                items.len().hash(state);
                items.iter().for_each(|item| Data(item).hash(state));
            }
            Value::Object(fields) => {
                fields.len().hash(state);
                let is_hole = fields.contains_key(HOLE);
                for (name, field) in fields.iter().filter(|(name, _)| !(is_hole && *name == "value")) {
                    name.hash(state);
                    Data(field).hash(state);
                }
            }
        }
    }
}

/// Returns `true` if the page `name` uses the layout and its main part reads only [`OF_SITE`] of the site around
/// it.
pub(super) fn is_apart(name: &str, sources: &BTreeMap<String, Template>) -> bool {
    let Some(template) = sources.get(name) else { return false };
    let blank = |element: &&TemplateElement| match element {
        TemplateElement::RawString(text) => !text.trim().is_empty(),
        TemplateElement::Comment(_) => false,
        _ => true,
    };
    let parts: Vec<_> = template.elements.iter().filter(blank).collect();
    let [TemplateElement::PartialBlock(layout)] = parts[..] else { return false };
    if layout.name.as_name() != Some(LAYOUT) || !layout.params.is_empty() {
        return false;
    }
    let mut look = Look { sources, seen: BTreeSet::new() };
    layout.hash.values().all(|value| look.parameter(value)) && layout.template.iter().all(|inner| look.template(inner))
}

/// Finds the values that templates read.
struct Look<'s> {
    sources: &'s BTreeMap<String, Template>,
    seen: BTreeSet<String>,
}

impl Look<'_> {
    fn template(&mut self, template: &Template) -> bool {
        template.elements.iter().all(|element| match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => true,
            TemplateElement::Expression(helper)
            | TemplateElement::HtmlExpression(helper)
            | TemplateElement::HelperBlock(helper) => self.helper(helper),
            TemplateElement::PartialExpression(partial) | TemplateElement::PartialBlock(partial) => {
                self.partial(partial)
            }
            _ => false,
        })
    }

    fn helper(&mut self, helper: &HelperTemplate) -> bool {
        self.parameter(&helper.name)
            && helper.params.iter().chain(helper.hash.values()).all(|parameter| self.parameter(parameter))
            && helper.template.iter().chain(helper.inverse.iter()).all(|inner| self.template(inner))
    }

    fn partial(&mut self, partial: &DecoratorTemplate) -> bool {
        let given = partial.params.iter().chain(partial.hash.values());
        let Some(name) = partial.name.as_name() else { return false };
        given.into_iter().all(|parameter| self.parameter(parameter))
            && partial.template.iter().all(|inner| self.template(inner))
            && (!self.seen.insert(name.to_owned())
                || self.sources.get(name).is_some_and(|partial| self.template(partial)))
    }

    fn parameter(&mut self, parameter: &Parameter) -> bool {
        match parameter {
            Parameter::Name(name) => reads_no_site(name),
            Parameter::Path(Path::Relative((_, raw)) | Path::Local((_, _, raw))) => reads_no_site(raw),
            Parameter::Literal(Value::String(text)) => text != "site",
            Parameter::Literal(_) => true,
            Parameter::Subexpression(Subexpression { element, .. }) => match &**element {
                TemplateElement::Expression(helper) => self.helper(helper),
                _ => false,
            },
            _ => false,
        }
    }
}

/// Returns `true` if the path reads no value of the site but [`OF_SITE`].
fn reads_no_site(path: &str) -> bool {
    let mut names = path.split(['.', '/', '[', ']']).filter(|name| !name.is_empty());
    while let Some(name) = names.next() {
        let reads = match name {
            "site" => !names.next().is_some_and(|name| OF_SITE.contains(&name)),
            "@root" => match names.next() {
                Some("site") => !names.next().is_some_and(|name| OF_SITE.contains(&name)),
                Some("page" | "flash") => false,
                _ => true,
            },
            _ => false,
        };
        if reads {
            return false;
        }
    }
    true
}
