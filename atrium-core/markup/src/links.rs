//! Where links and images lead: which targets are allowed, and how those between articles become URLs.

use serde::Serialize;
use url::Url;

use super::options::Options;

/// Where attachments are served, below the mount point.
const FILES: &str = "/fichiers/";

/// A link found in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// What the author wrote.
    pub target: String,
    /// Where it leads on the page; `None` if it leads nowhere or is not allowed.
    pub href: Option<String>,
    /// Its text.
    pub text: String,
    /// The line it stands on.
    pub line: usize,
}

/// An image found in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Image {
    /// What the author wrote.
    pub target: String,
    /// Where it is served; `None` if it is missing or elsewhere.
    pub src: Option<String>,
    /// Its description. `None` if the author gave none; an HTML image with `alt=""` is decoration and has `Some`.
    pub alt: Option<String>,
    /// The line it stands on.
    pub line: usize,
}

/// A place in a text that links can lead to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Anchor {
    /// Its id on the page.
    pub id: String,
    /// What the author called it, if that is not the id (`<a name="Étape 2">`).
    pub name: Option<String>,
    /// The line it stands on.
    pub line: usize,
}

/// Says where a help article's relative links lead. A closure from article path to URL path is one.
pub trait LinkResolver {
    /// Returns the URL path of the article at `path`, below the content folder and without `.md`
    /// (`messagerie/ecrire`). `None`: there is none.
    fn article(&self, path: &str) -> Option<String>;

    /// Returns the URL path of the file at `path` below the content folder (`casier/ecran.png`). `None`: there is
    /// none.
    fn file(&self, path: &str) -> Option<String> {
        let _ = path;
        None
    }

    /// Returns the URL path of the image at `path` below the content folder. `None`: there is none. Files unless
    /// told.
    fn image(&self, path: &str) -> Option<String> {
        self.file(path)
    }

    /// Width and height of that image in pixels, where they are known: the page keeps its place.
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

/// What became of a target.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resolved {
    /// It leads there.
    To(String),
    /// It leads to something of ours that does not exist.
    Nowhere,
    /// A target of a kind that is not allowed.
    Refused,
}

impl From<Option<String>> for Resolved {
    fn from(found: Option<String>) -> Self {
        found.map_or(Self::Nowhere, Self::To)
    }
}

/// Returns where a link to `target` leads. Fragments alone are the caller's, who knows the headings.
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

/// Is `target` an article named from the content folder on (`/casier/rendre.md`)?
fn is_root_article(target: &str) -> bool {
    let path = split_fragment(target).0;
    target.starts_with('/') && !target.starts_with("//") && without_markdown(path).is_some()
}

/// Returns the path of an article without the end of its file's name.
fn without_markdown(path: &str) -> Option<&str> {
    let (stem, end) = path.rsplit_once('.')?;
    ["md", "markdown", "mdx"].iter().any(|known| end.eq_ignore_ascii_case(known)).then_some(stem)
}

/// Returns where an image comes from, if it is one of ours.
pub(super) fn resolve_image(target: &str, options: &Options<'_>) -> Option<String> {
    if own_file(target) {
        return Some(format!("{}{target}", options.mount));
    }
    let relative = !target.starts_with(['/', '#', '?']) && Url::parse(target).is_err();
    let links = options.links.filter(|_| relative)?;
    let url = links.image(&below_content(options.source, target)?)?;
    (url.starts_with('/') && !url.starts_with("//")).then_some(url)
}

/// Width and height of the image that a relative `target` leads to, where they are known.
pub(super) fn image_size(target: &str, options: &Options<'_>) -> Option<(u32, u32)> {
    let relative = !target.starts_with(['/', '#', '?']) && Url::parse(target).is_err();
    let links = options.links.filter(|_| relative)?;
    links.image_size(&below_content(options.source, target)?)
}

/// May a link lead to `target`? To the web, to a mailbox, to a telephone, or within the site.
pub(super) fn is_allowed(target: &str) -> bool {
    if target.is_empty() || target.contains(|c: char| c.is_control() || c == '\\') {
        return false;
    }
    match Url::parse(target) {
        Ok(url) => matches!(url.scheme(), "http" | "https" | "mailto" | "tel"),
        Err(problem) => problem == url::ParseError::RelativeUrlWithoutBase,
    }
}

/// Is `target` one of our attachments? Dot segments, written as they are or encoded, would lead elsewhere.
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

/// Returns the path below the content folder that `relative` means in the article at `source`.
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
