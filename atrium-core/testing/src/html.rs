//! Whether a page is well-formed: elements that close what they open, in places where they may stand, and ids that are
//! unique; and whether its texts say their language.

use std::cell::RefCell;
use std::collections::BTreeSet;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// The most faults that are told.
const FAULTS: usize = 3;

/// Elements without an end tag.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Elements that a paragraph or a heading cannot hold.
const BLOCKS: &[&str] = &[
    "article",
    "aside",
    "blockquote",
    "details",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
];

/// Elements that hold words and no blocks.
const PHRASES: &[&str] = &["p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "button", "b", "small"];

/// Elements that do not stand inside another of their kind.
const ALONE: &[&str] = &["a", "button", "form", "label", "main"];

/// Attributes that hold texts. Labels for screen readers are sentences of the page's, with names in them.
const TEXTS: &[&str] = &["value", "content", "placeholder"];

/// Returns what is wrong with `html`, a page or a part of one.
pub(super) fn faults(html: &str) -> Vec<String> {
    let Read { open, mut faults, .. } = read(html, None);
    faults.extend(open.iter().map(|name| format!("`<{name}>` is not closed")));
    // One element that is not closed makes more of those around it.
    faults.truncate(FAULTS);
    faults
}

/// Returns the texts of `html` that begin with `mark` and stand in no element of the language `lang`, each with the
/// element around it. A sentence of the page's with a marked name inside does not begin with the mark.
///
/// ```
/// use atrium_testing::texts_outside_language;
///
/// let page = "<html lang=\"en\"><p lang=\"fr\">Œuvre lue</p><p>Œuvre <b>tue</b></p></html>";
/// assert_eq!(texts_outside_language(page, "Œuvre", "fr"), ["<p>: Œuvre "]);
/// ```
#[must_use]
pub fn texts_outside_language(html: &str, mark: &str, lang: &str) -> Vec<String> {
    read(html, Some((mark.to_owned(), lang.to_owned()))).outside
}

fn read(html: &str, sought: Option<(String, String)>) -> Read {
    let opts = TokenizerOpts { exact_errors: true, ..TokenizerOpts::default() };
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Reader(RefCell::new(Read { sought, ..Read::default() })), opts);
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut read = tokenizer.sink.0.into_inner();
    read.end_text();
    read
}

struct Reader(RefCell<Read>);

#[derive(Default)]
struct Read {
    open: Vec<String>,
    /// The language of each open element.
    langs: Vec<String>,
    /// The mark and the language that are looked for, and what was found outside of it.
    sought: Option<(String, String)>,
    outside: Vec<String>,
    /// The text since the last tag, which the tokenizer hands over character by character.
    text: String,
    ids: BTreeSet<String>,
    faults: Vec<String>,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut read = self.0.borrow_mut();
        if matches!(token, Token::TagToken(_)) {
            read.end_text();
        }
        match token {
            Token::TagToken(tag) => match raw(&tag) {
                Some(kind) if tag.kind == TagKind::StartTag => {
                    read.tag(&tag);
                    return TokenSinkResult::RawData(kind);
                }
                _ => read.tag(&tag),
            },
            Token::CharacterTokens(text) => read.text.push_str(&text),
            Token::ParseError(error) => read.faults.push(error.into_owned()),
            Token::NullCharacterToken => read.faults.push("a null character".to_owned()),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Returns how the text inside an element is read, if it holds no elements.
fn raw(tag: &Tag) -> Option<RawKind> {
    match &*tag.name {
        "title" | "textarea" => Some(Rcdata),
        "style" => Some(Rawtext),
        "script" => Some(ScriptData),
        _ => None,
    }
}

impl Read {
    fn tag(&mut self, tag: &Tag) {
        let name = &*tag.name;
        if tag.kind == TagKind::EndTag {
            return self.close(name);
        }
        if tag.had_duplicate_attributes {
            self.faults.push(format!("`<{name}>` has an attribute twice"));
        }
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_:".contains(&byte);
        for attribute in tag.attrs.iter().filter(|attribute| !attribute.name.local.bytes().all(is_name)) {
            self.faults.push(format!("`<{name}>` has the attribute `{}`", &*attribute.name.local));
        }
        for id in tag.attrs.iter().filter(|attribute| &*attribute.name.local == "id") {
            if id.value.is_empty() || !self.ids.insert(id.value.to_string()) {
                self.faults.push(format!("the id `{}` is empty or not unique", id.value));
            }
        }
        if BLOCKS.contains(&name)
            && let Some(around) = self.open.iter().find(|around| PHRASES.contains(&around.as_str()))
        {
            self.faults.push(format!("`<{name}>` stands inside `<{around}>`"));
        }
        if ALONE.contains(&name) && self.open.iter().any(|around| around == name) {
            self.faults.push(format!("`<{name}>` stands inside another"));
        }
        let items = self.open.last().is_none_or(|around| ["ul", "ol", "menu", "template"].contains(&around.as_str()));
        if name == "li" && !items {
            self.faults.push("`<li>` stands outside a list".to_owned());
        }
        let lang = tag.attrs.iter().find(|attribute| &*attribute.name.local == "lang");
        let lang = lang.map_or_else(|| self.langs.last().cloned().unwrap_or_default(), |lang| lang.value.to_string());
        for attribute in tag.attrs.iter().filter(|attribute| TEXTS.contains(&&*attribute.name.local)) {
            self.look(name, &lang, &attribute.value);
        }
        if !tag.self_closing && !VOID.contains(&name) {
            self.open.push(name.to_owned());
            self.langs.push(lang);
        }
    }

    /// Looks through the text up to here.
    fn end_text(&mut self) {
        let text = std::mem::take(&mut self.text);
        let around = self.open.last().cloned().unwrap_or_default();
        let lang = self.langs.last().cloned().unwrap_or_default();
        self.look(&around, &lang, &text);
    }

    fn look(&mut self, around: &str, lang: &str, text: &str) {
        let said =
            text.trim_start_matches(|c: char| c.is_whitespace() || c.is_ascii_punctuation() || "·“«".contains(c));
        if self.sought.as_ref().is_some_and(|(mark, sought)| said.starts_with(mark) && lang != sought) {
            self.outside.push(format!("<{around}>: {text}"));
        }
    }

    fn close(&mut self, name: &str) {
        match self.open.last() {
            Some(open) if open == name => {
                self.open.pop();
                self.langs.pop();
            }
            Some(open) => self.faults.push(format!("`</{name}>` inside `<{open}>`")),
            None => self.faults.push(format!("`</{name}>` of no element")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::faults;

    #[test]
    fn well_formed_pages_have_no_faults() {
        for page in [
            "<!doctype html><html lang=\"fr\"><head><title>a < b</title></head><body><p id=\"a\">b<br></p></body></html>",
            "<ul><li><p>a</p><ul><li>b</li></ul></li></ul>",
            "<svg class=\"icon\"><use href=\"#x\"></use></svg><textarea><b></textarea>",
            "<li>a row of a list</li>",
        ] {
            assert_eq!(faults(page), Vec::<String>::new(), "{page}");
        }
    }

    #[test]
    fn what_a_browser_would_have_to_mend_is_a_fault() {
        for page in [
            "<p>a",
            "a</p>",
            "<b><i>a</b></i>",
            "<p><div>a</div></p>",
            "<a href=\"/\"><span><a href=\"/\">b</a></span></a>",
            "<i class=\"a\" class=\"b\">c</i>",
            "<i title=\"a\"b\">c</i>",
            "<i title=a &lt;b>c</i>",
            "<i id=\"a\"></i><i id=\"a\"></i>",
            "<div><li>a</li></div>",
        ] {
            assert!(!faults(page).is_empty(), "{page}");
        }
    }
}
