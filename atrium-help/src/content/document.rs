//! One file, read and checked: every fault of it, not its first.

use sha2::{Digest, Sha256};

use super::fault::{Fault, source_of};
use super::fields::Fields;
use super::front_matter::{Head, line_of, split};
use super::kept_back;
use super::name::{numbered, title_from};

/// Largest article, in bytes.
pub(super) const LARGEST: usize = 1024 * 1024;

/// An article's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ArticleFile {
    /// Path below the root with its extension: `casier/rendre-un-devoir.md`.
    pub(crate) file: String,
    /// Path below the root without its extension: `casier/rendre-un-devoir`.
    pub(crate) source: String,
    /// The key by which its head names the article, wherever the file goes.
    pub(crate) key: Option<String>,
    /// Its folder, as addresses spell it: `casier`, `guide/installer`.
    pub(crate) collection: String,
    /// The service it says to be about: its outermost folder.
    pub(crate) service: Option<String>,
    /// Its name in its address.
    pub(crate) slug: String,
    /// Title.
    pub(crate) title: String,
    /// One sentence.
    pub(crate) summary: String,
    /// Words to find it by.
    pub(crate) keywords: Vec<String>,
    /// Keys of the profiles and roles it is most relevant to.
    pub(crate) audience: Vec<String>,
    /// Its place in its collection.
    pub(crate) order: i64,
    /// ISO date of the next review.
    pub(crate) review: Option<String>,
    /// ISO date on which its text was last changed, where its author says so.
    pub(crate) updated: Option<String>,
    /// Key of the role that answers for it.
    pub(crate) owner: Option<String>,
    /// Audiences that may see it: `public`, `signed_in`, `role:…`.
    pub(crate) visibility: Vec<String>,
    /// Addresses below the help at which it stood before.
    pub(crate) redirect_from: Vec<String>,
    /// Its text.
    pub(crate) markdown: String,
    /// What stands between the two fences at the head of the file; may be empty.
    pub(crate) head: String,
    /// Line of the file on which the head begins, from 1.
    pub(crate) head_line: usize,
    /// Line of the file at which the text begins, from 1.
    pub(crate) first_line: usize,
    /// Of everything in the file.
    pub(crate) hash: String,
}

/// A folder's introduction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CollectionFile {
    /// Its folder, as addresses spell it.
    pub(crate) key: String,
    /// Path of its file below the root, with its extension; empty for a folder that no file introduces.
    pub(crate) file: String,
    /// Title.
    pub(crate) title: String,
    /// One sentence.
    pub(crate) summary: String,
    /// Introduction.
    pub(crate) markdown: String,
    /// Line of the file at which the introduction begins, from 1.
    pub(crate) first_line: usize,
    /// Name of its icon.
    pub(crate) icon: String,
    /// Its place among the others.
    pub(crate) order: i64,
    /// Addresses below the help at which it stood before.
    pub(crate) redirect_from: Vec<String>,
    /// Of everything in the file.
    pub(crate) hash: String,
}

/// A file with everything that was found in it.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub(super) article: ArticleFile,
    pub(super) icon: String,
    /// Its author keeps it back.
    pub(super) is_draft: bool,
    /// Of the fields that an introduction does not use, those that it has, with their lines.
    pub(super) of_articles: Vec<(&'static str, usize)>,
    pub(super) faults: Vec<Fault>,
}

impl Parsed {
    pub(super) fn is_usable(&self) -> bool {
        !self.faults.iter().any(Fault::is_error)
    }

    /// Returns `true` if everyone may read it.
    pub(super) fn is_public(&self) -> bool {
        self.article.visibility == ["public"]
    }

    /// Reads the file at `path` from its bytes.
    pub(super) fn read(path: &str, bytes: &[u8]) -> Self {
        let source = source_of(path).unwrap_or(path);
        let mut parsed = Self::blank(path, source, bytes);
        let text = match text_of(path, bytes) {
            Ok(text) => text,
            Err(fault) => {
                parsed.faults.push(fault);
                return parsed;
            }
        };
        let split = match split(text) {
            Ok(split) => split,
            Err((line, message)) => {
                parsed.faults.push(Fault::error(path, line + 1, message));
                return parsed;
            }
        };
        let (mut body, mut first_line) = (split.body, split.first_line);
        let mut head = Head::default();
        match split.head.map(|(language, text)| (Head::read(language, text), text)) {
            Some((Ok(Some(read)), text)) => {
                head = read;
                text.clone_into(&mut parsed.article.head);
                parsed.article.head_line = split.head_line;
            }
            Some((Err((line, message)), _)) => {
                // The title is most likely there: only what cannot be read is told.
                parsed.faults.push(Fault::error(path, split.head_line + line, message));
                parsed.article.title = title_from(source.rsplit('/').next().unwrap_or(source));
                body.clone_into(&mut parsed.article.markdown);
                parsed.article.first_line = first_line;
                return parsed;
            }
            // Two lines across the page, with a text between them.
            Some((Ok(None), _)) => (body, first_line) = (text, 1),
            None => {}
        }
        parsed.tell_misplaced(body, first_line);
        parsed.article.first_line = first_line;
        Fields { parsed: &mut parsed, head: &head }.read(body);
        parsed
    }

    fn blank(path: &str, source: &str, bytes: &[u8]) -> Self {
        let (collection, name) = source.rsplit_once('/').unwrap_or(("", source));
        let article = ArticleFile {
            file: path.to_owned(),
            source: source.to_owned(),
            collection: collection.to_owned(),
            service: None,
            slug: name.to_owned(),
            title: String::new(),
            summary: String::new(),
            keywords: Vec::new(),
            audience: Vec::new(),
            order: 0,
            review: None,
            updated: None,
            owner: None,
            visibility: vec!["public".to_owned()],
            redirect_from: Vec::new(),
            key: None,
            markdown: String::new(),
            head: String::new(),
            head_line: 1,
            first_line: 1,
            hash: hex::encode(Sha256::digest(bytes)),
        };
        Self { article, icon: String::new(), is_draft: false, of_articles: Vec::new(), faults: Vec::new() }
    }

    /// What a text keeps from readers where no head is read would be text, and it public.
    fn tell_misplaced(&mut self, body: &str, first_line: usize) {
        let foreign = kept_back::foreign_head(body).filter(|_| first_line == 1);
        let (line, message) = match foreign {
            Some(told) => told,
            None => match kept_back::field_in_text(body, kept_back::machine_now()) {
                Some((line, key)) => (line, misplaced(&key)),
                None => return,
            },
        };
        self.faults.push(Fault::error(&self.article.file, first_line + line, message));
    }
}

/// Returns why a file with the field `key` in its text is kept out.
fn misplaced(key: &str) -> String {
    format!(
        "`{key}` stands in the text, where it would keep nothing back: the front matter opens the file, between two \
         lines of `---`. Put it between backticks if it is part of the text"
    )
}

impl ArticleFile {
    /// Returns the line of the file on which the front matter's field `key` names `value`, from 1.
    #[must_use]
    pub(crate) fn line_of(&self, key: &str, value: &str) -> usize {
        self.head_line + line_of(&self.head, key, value)
    }

    /// Returns what is wrong with what the field `key` says of `value`, which keeps the file out.
    pub(crate) fn error(&self, key: &str, value: &str, message: String) -> Fault {
        Fault::error(&self.file, self.line_of(key, value), message)
    }
}

impl CollectionFile {
    /// Creates the collection of a folder that no file introduces, called after the folder's `name`.
    #[must_use]
    pub(crate) fn unnamed(key: &str, name: &str) -> Self {
        Self {
            key: key.to_owned(),
            file: String::new(),
            title: title_from(name),
            summary: String::new(),
            markdown: String::new(),
            first_line: 1,
            icon: String::new(),
            order: numbered(name).0.unwrap_or(1000),
            redirect_from: Vec::new(),
            hash: String::new(),
        }
    }

    /// Returns path of its file below the root without its extension; `{key}/_index` for a folder that no file
    /// introduces.
    #[must_use]
    pub(crate) fn source(&self) -> String {
        source_of(&self.file).map_or_else(|| format!("{}/_index", self.key), str::to_owned)
    }

    /// Creates the introduction that `parsed` is to the folder `key`, called `name`.
    pub(super) fn of(key: &str, name: &str, parsed: &Parsed) -> Self {
        let article = &parsed.article;
        Self {
            key: key.to_owned(),
            file: article.file.clone(),
            title: article.title.clone(),
            summary: article.summary.clone(),
            markdown: article.markdown.clone(),
            first_line: article.first_line,
            icon: parsed.icon.clone(),
            order: if article.order == 0 { numbered(name).0.unwrap_or(0) } else { article.order },
            redirect_from: article.redirect_from.clone(),
            hash: article.hash.clone(),
        }
    }
}

fn text_of<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a str, Fault> {
    if bytes.len() > LARGEST {
        return Err(Fault::error(path, 1, "over one mebibyte"));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        Fault::error(path, line, "not UTF-8")
    })?;
    match text.find('\0') {
        Some(at) => Err(Fault::error(path, text[..at].matches('\n').count() + 1, "a NUL character")),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Parsed {
        Parsed::read("casier/x.md", text.as_bytes())
    }

    fn told(parsed: &Parsed) -> Vec<String> {
        let line = |fault: &Fault| format!("{} {}: {}", fault.line, fault.severity.as_str(), fault.message);
        parsed.faults.iter().map(line).collect()
    }

    #[test]
    fn an_article_with_a_title_only_is_an_article() {
        let file = Parsed::read("gnome/a11y.MD", b"---\ntitle: \"Aide\"\n---\n\nTexte").article;
        assert_eq!((file.title.as_str(), file.source.as_str(), file.first_line), ("Aide", "gnome/a11y", 4));
        assert_eq!(file.visibility, ["public"]);
    }

    #[test]
    fn every_fault_of_a_head_is_named_with_its_line() {
        let parsed = read(
            "---\ntitle: \"\"\nsumary: B\norder: un\nreview: demain\nupdated: 2026-02-30\nvisibility: []\n---\nTexte",
        );
        let lines: Vec<_> = parsed.faults.iter().map(|fault| (fault.line, fault.severity.as_str())).collect();
        let expected = [(2, "error"), (3, "warning"), (4, "error"), (5, "error"), (6, "error"), (7, "error")];
        let mut sorted = lines.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected, "{:?}", told(&parsed));
        assert!(told(&parsed).iter().any(|line| line.contains("did you mean `summary`?")));
    }

    #[test]
    fn what_cannot_be_read_has_its_line() {
        let line = |bytes: &[u8]| Parsed::read("casier/x.md", bytes).faults[0].line;
        assert_eq!(line(b"---\ntitle: A\n---\n\n\xff"), 5);
        assert_eq!(line(b"---\ntitle: A\n---\na\n\0"), 5);
        assert_eq!(line("---\ntitle: A\nsummary: Un : deux\n---\n".as_bytes()), 3);
        assert_eq!(line(&vec![b'a'; LARGEST + 1]), 1);
    }

    #[test]
    fn a_file_without_head_is_called_by_its_first_heading_which_is_not_repeated() {
        let parsed = read("# Rendre un devoir\n\nTexte\n");
        assert!(parsed.faults.is_empty());
        assert_eq!(
            (parsed.article.title.as_str(), parsed.article.markdown.as_str()),
            ("Rendre un devoir", "\n\nTexte\n")
        );
        let parsed = read("---\ntitle: Rendre\n---\n# Rendre\n\n# Voir\n");
        assert_eq!((parsed.article.markdown.as_str(), parsed.article.first_line), ("\n\n# Voir\n", 4));
        let parsed = Parsed::read("a/02-mes-devoirs.md", b"Texte");
        assert_eq!((parsed.article.title.as_str(), parsed.article.order), ("Mes devoirs", 2));
        assert!(parsed.is_usable() && parsed.faults.len() == 1);
    }

    #[test]
    fn heads_of_other_tools_are_read_with_warnings() {
        let hugo = "+++\ntitle = 'Casier'\ndescription = 'Rendre.'\nweight = 3\nlastmod = 2026-01-02T03:04:05Z\n\
                    aliases = ['/vieux/']\n[params]\nx = 1\n+++\nTexte";
        let parsed = read(hugo);
        assert!(parsed.is_usable(), "{:?}", told(&parsed));
        let file = &parsed.article;
        assert_eq!((file.summary.as_str(), file.order, file.updated.as_deref()), ("Rendre.", 3, Some("2026-01-02")));
        assert_eq!((&file.redirect_from[..], parsed.faults.len()), (&["/vieux/".to_owned()][..], 1));
        let jekyll = "---\nlayout: page\ntitle:  Casier\nnav_order: premier\ntags: devoir, rendre\n---\nTexte";
        let parsed = read(jekyll);
        assert!(parsed.is_usable() && parsed.article.keywords == ["devoir", "rendre"]);
        assert_eq!(parsed.faults.len(), 2, "{:?}", told(&parsed));
    }

    #[test]
    fn what_was_to_be_for_some_never_becomes_public_by_a_mistake_in_the_head() {
        for text in [
            "---\ntitle: A\nvisiblity: [moderator]\n---\nTexte",
            "---\ntitle: A\nVisibility: [moderator]\n---\nTexte",
            "---\ntitle: A\naccess: moderator\n---\nTexte",
            "---\ntitle: A\nvisibility:\n---\nTexte",
            "---\ntitle: A\nvisibility: moderator\n---\nTexte",
            "---\ntitle: A\nvisibility: [moderator]\n\nTexte",
            "Texte\n\n---\ntitle: A\nvisibility: [moderator]\n---\n",
            "+++\ntitle = 'A'\nvisibilty = ['moderator']\n+++\nTexte",
        ] {
            assert!(!read(text).is_usable(), "{text}");
        }
        for text in ["draft: true", "published: false", "private: true"] {
            assert!(read(&format!("---\ntitle: A\n{text}\n---\n")).is_draft, "{text}");
        }
        assert_eq!(read("\n---\ntitle: A\nvisibility: signed_in\n---\n").article.visibility, ["signed_in"]);
    }

    #[test]
    fn what_is_kept_back_where_no_head_is_read_is_never_published() {
        for (line, text) in [
            (3, "<!-- lint -->\n+++\nvisibility = [\"moderator\"]\n+++\nsecret"),
            (4, "# Titre\n+++\ntitle=\"z\"\nvisibility = [\"moderator\"]\n+++"),
            (2, "++++\nvisibility=[\"moderator\"]\n++++"),
            (2, "---toml\nvisibility=[\"moderator\"]\n---"),
            (5, "---\ntitle: X\n---\n---\nvisibility: [moderator]\n---\nsecret"),
            (3, "# T\n---\n\"visibility\": [moderator]\n---"),
            (3, "# T\n\nvisibility : [moderator]"),
            (2, "---\n- visibility: [moderator]\n---"),
            (2, "---\nvisibility:[moderator]\n---"),
            (1, "{ \"title\":\"J\", \"visibility\":[\"moderator\"] }\nsecret"),
            (2, "\n{\n\"title\": \"X\",\n\"draft\": true\n}"),
            (1, "{\"title\":\"X\",\"draft\":true}"),
            (1, ";;;\n{\"title\":\"X\"}\n;;;"),
            (4, "---\ntitle: A\nparams:\n  visibility: [moderator]\n---\n"),
            (3, "---\ntitle: A\nparams: {access: {Visiblity: [moderator]}}\n---\n"),
            (3, "---\ntitle: A\nlist: [a: b, visibility: c]\n---\n"),
            (3, "---\ntitle: A\nparams.visibility: [moderator]\n---\n"),
            (5, "+++\ntitle = 'A'\nvisibility = 'public'\n[params]\n  visibility = ['moderator']\n+++\n"),
            (3, "+++\ntitle = 'A'\nparams.visibility = ['moderator']\n+++\n"),
            (4, "---\ntitle: A\nparams:\n  draft: true\n---\n"),
            (3, "---\ntitle: A\ndraft: soon\n---\n"),
            (3, "---\ntitle: A\npublishDate: 1/2/2030\n---\n"),
            (3, "<!-- lint -->\n---\ndraft: true\n---\nsecret"),
        ] {
            let parsed = read(text);
            assert!(!parsed.is_usable(), "{text}");
            let errors: Vec<_> =
                parsed.faults.iter().filter(|fault| fault.is_error()).map(|fault| fault.line).collect();
            assert_eq!(errors, [line], "{text}: {:?}", told(&parsed));
        }
    }

    #[test]
    fn fields_by_which_other_tools_keep_a_text_back_make_it_a_draft() {
        for field in [
            "Draft: true",
            "draft: yes",
            "status: draft",
            "public: false",
            "published: false",
            "hidden: true",
            "unlisted: true",
            "private: true",
            "publishDate: 2999-01-01",
            "published: 2999-01-01",
            "expiryDate: 2001-01-01T00:00:00Z",
        ] {
            let parsed = read(&format!("---\ntitle: A\n{field}\n---\n"));
            assert!(parsed.is_draft && parsed.faults.is_empty(), "{field}: {:?}", told(&parsed));
        }
        assert!(read("+++\ntitle = 'A'\npublishDate = 2999-01-01T00:00:00Z\n+++\n").is_draft);
        for field in
            ["draft: false", "hidden: false", "publishDate: 2001-01-01", "cover: {hidden: true}", "status: new"]
        {
            let parsed = read(&format!("---\ntitle: A\nvisibility: public\n{field}\n---\n```\nvisibility: x\n```\n"));
            assert!(parsed.is_usable() && !parsed.is_draft, "{field}: {:?}", told(&parsed));
        }
    }

    #[test]
    fn addresses_of_before_that_lead_out_of_the_help_are_told_and_not_used() {
        let parsed = read("---\ntitle: A\nredirect_from: [../../etc, https://evil.example/x, //evil, b/c]\n---\n");
        assert_eq!((parsed.faults.len(), &parsed.article.redirect_from[..]), (3, &["b/c".to_owned()][..]));
        assert!(parsed.is_usable() && parsed.faults.iter().all(|fault| fault.line == 3), "{:?}", told(&parsed));
    }

    #[test]
    fn a_title_that_loses_its_end_or_cannot_be_seen_is_told() {
        let parsed = read("---\ntitle: Mise à jour #2 du casier\n---\n");
        assert_eq!(
            told(&parsed),
            ["2 warning: `title`: `#2 du casier` is read as a comment: put the text between quotes"]
        );
        assert!(!read("---\ntitle: \"\u{a0}\u{200b}\"\n---\n").is_usable());
        assert!(!read(&format!("---\ntitle: {}\n---\n", "a".repeat(201))).is_usable());
    }
}
