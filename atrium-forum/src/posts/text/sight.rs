//! What one reader may read of texts: the one function that shows them.

use std::collections::HashSet;
use std::ops::Range;

use atrium_core::db::Connection;
use atrium_core::markup::{Quotation, SafeHtml, quotations};
use atrium_core::slots::{PREVIEWS, TEXTS};
use atrium_core::web::RequestContext;
use atrium_core::{Error, Message, Result};

use super::Written;
use super::render::{in_place, is_current, shown};
use super::source::Source;
use crate::posts::{Body, Post, store};
use crate::reader::Reader;
use crate::topics::TopicId;

/// Sources looked up for one page; quotations of further ones are withheld.
const MOST_SOURCES: usize = 200;

/// What a reader may read of what texts quote. A source that it does not know of is withheld.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    readable: HashSet<Source>,
    note: String,
}

/// A text with a mark in place of each quotation that its editor may not read.
#[derive(Clone, Debug)]
pub(crate) struct Editable {
    pub(crate) text: String,
    /// `true` if a part is withheld.
    pub(crate) withholds: bool,
}

impl Sight {
    /// Returns the sight of a page's reader on these texts, each of a topic, in one query at most.
    pub(crate) async fn of<'t>(
        cx: &RequestContext,
        reader: &Reader,
        texts: impl IntoIterator<Item = (TopicId, &'t Written)>,
    ) -> Result<Self> {
        Self::within(cx.db(), reader, cx.t("forum-quote-withheld"), texts).await
    }

    /// Returns the same, with the words that replace withheld parts.
    pub(crate) async fn within<'t>(
        conn: &impl Connection,
        reader: &Reader,
        note: String,
        texts: impl IntoIterator<Item = (TopicId, &'t Written)>,
    ) -> Result<Self> {
        let texts: Vec<_> = texts.into_iter().filter(|(_, text)| may_quote(text)).collect();
        let texts: Vec<_> = texts.into_iter().map(|(topic, text)| (topic, text.whole().to_owned())).collect();
        let asked = if texts.is_empty() { Vec::new() } else { TEXTS.run(move || sources(&texts)).await? };
        let readable = if asked.is_empty() {
            HashSet::new()
        } else {
            store::readable_among(conn, reader.visibility(), &asked).await?
        };
        Ok(Self { readable, note })
    }

    /// Returns the Markdown of a text of `topic`, with a word in place of what is withheld.
    pub(crate) fn markdown(&self, topic: TopicId, text: &Written) -> String {
        let note = format!("> *{}*", self.note);
        match self.withheld(topic, text.whole()) {
            Some(ranges) => replaced(text.whole(), &ranges, |_| note.clone()),
            None => note,
        }
    }

    /// Returns the HTML of those of `posts`, in order, whose text has to be worked out for this reader: it may
    /// quote, or another version of the renderer made it. Others read the same for everybody,
    /// [`as_kept`](Post::as_kept).
    pub(crate) async fn worked_out(&self, posts: Vec<&Post>) -> Result<Vec<Option<SafeHtml>>> {
        let differs: Vec<_> = posts.iter().map(|post| may_quote(&post.markdown) || !is_current(post)).collect();
        let asked = posts.into_iter().zip(&differs).filter(|(_, differs)| **differs).map(|(post, _)| post).collect();
        let mut htmls = self.html(asked).await?.into_iter();
        Ok(differs.into_iter().map(|differs| if differs { htmls.next() } else { None }).collect())
    }

    /// Returns the HTML of `posts`, in order.
    pub(crate) async fn html(&self, posts: Vec<&Post>) -> Result<Vec<SafeHtml>> {
        let topics: Vec<_> = posts.iter().map(|post| post.topic_id).collect();
        let told = posts.iter().map(|post| match self.withheld(post.topic_id, post.markdown.whole()) {
            Some(ranges) if ranges.is_empty() => None,
            _ => Some((self.markdown(post.topic_id, &post.markdown), post.write_key.clone())),
        });
        let told: Vec<_> = told.collect();
        let whole = shown(posts).await?;
        let pages = if told.iter().all(Option::is_none) {
            whole
        } else {
            // Made anew from what may be read: the kept HTML may hold more.
            let again = move || {
                let both = whole.into_iter().zip(told);
                both.map(|(whole, told)| told.map_or(whole, |(text, write)| in_place(&text, &write))).collect()
            };
            TEXTS.run(again).await?
        };
        let checked = pages
            .iter()
            .zip(topics)
            .map(|(html, topic)| html.without_quotations(|href| self.withholds(topic, href), &self.note));
        Ok(checked.collect())
    }

    /// Renders a text that is being typed in `topic` as its writer will see it; `None` for one that cannot be posted.
    pub(crate) async fn preview(
        cx: &RequestContext,
        reader: &Reader,
        topic: TopicId,
        typed: &str,
    ) -> Result<Option<SafeHtml>> {
        let Ok(body) = Body::parse(typed) else { return Ok(None) };
        let text = Written::of(&body);
        let sight = Self::of(cx, reader, [(topic, &text)]).await?;
        let note = format!("> *{}*", sight.note);
        let told = marks(&sight.markdown(topic, &text)).replaced(|_| Some(note.clone()));
        let told = told.map(|replaced| replaced.text).unwrap_or_default();
        PREVIEWS.run(move || Some(in_place(&told, "preview"))).await
    }

    /// Returns a text of `topic` for somebody who changes it: what they may not read is a mark, which [`restored`]
    /// takes back.
    pub(crate) fn editable(&self, topic: TopicId, text: &Written) -> Editable {
        let whole = text.whole();
        let word = word_for(whole);
        let all = quoted(whole, topic);
        match self.withheld(topic, whole) {
            Some(ranges) => {
                let number =
                    |range: &Range<usize>| all.iter().position(|one| one.range == *range).map_or(0, |at| at + 1);
                let text = replaced(whole, &ranges, |range| mark(&word, number(range)));
                Editable { text, withholds: !ranges.is_empty() }
            }
            None => Editable { text: mark(&word, 0), withholds: true },
        }
    }

    /// Returns the outermost quotations of `markdown` that are withheld; `None` when they cannot be told from the
    /// rest.
    fn withheld(&self, topic: TopicId, markdown: &str) -> Option<Vec<Range<usize>>> {
        let is_withheld = |one: &Quotation| one.sources.iter().any(|href| self.withholds(topic, href));
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for one in quotations(markdown).into_iter().filter(is_withheld) {
            if ranges.last().is_none_or(|last| last.end <= one.range.start) {
                ranges.push(one.range);
            }
        }
        let rest = replaced(markdown, &ranges, |_| "x".to_owned());
        let clean = ranges.is_empty() || !quotations(&rest).iter().any(is_withheld);
        clean.then_some(ranges)
    }

    fn withholds(&self, topic: TopicId, href: &str) -> bool {
        Source::read(href, topic).is_some_and(|source| !self.readable.contains(&source))
    }
}

/// Returns `true` if the text may quote: every quotation begins with this sign, in Markdown and in HTML.
fn may_quote(text: &Written) -> bool {
    text.whole().contains('>')
}

/// Returns `typed`, an edit of `before` in `topic`, with the quotations in place of their marks. A restored part
/// must be a quotation of the same sources again, or it would no longer be withheld; and the mark for a whole text
/// restores that text only.
///
/// # Errors
/// Returns `is_invalid` if a mark stands for no quotation of `before` or would make it something else, or if the text is
/// too long.
pub(crate) fn restored(topic: TopicId, before: &Written, typed: &Body) -> Result<Written> {
    let whole = before.whole();
    let marks = Marks { text: typed.as_str(), word: word_for(whole) };
    if typed.as_str().trim() == mark(&marks.word, 0) {
        return Ok(before.clone());
    }
    let all = quoted(whole, topic);
    let quotation = |number: usize| all.get(number.checked_sub(1)?);
    let original = |number| quotation(number).map(|one| without_end(&whole[one.range.clone()]).to_owned());
    let wrong = |message: Message| Error::invalid_field("body", message);
    let replaced = marks.replaced(original).ok_or_else(|| wrong(Message::new("forum-quote-mark-unknown")))?;
    if replaced.text.chars().count() > Body::MAX {
        return Err(wrong(Message::new("field-too-long").with("max", Body::MAX)));
    }
    let now = if replaced.places.is_empty() { Vec::new() } else { quotations(&replaced.text) };
    let is_kept = |(number, place): &(usize, Range<usize>)| {
        quotation(*number).is_some_and(|before| now.iter().any(|one| keeps(one, place, before, topic)))
    };
    if !replaced.places.iter().all(is_kept) {
        return Err(wrong(Message::new("forum-quote-mark-displaced")));
    }
    Ok(Written::joined(replaced.text))
}

/// Returns `true` if `now` contains `place` and names every source of `before`.
fn keeps(now: &Quotation, place: &Range<usize>, before: &Quotation, topic: TopicId) -> bool {
    let named = |one: &Quotation| -> HashSet<Source> {
        one.sources.iter().filter_map(|href| Source::read(href, topic)).collect()
    };
    now.range.start <= place.start && place.end <= now.range.end && named(before).is_subset(&named(now))
}

/// Returns a quotation without the end of its last line, which stays when a mark takes its place.
fn without_end(quotation: &str) -> &str {
    quotation.strip_suffix('\n').unwrap_or(quotation)
}

/// Returns the quotations of a text that name a source, in order: what marks count.
fn quoted(markdown: &str, topic: TopicId) -> Vec<Quotation> {
    let names = |one: &Quotation| one.sources.iter().any(|href| Source::read(href, topic).is_some());
    quotations(markdown).into_iter().filter(names).collect()
}

/// Returns the distinct sources of texts, as many as are looked up.
fn sources(texts: &[(TopicId, String)]) -> Vec<Source> {
    let mut asked = HashSet::new();
    let read = |(topic, text): &(TopicId, String)| {
        let hrefs = quotations(text).into_iter().flat_map(|one| one.sources);
        hrefs.filter_map(|href| Source::read(&href, *topic)).collect::<Vec<_>>()
    };
    texts.iter().flat_map(read).filter(|source| asked.insert(*source)).take(MOST_SOURCES).collect()
}

/// Returns `markdown` with other words in place of `ranges`, which are in order.
fn replaced(markdown: &str, ranges: &[Range<usize>], words: impl Fn(&Range<usize>) -> String) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut at = 0;
    for range in ranges {
        out.push_str(&markdown[at..range.start]);
        out.push_str(&words(range));
        if markdown[range.clone()].ends_with('\n') {
            out.push('\n');
        }
        at = range.end;
    }
    out.push_str(&markdown[at..]);
    out
}

/// Returns the word of the marks of `text`: one that begins no mark in it already.
fn word_for(text: &str) -> String {
    let mut word = "citation".to_owned();
    while text.contains(&format!("{{{{{word}-")) {
        word.push('x');
    }
    word
}

fn mark(word: &str, number: usize) -> String {
    format!("{{{{{word}-{number}}}}}")
}

/// A text in which marks may stand.
struct Marks<'t> {
    text: &'t str,
    word: String,
}

/// Marks of any text, for a preview.
fn marks(text: &str) -> Marks<'_> {
    Marks { text, word: "citation".to_owned() }
}

/// A text with other words in place of its marks, and where they stand, each with its number.
struct Replaced {
    text: String,
    places: Vec<(usize, Range<usize>)>,
}

impl Marks<'_> {
    /// Returns the text with the result of `original` for each number in place of its first mark; further marks of
    /// the same number are removed. `None` if it returns `None` for one.
    fn replaced(&self, original: impl Fn(usize) -> Option<String>) -> Option<Replaced> {
        let begin = format!("{{{{{}-", self.word);
        let mut out = String::with_capacity(self.text.len());
        let mut places = Vec::new();
        let (mut rest, mut done) = (self.text, HashSet::new());
        while let Some(at) = rest.find(&begin) {
            let after = &rest[at + begin.len()..];
            let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
            let number = after[..digits].parse::<usize>().ok().filter(|_| after[digits..].starts_with("}}"));
            match number {
                Some(number) => {
                    out.push_str(&rest[..at]);
                    let words = original(number)?;
                    if done.insert(number) {
                        places.push((number, out.len()..out.len() + words.len()));
                        out.push_str(&words);
                    }
                    rest = &after[digits + 2..];
                }
                None => {
                    out.push_str(&rest[..at + begin.len()]);
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        Some(Replaced { text: out, places })
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::posts::PostId;

    const HERE: TopicId = TopicId(5);

    fn sight(readable: impl IntoIterator<Item = i64>) -> Sight {
        let readable = readable.into_iter().map(|id| Source::Post(PostId(id))).collect();
        Sight { readable, note: "retiré".to_owned() }
    }

    fn written(text: &str) -> Written {
        Written::joined(text.to_owned())
    }

    #[test]
    fn what_may_not_be_read_is_a_mark_that_gives_it_back() {
        let text = written(
            "Avant\n\n> **[Léa](/forum/messages/7)**\n>\n> le secret\n\nEntre\n\n> [Tom](/forum/messages/8) : connu\n\n\
             - > https://aide.fr/forum/sujets/9#message-3\n  > autre secret\n\nAprès",
        );
        let shown = sight([8]).editable(HERE, &text);
        assert!(shown.withholds && !shown.text.contains("secret"), "{}", shown.text);
        assert!(shown.text.contains("{{citation-1}}") && shown.text.contains("- {{citation-3}}"), "{}", shown.text);
        let typed = Body::parse(&shown.text.replace("Entre", "Au milieu")).unwrap();
        let saved = restored(HERE, &text, &typed).unwrap();
        assert_eq!(saved.whole(), text.whole().replace("Entre", "Au milieu"));
        // Read by another, who may read other sources, the marks mean the same.
        assert_eq!(sight([7, 8]).editable(HERE, &text).text.matches("{{citation-3}}").count(), 1);
        let whole = sight([7, 8]).markdown(HERE, &text);
        assert!(
            whole.contains("le secret") && !whole.contains("autre secret") && whole.contains("*retiré*"),
            "{whole}"
        );
    }

    #[test]
    fn a_mark_taken_away_takes_its_quotation_and_an_unknown_one_is_refused() {
        let text = written("> [Léa](/forum/messages/7) : le secret\n\nSuite");
        let saved = |typed: &str| restored(HERE, &text, &Body::parse(typed).unwrap());
        assert_eq!(saved("Suite").unwrap().whole(), "Suite");
        assert_eq!(saved("{{citation-1}}\n\n{{citation-1}}Suite").unwrap().whole().matches("secret").count(), 1);
        assert!(saved("{{citation-2}}").unwrap_err().is_invalid());
        assert_eq!(saved("{{citation-x}} {{autre-1}}").unwrap().whole(), "{{citation-x}} {{autre-1}}");
    }

    #[test]
    fn a_mark_that_would_make_a_quotation_something_else_is_refused() {
        let text = written("> **[Léa](/forum/messages/7)**\n>\n> le secret\n\nSuite");
        let saved = |typed: &str| {
            let body = Body::parse(typed).map_err(|message| Error::invalid_field("body", message))?;
            restored(HERE, &text, &body)
        };
        for displaced in [
            "mot {{citation-1}}",
            "Note : {{citation-1}}",
            "```\n{{citation-1}}\n```",
            "~~~\n{{citation-1}}\n~~~",
            "    {{citation-1}}",
            "`{{citation-1}}`",
            "\\{{citation-1}}",
            "| a |\n|---|\n| {{citation-1}} |",
            "# {{citation-1}}",
            "<div>{{citation-1}}",
            "<!-- {{citation-1}} -->",
            "[x]({{citation-1}})",
            "[b]: {{citation-1}}",
            "[^1]: {{citation-1}}",
            "![ {{citation-1}}",
        ] {
            let Ok(done) = saved(displaced) else { continue };
            // Where a quotation still stands, it is withheld all the same.
            let shown = sight([]).markdown(HERE, &done);
            assert!(!shown.contains("secret") && !done.own_words().contains("secret"), "{displaced}: {shown}");
        }
        assert!(saved("Note : {{citation-1}}").unwrap_err().is_invalid());
        assert!(saved("```\n{{citation-1}}\n```").unwrap_err().is_invalid());
        assert!(saved("- {{citation-1}}").unwrap_err().is_invalid(), "its second line would stand outside the list");
        assert!(saved("Autre\n\n{{citation-1}}\n\nEncore").is_ok());
        let defined = written("> [Léa][p] : le secret\n\n[p]: /forum/messages/7");
        assert!(restored(HERE, &defined, &Body::parse("{{citation-1}}").unwrap()).unwrap_err().is_invalid());
    }

    #[test]
    fn the_mark_of_a_whole_text_and_repeated_edits_make_no_text_longer_than_allowed() {
        let text = written(&format!("> [Léa](/forum/messages/7) {}", "x ".repeat(15_000)));
        let saved = |typed: &str| restored(HERE, &text, &Body::parse(typed).unwrap());
        assert_eq!(saved("{{citation-0}}").unwrap(), text);
        assert!(saved("{{citation-0}} et plus").unwrap_err().is_invalid());
        assert!(saved("{{citation-0}}\n\n{{citation-1}}").unwrap_err().is_invalid());
        assert!(saved(&format!("{{{{citation-1}}}}\n\n{}", "y ".repeat(2_000))).unwrap_err().is_invalid());
    }

    proptest! {
        #[test]
        fn no_edit_around_a_mark_shows_what_it_stands_for(
            before in vec(select(PIECES), 0..6), after in vec(select(PIECES), 0..6), quotation in select(QUOTATIONS),
        ) {
            let text = written(quotation);
            let typed = format!("{}{{{{citation-1}}}}{}", before.concat(), after.concat());
            if let Ok(body) = Body::parse(&typed)
                && let Ok(saved) = restored(HERE, &text, &body)
            {
                for shown in [sight([8]).markdown(HERE, &saved), sight([8]).editable(HERE, &saved).text, saved.own_words()] {
                    prop_assert!(!shown.contains("secret"), "{typed:?} gives {shown:?}");
                }
            }
        }
    }

    const QUOTATIONS: &[&str] = &[
        "> [Léa](/forum/messages/7) : le secret",
        "> **[Léa](/forum/messages/7)**\n>\n> le secret\n> ```\n> secret\n> ```",
        "> secret\n> - https://a.fr/forum/messages/7",
    ];

    #[test]
    fn marks_are_none_that_the_text_holds_itself() {
        let text = written("Mon modèle : {{citation-1}}\n\n> [Léa](/forum/messages/7) : le secret");
        let shown = sight([]).editable(HERE, &text).text;
        assert!(shown.contains("{{citation-1}}") && shown.contains("{{citationx-1}}"), "{shown}");
        assert_eq!(restored(HERE, &text, &Body::parse(&shown).unwrap()).unwrap().whole(), text.whole());
    }

    proptest! {
        #[test]
        fn an_unchanged_form_saves_the_text_as_it_was(pieces in vec(select(PIECES), 0..24)) {
            let text = pieces.concat();
            if let Ok(body) = Body::parse(&text) {
                let text = Written::of(&body);
                let shown = sight([8]).editable(HERE, &text);
                prop_assert!(!quotations(&shown.text).iter().any(|one| {
                    one.sources.iter().any(|href| href.contains("messages/7"))
                }), "{}", shown.text);
                if let Ok(typed) = Body::parse(&shown.text) {
                    let saved = restored(HERE, &text, &typed).unwrap();
                    prop_assert_eq!(saved.whole().trim_end(), text.whole().trim_end());
                }
            }
        }
    }

    const PIECES: &[&str] = &[
        "> ",
        ">",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "    ",
        "**",
        "[a](/forum/messages/7)",
        "[b](/forum/messages/8)",
        "[p]",
        "mot ",
        "```\n",
        "\n[p]: /forum/messages/7\n",
        "# ",
        "[!NOTE]\n",
        "|",
        "https://a.fr/forum/messages/7 ",
        "{{citation-1}}",
    ];
}
