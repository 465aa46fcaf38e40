//! Options of rendering: what the writer may use, and what the page around the text is like.

use std::borrow::Cow;
use std::fmt;

use super::headings::slug;
use super::links::LinkResolver;

/// What a writer may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Writers of the forum: raw HTML is shown as text, line breaks are kept, headings start at level 3, every id
    /// carries the post's prefix, links are marked as a reader's.
    Post,
    /// Authors of the help: audience blocks, explicit heading ids, a few raw HTML elements, links between articles.
    Article,
}

/// The words that rendering adds to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Labels {
    /// Title of `> [!NOTE]`.
    pub note: Cow<'static, str>,
    /// Title of `> [!TIP]`.
    pub tip: Cow<'static, str>,
    /// Title of `> [!IMPORTANT]`.
    pub important: Cow<'static, str>,
    /// Title of `> [!WARNING]`.
    pub warning: Cow<'static, str>,
    /// Title of `> [!CAUTION]`.
    pub caution: Cow<'static, str>,
    /// Name of the list of footnotes.
    pub footnotes: Cow<'static, str>,
    /// Name of the link from a footnote back to the text.
    pub footnote_back: Cow<'static, str>,
    /// Name of a table's scrollable frame.
    pub table: Cow<'static, str>,
    /// Name of the mark of a done task.
    pub done: Cow<'static, str>,
    /// Name of the mark of a task to do.
    pub to_do: Cow<'static, str>,
}

impl Labels {
    /// Returns the French labels, the default.
    #[must_use]
    pub fn french() -> Self {
        Self {
            note: "Remarque".into(),
            tip: "Conseil".into(),
            important: "Important".into(),
            warning: "Attention".into(),
            caution: "Danger".into(),
            footnotes: "Notes".into(),
            footnote_back: "Retour au texte".into(),
            table: "Tableau".into(),
            done: "Fait".into(),
            to_do: "À faire".into(),
        }
    }

    /// Returns the English labels.
    #[must_use]
    pub fn english() -> Self {
        Self {
            note: "Note".into(),
            tip: "Tip".into(),
            important: "Important".into(),
            warning: "Warning".into(),
            caution: "Caution".into(),
            footnotes: "Notes".into(),
            footnote_back: "Back to the text".into(),
            table: "Table".into(),
            done: "Done".into(),
            to_do: "To do".into(),
        }
    }
}

impl Default for Labels {
    fn default() -> Self {
        Self::french()
    }
}

/// The options for one text. Start with [`Options::post`] or [`Options::article`].
#[derive(Clone)]
#[non_exhaustive]
pub struct Options<'a> {
    pub(super) profile: Profile,
    pub(super) id_prefix: String,
    pub(super) labels: Labels,
    pub(super) source: &'a str,
    pub(super) links: Option<&'a dyn LinkResolver>,
    pub(super) mount: &'a str,
    pub(super) reserved: &'a [&'a str],
    pub(super) first_line: usize,
}

impl<'a> Options<'a> {
    /// Creates the options of a forum text. Its ids begin with `post-{name}-`; the page around it uses no id of
    /// that form.
    ///
    /// ```
    /// use atrium_markup::{Options, render};
    ///
    /// let rendered = render("# Le titre", &Options::post(12));
    /// assert_eq!(rendered.headings().next().map(|heading| (heading.level, heading.id.as_str())), Some((3, "post-12-le-titre")));
    /// ```
    pub fn post(name: impl fmt::Display) -> Self {
        Self { id_prefix: format!("post-{}-", slug(&name.to_string())), ..Self::new(Profile::Post) }
    }

    /// Creates the options of a help article. `source` is its path below the content folder, without `.md`
    /// (`casier/rendre-un-devoir`), from which `links` resolves relative links.
    ///
    /// ```
    /// use atrium_markup::{Options, render};
    ///
    /// let links = |path: &str| (path == "messagerie/ecrire").then(|| "/aide/messagerie/ecrire".to_owned());
    /// let rendered = render("[Écrire](../messagerie/ecrire.md)", &Options::article("casier/rendre", &links));
    /// assert_eq!(rendered.links[0].href.as_deref(), Some("/aide/messagerie/ecrire"));
    /// ```
    #[must_use]
    pub fn article(source: &'a str, links: &'a dyn LinkResolver) -> Self {
        Self { source, links: Some(links), ..Self::new(Profile::Article) }
    }

    fn new(profile: Profile) -> Self {
        Self {
            profile,
            id_prefix: String::new(),
            labels: Labels::default(),
            source: "",
            links: None,
            mount: "",
            reserved: &[],
            first_line: 1,
        }
    }

    /// Sets the labels; [`Labels::french`] by default.
    ///
    /// ```
    /// use atrium_markup::{Labels, Options, render};
    ///
    /// let html = render("> [!NOTE]\n> Later.", &Options::post(1).labels(Labels::english())).html();
    /// assert!(html.as_str().contains("Note"));
    /// ```
    #[must_use]
    pub fn labels(mut self, labels: Labels) -> Self {
        self.labels = labels;
        self
    }

    /// Sets the path the platform is mounted at (`/assistance`; empty at the root), put before `/fichiers/…`.
    #[must_use]
    pub fn mounted_at(mut self, mount: &'a str) -> Self {
        self.mount = mount.trim_end_matches('/');
        self
    }

    /// Sets the ids of the page around, which no heading of the text gets.
    #[must_use]
    pub fn reserved_ids(mut self, reserved: &'a [&'a str]) -> Self {
        self.reserved = reserved;
        self
    }

    /// Sets the number of the text's first line in its file, for problems (after the front matter); 1 by default.
    #[must_use]
    pub fn first_line(mut self, line: usize) -> Self {
        self.first_line = line;
        self
    }

    pub(super) fn is_post(&self) -> bool {
        self.profile == Profile::Post
    }
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("profile", &self.profile)
            .field("id_prefix", &self.id_prefix)
            .field("source", &self.source)
            .field("mount", &self.mount)
            .finish_non_exhaustive()
    }
}
