//! Data of the shared partials: breadcrumbs, pagination, choices.

use serde::Serialize;

/// A step of the breadcrumb, for `partials/breadcrumb`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Crumb {
    /// The label.
    pub label: String,
    /// The path below the mount point; `None` for the page itself.
    pub url: Option<String>,
    /// The language of the label; empty for the page's.
    pub lang: &'static str,
}

impl Crumb {
    /// Creates a step that leads to `url`, below the mount point.
    #[must_use]
    pub fn to(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self { label: label.into(), url: Some(url.into()), lang: "" }
    }

    /// Creates the step of the page itself.
    #[must_use]
    pub fn here(label: impl Into<String>) -> Self {
        Self { label: label.into(), url: None, lang: "" }
    }

    /// Sets the language of the label.
    #[must_use]
    pub fn in_language(mut self, lang: &'static str) -> Self {
        self.lang = lang;
        self
    }
}

/// An option of a choice, for `partials/select` and, for several answers, `partials/checks`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Choice {
    /// The value of the form field.
    pub value: String,
    /// The label.
    pub label: String,
    /// The language of the label; empty for the page's.
    pub lang: &'static str,
    /// `true` if it is ticked; read by `partials/checks`.
    pub checked: bool,
}

impl Choice {
    /// Creates an option that is not ticked.
    #[must_use]
    pub fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Self { value: value.to_string(), label: label.into(), lang: "", checked: false }
    }

    /// Sets the language of the label.
    #[must_use]
    pub fn in_language(mut self, lang: &'static str) -> Self {
        self.lang = lang;
        self
    }

    /// Sets whether it is ticked.
    #[must_use]
    pub fn checked(mut self, checked: bool) -> Self {
        self.checked = checked;
        self
    }
}

/// The neighbours of a page of a list, and the list's ends, for `partials/pagination`: paths below the mount point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Pages {
    /// The first page, unless it is the previous one.
    pub first_url: Option<String>,
    /// The previous page.
    pub previous_url: Option<String>,
    /// The next page.
    pub next_url: Option<String>,
    /// The last page, unless it is the next one.
    pub last_url: Option<String>,
}

impl Pages {
    /// Creates a pagination with the previous and the next page.
    #[must_use]
    pub fn new(previous_url: Option<String>, next_url: Option<String>) -> Self {
        Self { previous_url, next_url, ..Self::default() }
    }

    /// Creates a pagination of a list that is only read forward.
    #[must_use]
    pub fn next(url: Option<String>) -> Self {
        Self::new(None, url)
    }

    /// Adds the list's first and last page.
    #[must_use]
    pub fn between(mut self, first_url: String, last_url: Option<String>) -> Self {
        let beyond = |url: &String, near: &Option<String>| near.as_ref().is_some_and(|near| near != url);
        self.first_url = Some(first_url).filter(|url| beyond(url, &self.previous_url));
        self.last_url = last_url.filter(|url| beyond(url, &self.next_url));
        self
    }
}
