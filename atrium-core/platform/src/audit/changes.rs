//! The changes of an edit, for its audit record: which fields changed, from what to what.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// The fields that an edit changes, each with its value before and after.
///
/// Every edit builds its record with it. An edit that changes no field writes no row, no record and no event: ask
/// [`is_empty`](Self::is_empty) first.
///
/// ```
/// # use atrium_platform::audit::Changes;
/// let changes = Changes::new().field("name", "2nde 3", "2nde 4").field("kind", "class", "class");
/// assert_eq!(serde_json::Value::from(changes), serde_json::json!({ "changes": { "name": ["2nde 3", "2nde 4"] } }));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Changes(Map<String, Value>);

impl Changes {
    /// Creates an empty set of changes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the field `name` if its value changes.
    pub fn field<T: Serialize + PartialEq + ?Sized>(mut self, name: &'static str, before: &T, after: &T) -> Self {
        if before != after {
            self.0.insert(name.to_owned(), json!([before, after]));
        }
        self
    }

    /// Adds the field `name` as [`field`](Self::field) does, without its values: for personal data and for texts,
    /// which the record does not keep.
    pub fn withheld<T: PartialEq + ?Sized>(mut self, name: &'static str, before: &T, after: &T) -> Self {
        if before != after {
            self.0.insert(name.to_owned(), json!([]));
        }
        self
    }

    /// Returns `true` if no field changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the names of the fields that change.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl From<Changes> for Value {
    /// Returns the details of an edit's record: `{"changes": {"name": ["before", "after"], "email": []}}`.
    fn from(changes: Changes) -> Self {
        json!({ "changes": changes.0 })
    }
}
