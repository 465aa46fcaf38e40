//! Resolves the targets of links and images: which are allowed, and which URLs links between articles become.

use serde::Serialize;
use url::Url;

use super::options::Options;

/// The path of attachments below the mount point.
const FILES: &str = "/fichiers/";

/// A link found in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The target as written.
    pub target: String,
    /// The URL on the page; `None` if it does not exist or is not allowed.
    pub href: Option<String>,
    /// Its text.
    pub text: String,
    /// The line it is on.
    pub line: usize,
}

/// An image found in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Image {
    /// The target as written.
    pub target: String,
    /// The URL on the page; `None` if it is missing or external.
    pub src: Option<String>,
    /// The description; `None` if absent. An HTML image with `alt=""` is decoration and has `Some`.
    pub alt: Option<String>,
    /// The line it is on.
    pub line: usize,
}

/// A link target in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Anchor {
    /// Its id on the page.
    pub id: String,
    /// The author's name for it, if it differs from the id (`<a name="Étape 2">`).
    pub name: Option<String>,
    /// The line it is on.
    pub line: usize,
}

/// Resolves a help article's relative links. A closure from article path to URL path implements it.
///
/// ```
/// use atrium_markup::{LinkResolver, Options, ProblemKind, render};
///
/// struct Folder;
///
/// impl LinkResolver for Folder {
///     fn article(&self, path: &str) -> Option<String> {
///         (path == "casier/rendre").then(|| "/aide/casier/rendre".to_owned())
///     }
/// }
///
/// let rendered = render("[A](rendre.md) [B](perdu.md)", &Options::article("casier/deposer", &Folder));
/// assert_eq!(rendered.links[0].href.as_deref(), Some("/aide/casier/rendre"));
/// assert!(matches!(&rendered.problems[0].kind, ProblemKind::BrokenLink(target) if target == "perdu.md"));
/// ```
pub trait LinkResolver {
    /// Returns the URL path of the article at `path`, below the content folder and without `.md`
    /// (`messagerie/ecrire`); `None` if it does not exist.
    fn article(&self, path: &str) -> Option<String>;

    /// Returns the URL path of the file at `path` below the content folder (`casier/ecran.png`); `None` if it does
    /// not exist.
    fn file(&self, path: &str) -> Option<String> {
        let _ = path;
        None
    }

    /// Returns the URL path of the image at `path` below the content folder; `None` if it does not exist. Calls
    /// [`file`](Self::file) by default.
    fn image(&self, path: &str) -> Option<String> {
        self.file(path)
    }

    /// Returns width and height of that image in pixels if known, so that the page reserves its place.
    fn image_size(&self, path: &str) -> Option<(u32, u32)> {
        let _ = path;
        None
    }
}

impl<F: Fn(&str) -> Option<String>> LinkResolver for F {
    fn article(&self, path: &str) -> Option<String> {
        self(path)
    }
}

/// A resolved target.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resolved {
    /// This URL.
    To(String),
    /// An article or file of ours that does not exist.
    Nowhere,
    /// A target that is not allowed.
    Refused,
}

impl From<Option<String>> for Resolved {
    fn from(found: Option<String>) -> Self {
        found.map_or(Self::Nowhere, Self::To)
    }
}

/// Resolves a link to `target`. The caller, who knows the headings, resolves bare fragments.
pub(super) fn resolve(target: &str, options: &Options<'_>) -> Resolved {
    if !is_allowed(target) {
        return Resolved::Refused;
    }
    if own_file(target) {
        return Resolved::To(format!("{}{target}", options.mount));
    }
    let relative = !target.starts_with(['/', '#', '?']) && Url::parse(target).is_err();
    let Some(links) = options.links.filter(|_| relative || is_root_article(target)) else {
        return Resolved::To(target.to_owned());
    };
    let (path, fragment) = split_fragment(target);
    let source = if relative { options.source } else { "" };
    let Some(path) = below_content(source, path) else { return Resolved::Nowhere };
    match without_markdown(&path) {
        Some(article) => links.article(article).map(|url| url + fragment).into(),
        None => links.file(&path).map(|url| url + fragment).into(),
    }
}

/// Returns `true` if `target` is an article path from the content folder (`/casier/rendre.md`).
fn is_root_article(target: &str) -> bool {
    let path = split_fragment(target).0;
    target.starts_with('/') && !target.starts_with("//") && without_markdown(path).is_some()
}

/// Returns the path of an article without its file extension.
fn without_markdown(path: &str) -> Option<&str> {
    let (stem, end) = path.rsplit_once('.')?;
    ["md", "markdown", "mdx"].iter().any(|known| end.eq_ignore_ascii_case(known)).then_some(stem)
}

/// Returns the URL of an image, if it is one of ours.
pub(super) fn resolve_image(target: &str, options: &Options<'_>) -> Option<String> {
    if own_file(target) {
        return Some(format!("{}{target}", options.mount));
    }
    let relative = !target.starts_with(['/', '#', '?']) && Url::parse(target).is_err();
    let links = options.links.filter(|_| relative)?;
    let url = links.image(&below_content(options.source, target)?)?;
    (url.starts_with('/') && !url.starts_with("//")).then_some(url)
}

/// Returns width and height of the image at a relative `target`, if known.
pub(super) fn image_size(target: &str, options: &Options<'_>) -> Option<(u32, u32)> {
    let relative = !target.starts_with(['/', '#', '?']) && Url::parse(target).is_err();
    let links = options.links.filter(|_| relative)?;
    links.image_size(&below_content(options.source, target)?)
}

/// Returns `true` if a link may lead to `target`: to the web, a mail address, a telephone, or within the site.
pub(super) fn is_allowed(target: &str) -> bool {
    if target.is_empty() || target.contains(|c: char| c.is_control() || c == '\\') {
        return false;
    }
    match Url::parse(target) {
        Ok(url) => matches!(url.scheme(), "http" | "https" | "mailto" | "tel"),
        Err(problem) => problem == url::ParseError::RelativeUrlWithoutBase,
    }
}

/// Returns `true` if `target` is one of our attachments. Dot segments, plain or encoded, would lead elsewhere.
fn own_file(target: &str) -> bool {
    let Some(path) = target.strip_prefix(FILES) else { return false };
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let is_plain = |segment: &str| !segment.is_empty() && !matches!(dots(segment).as_str(), "." | "..");
    is_allowed(target) && path.split('/').all(is_plain)
}

fn dots(segment: &str) -> String {
    if segment.len() > 6 { String::new() } else { segment.to_ascii_lowercase().replace("%2e", ".") }
}

fn split_fragment(target: &str) -> (&str, &str) {
    target.split_at(target.find('#').unwrap_or(target.len()))
}

/// Returns the path below the content folder of `relative` in the article at `source`.
fn below_content(source: &str, relative: &str) -> Option<String> {
    let path = relative.split('?').next().unwrap_or(relative);
    let path = percent_decoded(path)?;
    let mut segments: Vec<&str> = source.split('/').filter(|segment| !segment.is_empty()).collect();
    segments.pop();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => _ = segments.pop()?,
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}

pub(super) fn percent_decoded(path: &str) -> Option<String> {
    if !path.contains('%') {
        return Some(path.to_owned());
    }
    // The `url` crate keeps paths encoded; a form value is decoded, and differs only by `+`.
    let pair = path.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    let (decoded, _) = url::form_urlencoded::parse(pair.as_bytes()).next()?;
    (!decoded.contains(char::REPLACEMENT_CHARACTER)).then(|| decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_mail_and_the_site_may_be_linked() {
        for target in [
            "https://a.fr",
            "HTTP://a.fr/é",
            "mailto:a@b.fr",
            "tel:+33123456789",
            "/aide",
            "#x",
            "page",
            "?q=1",
            "//a.fr/x",
        ] {
            assert!(is_allowed(target), "{target}");
        }
        for target in [
            "",
            "javascript:x",
            " JaVaScript:x",
            "java\tscript:x",
            "\u{1}javascript:x",
            "data:text/html,x",
            "vbscript:x",
        ] {
            assert!(!is_allowed(target), "{target}");
        }
        for target in ["file:///etc/passwd", "/\\a.fr", "blob:x", "javascript://a.fr/%0Ax", "http://[", "x\u{0}"] {
            assert!(!is_allowed(target), "{target}");
        }
    }

    #[test]
    fn an_attachment_does_not_climb_out_of_its_folder() {
        let options = Options::post("1").mounted_at("/assistance/");
        assert_eq!(
            resolve_image("/fichiers/3/a.png?v=2", &options).as_deref(),
            Some("/assistance/fichiers/3/a.png?v=2")
        );
        for target in [
            "/fichiers/../x",
            "/fichiers/%2e%2E/x",
            "/fichiers/.%2e/x",
            "/fichiers//x",
            "/fichiers/",
            "//fichiers/x",
            "https://a.fr/fichiers/x",
            "/fichiers/..\\x",
            "x.png",
        ] {
            assert_eq!(resolve_image(target, &options), None, "{target}");
        }
    }

    #[test]
    fn relative_links_start_at_the_article() {
        let links = |path: &str| (path == "messagerie/ecrire à tous").then(|| "/aide/messagerie/ecrire".to_owned());
        let options = Options::article("casier/rendre", &links);
        let to = Resolved::To("/aide/messagerie/ecrire#x".into());
        assert_eq!(resolve("../messagerie/ecrire%20à%20tous.md#x", &options), to);
        assert_eq!(resolve("../messagerie/ecrire à tous.markdown#x", &options), to);
        assert_eq!(resolve("./../messagerie/ecrire à tous.md#x", &options), to);
        assert_eq!(resolve("messagerie/ecrire.md", &options), Resolved::Nowhere);
        assert_eq!(resolve("../../messagerie/ecrire à tous.md", &options), Resolved::Nowhere);
        assert_eq!(resolve("ecran.png", &options), Resolved::Nowhere);
        assert_eq!(resolve("javascript:x", &options), Resolved::Refused);
        assert_eq!(resolve("/aide", &options), Resolved::To("/aide".into()));
        assert_eq!(resolve("/messagerie/ecrire à tous.MD#x", &options), to);
        assert_eq!(resolve("/messagerie/perdu.md", &options), Resolved::Nowhere);
    }
}
