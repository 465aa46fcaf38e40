//! What pages hand to the shared partials: the way to a page, the pages around it, the answers of a choice.

use serde::Serialize;

/// A step of the way to a page, for `partials/breadcrumb`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Crumb {
    /// What the step is called.
    pub label: String,
    /// Where it leads, below the mount point; nowhere, for the page itself.
    pub url: Option<String>,
    /// The language of what it is called; empty when it is the page's.
    pub lang: &'static str,
}

impl Crumb {
    /// A step that leads to `url`, below the mount point.
    #[must_use]
    pub fn to(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self { label: label.into(), url: Some(url.into()), lang: "" }
    }

    /// The page itself.
    #[must_use]
    pub fn here(label: impl Into<String>) -> Self {
        Self { label: label.into(), url: None, lang: "" }
    }

    /// The step, called so in `lang`.
    #[must_use]
    pub fn in_language(mut self, lang: &'static str) -> Self {
        self.lang = lang;
        self
    }
}

/// One answer of a choice, for `partials/select` and, where several may be given, `partials/checks`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Choice {
    /// What the form carries.
    pub value: String,
    /// What the page says.
    pub label: String,
    /// The language of what it says; empty when it is the page's.
    pub lang: &'static str,
    /// Is it ticked? Read by `partials/checks`.
    pub checked: bool,
}

impl Choice {
    /// An answer that is not ticked.
    #[must_use]
    pub fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Self { value: value.to_string(), label: label.into(), lang: "", checked: false }
    }

    /// The answer, said so in `lang`.
    #[must_use]
    pub fn in_language(mut self, lang: &'static str) -> Self {
        self.lang = lang;
        self
    }

    /// The answer, ticked or not.
    #[must_use]
    pub fn checked(mut self, checked: bool) -> Self {
        self.checked = checked;
        self
    }
}

/// The neighbours of a page of a list and its ends, for `partials/pagination`: paths below the mount point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Pages {
    /// The first page, where it is not the one before.
    pub first_url: Option<String>,
    /// The page before.
    pub previous_url: Option<String>,
    /// The page after.
    pub next_url: Option<String>,
    /// The last page, where it is not the one after.
    pub last_url: Option<String>,
}

impl Pages {
    /// The pages before and after.
    #[must_use]
    pub fn new(previous_url: Option<String>, next_url: Option<String>) -> Self {
        Self { previous_url, next_url, ..Self::default() }
    }

    /// The page after; a list that is read forward only.
    #[must_use]
    pub fn next(url: Option<String>) -> Self {
        Self::new(None, url)
    }

    /// The same, between the list's first and last page.
    #[must_use]
    pub fn between(mut self, first_url: String, last_url: Option<String>) -> Self {
        let beyond = |url: &String, near: &Option<String>| near.as_ref().is_some_and(|near| near != url);
        self.first_url = Some(first_url).filter(|url| beyond(url, &self.previous_url));
        self.last_url = last_url.filter(|url| beyond(url, &self.next_url));
        self
    }
}
