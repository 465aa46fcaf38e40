//! A form field that chooses a school: from a list while there are few, by words of its name or town or by its UAI
//! if there are many.
//!
//! The typed text is looked up when the form is sent. If it may mean several schools, the form comes back with
//! these to choose from, and with its other input; JavaScript only suggests names while typing.

use serde::Serialize;

use super::form::Form;
use super::parts::Choice;
use atrium_platform::Message;
use atrium_platform::directory::{Establishment, fold};

/// The path of suggestions while typing.
pub const SUGGESTIONS: &str = "/administration/etablissements/suggestions";
/// The most schools shown as a list.
pub const LISTED: usize = 20;
/// The most schools offered for a typed text.
pub const OFFERED: usize = 10;

/// The options of a field: schools, and perhaps a few other values.
#[derive(Clone, Debug, Default)]
pub struct SchoolChoice {
    schools: Vec<Establishment>,
    before: Vec<Choice>,
    after: Vec<Choice>,
    prefix: &'static str,
}

impl SchoolChoice {
    /// Creates a choice among `schools`, in the order of a list.
    #[must_use]
    pub fn new(schools: Vec<Establishment>) -> Self {
        Self { schools, ..Self::default() }
    }

    /// Sets a prefix before the id of a school in the form's value: `e12`.
    #[must_use]
    pub fn written(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    /// Adds options before the schools of a list.
    #[must_use]
    pub fn with_first(mut self, others: Vec<Choice>) -> Self {
        self.before = others;
        self
    }

    /// Adds options after the schools of a list.
    #[must_use]
    pub fn with_last(mut self, others: Vec<Choice>) -> Self {
        self.after = others;
        self
    }

    /// Returns the schools.
    #[must_use]
    pub fn schools(&self) -> &[Establishment] {
        &self.schools
    }

    /// Returns the value if there is only one option; empty otherwise.
    #[must_use]
    pub fn only(&self) -> String {
        match (&self.schools[..], self.before.is_empty() && self.after.is_empty()) {
            ([school], true) => self.value(school),
            _ => String::new(),
        }
    }

    /// Returns the field `name` with `value` chosen; empty for no choice yet.
    #[must_use]
    pub fn field(&self, name: &'static str, value: &str) -> SchoolField {
        let search = self.schools.len() > LISTED;
        let listed = if search { &[][..] } else { &self.schools[..] };
        let schools =
            listed.iter().map(|school| Choice::new(self.value(school), school.name.as_str()).in_language("fr"));
        let options = self.before.iter().cloned().chain(schools).chain(self.after.iter().cloned()).collect();
        let found = self.schools.iter().find(|school| search && self.value(school) == value);
        SchoolField {
            name,
            value: if found.is_some() { String::new() } else { value.to_owned() },
            options,
            search,
            text: found.map(label).unwrap_or_default(),
            chosen: value.to_owned(),
            ..SchoolField::default()
        }
    }

    /// Returns the field `name` with the form's input. A value sent without a search is taken as it is.
    #[must_use]
    pub fn read(&self, name: &'static str, form: &Form) -> SchoolField {
        let value = form.text(name);
        let typed = form.text(&format!("{name}_search"));
        if typed.is_empty() || self.schools.len() <= LISTED {
            return self.field(name, &value);
        }
        let is_other = self.before.iter().chain(&self.after).any(|other| other.value == value);
        let picked = form.text(&format!("{name}_choice"));
        let is_picked = form.text(&format!("{name}_meant")) == typed;
        let picked = self.schools.iter().find(|school| is_picked && self.value(school) == picked);
        if let (Some(school), false) = (picked, is_other) {
            return self.field(name, &self.value(school));
        }
        let found = meant(&typed, &self.schools);
        let problem = match &found[..] {
            _ if is_other => "core-school-or",
            [] => "admin-school-unknown",
            [school] => return self.field(name, &self.value(school)),
            _ => "admin-school-several",
        };
        let offered = found.into_iter().filter(|_| !is_other).take(OFFERED);
        SchoolField {
            text: typed,
            offered: offered.map(|school| Choice::new(self.value(school), label(school)).in_language("fr")).collect(),
            chosen: String::new(),
            problem: Some(Message::new(problem)),
            ..self.field(name, if is_other { &value } else { "" })
        }
    }

    fn value(&self, school: &Establishment) -> String {
        format!("{}{}", self.prefix, school.id)
    }
}

/// A field that chooses a school, for `partials/school`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SchoolField {
    name: &'static str,
    /// The value chosen in the list.
    value: String,
    /// The listed options: all of them or, beside a search, those other than schools.
    options: Vec<Choice>,
    search: bool,
    /// The typed text, or the name of the chosen school.
    text: String,
    /// The schools that the text may mean.
    offered: Vec<Choice>,
    #[serde(skip)]
    chosen: String,
    #[serde(skip)]
    problem: Option<Message>,
}

impl SchoolField {
    /// Returns the chosen value, as a list would send it; empty for no choice.
    #[must_use]
    pub fn chosen(&self) -> &str {
        &self.chosen
    }

    /// Returns the problem of a text that is not a choice.
    #[must_use]
    pub fn problem(&self) -> Option<&Message> {
        self.problem.as_ref()
    }

    /// Returns `true` if schools are searched for rather than listed.
    #[must_use]
    pub fn searches(&self) -> bool {
        self.search
    }
}

/// Returns the schools that `typed` may mean; only one for a UAI (also at the end, in brackets) or a full name.
pub fn meant<'a>(typed: &str, schools: &'a [Establishment]) -> Vec<&'a Establishment> {
    let in_brackets = typed.strip_suffix(')').and_then(|text| text.rsplit_once('(')).map_or(typed, |(_, uai)| uai);
    let uai = in_brackets.trim().to_ascii_uppercase();
    let words = fold(typed);
    let exact = schools.iter().find(|school| school.uai == uai);
    let mut named = schools.iter().filter(|school| school.name_folded == words);
    match (exact, named.next(), named.next()) {
        (Some(school), ..) | (None, Some(school), None) => vec![school],
        _ => schools.iter().filter(|school| school.answers_to(&words)).collect(),
    }
}

/// Returns the label of a school in a field, by which it is found again.
pub fn label(school: &Establishment) -> String {
    format!("{} ({})", school.name, school.uai)
}
