//! Records the data that pages give to their templates, for the test that renders every template of a site.
//!
//! Samples are recorded rather than written down: what a page really gave cannot be out of date.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use handlebars::Template;
use serde::Serialize;
use serde_json::Value;

use super::super::locale::Locale;
use super::super::shell::Look;
use super::{Scope, Templates, page_text};
use crate::Atrium;
use atrium_platform::clock::Timestamp;
use atrium_platform::{Error, Result};

/// The most samples of one template.
const SAMPLES: usize = 24;
/// The longest text that counts as one of a few words of the program: `visible`, `digital_referent`.
const WORD: usize = 24;

thread_local! {
    /// What the rendering of a sample met.
    static MET: RefCell<Option<RenderedSample>> = const { RefCell::new(None) };
}

/// Notes that the rendering under way calls the partial `name`.
pub(super) fn note_partial(name: &str) {
    MET.with_borrow_mut(|met| {
        if let Some(met) = met {
            met.partials.insert(name.to_owned());
        }
    });
}

/// Notes what is wrong with the rendering under way.
pub(in super::super) fn note_problem(problem: impl FnOnce() -> String) {
    MET.with_borrow_mut(|met| {
        if let Some(met) = met {
            met.problems.push(problem());
        }
    });
}

/// The data that templates were rendered with, by the template and by shape.
#[derive(Default)]
pub(super) struct Recorded {
    on: AtomicBool,
    samples: Mutex<BTreeMap<String, BTreeMap<String, Value>>>,
}

impl Recorded {
    /// Keeps `data` if samples are recorded and none has its shape.
    pub(super) fn add(&self, name: &str, data: &impl Serialize) {
        if !self.on.load(Ordering::Relaxed) {
            return;
        }
        let Ok(data) = page_text::with_texts(data) else { return };
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        let of_template = samples.entry(name.to_owned()).or_default();
        if of_template.len() < SAMPLES {
            of_template.entry(shape(&data)).or_insert(data);
        }
    }
}

/// Returns what templates may tell apart in `data`: what is there, what is empty, what is true, the program's words.
fn shape(data: &Value) -> String {
    match data {
        Value::Null => "-".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => if number.as_i64() == Some(0) { "0" } else { "1" }.to_owned(),
        Value::String(text) if text.is_empty() => "''".to_owned(),
        Value::String(text) if is_word(text) => text.clone(),
        Value::String(_) => "text".to_owned(),
        Value::Array(items) => format!("{:?}", items.iter().map(shape).collect::<BTreeSet<_>>()),
        Value::Object(fields) if fields.len() == 1 && fields.keys().any(|key| key.starts_with('$')) => {
            "html".to_owned()
        }
        Value::Object(fields) => {
            format!("{:?}", fields.iter().map(|(key, value)| (key, shape(value))).collect::<Vec<_>>())
        }
    }
}

fn is_word(text: &str) -> bool {
    text.len() <= WORD && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b'-')
}

/// The templates of a site with the data that its pages gave them since recording began.
#[derive(Clone)]
pub struct TemplateSamples {
    /// The look whose templates record.
    recording: Arc<Look>,
    /// The templates that are rendered.
    templates: Arc<Templates>,
    now: Timestamp,
}

/// A sample, rendered.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RenderedSample {
    /// The page.
    pub html: String,
    /// The templates that it called.
    pub partials: BTreeSet<String>,
    /// Messages that are absent in the language, or that could not be formatted.
    pub problems: Vec<String>,
}

impl Atrium {
    /// Records what templates are rendered with from now on, for the tests of templates.
    #[must_use]
    pub fn record_templates(&self) -> TemplateSamples {
        let recording = self.shell().look();
        recording.templates.recorded.on.store(true, Ordering::Relaxed);
        let templates = Arc::new(recording.templates.with(BTreeMap::new()));
        TemplateSamples { recording, templates, now: self.db().now() }
    }
}

impl TemplateSamples {
    /// Returns every template by its name (`help/article`), with the data of pages that rendered it.
    #[must_use]
    pub fn by_template(&self) -> BTreeMap<String, Vec<Value>> {
        let samples = self.recording.templates.recorded.samples.lock().unwrap_or_else(PoisonError::into_inner);
        let of =
            |name: &String| samples.get(name).map(|samples| samples.values().cloned().collect()).unwrap_or_default();
        self.recording.templates.sources.keys().map(|name| (name.clone(), of(name))).collect()
    }

    /// Returns the same samples with the template `name` replaced by `text`, as a theme would.
    ///
    /// # Errors
    /// Returns an error if `text` is not a template.
    pub fn with_template(&self, name: &str, text: &str) -> Result<Self> {
        let template = Template::compile_with_name(text, name.to_owned())
            .map_err(|source| Error::internal(format!("template `{name}`"), source))?;
        let templates = self.templates.with(BTreeMap::from([(name.to_owned(), template)]));
        Ok(Self { templates: Arc::new(templates), ..self.clone() })
    }

    /// Renders the template `name` with `data`.
    ///
    /// # Errors
    /// Returns the error of the template or of a helper.
    pub fn render(&self, name: &str, data: &Value, locale: Locale) -> Result<RenderedSample> {
        MET.set(Some(RenderedSample::default()));
        let rendered = self.templates.render(name, data, Scope { locale, base: "/essai".to_owned(), now: self.now });
        let met = MET.take().unwrap_or_default();
        Ok(RenderedSample { html: rendered?, ..met })
    }
}

impl Templates {
    /// Returns the same templates with some of them replaced.
    fn with(&self, replaced: BTreeMap<String, Template>) -> Self {
        let mut sources = self.sources.clone();
        sources.extend(replaced);
        Self {
            sources,
            shared: self.shared.clone(),
            helpers: self.helpers.clone(),
            words: self.words.clone(),
            assets: self.assets.clone(),
            registries: std::sync::RwLock::default(),
            recorded: Recorded::default(),
        }
    }
}
