//! Maps each HTML element that an article may use to what it is shown as.

/// The output of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Part of a line, under this name.
    Inline(&'static str),
    /// A link or a named place.
    Anchor,
    /// Holds blocks, under this name.
    Block(&'static str),
    /// Holds parts of a line: a paragraph, a heading, a summary.
    Phrase(&'static str),
    Heading,
    /// `ul` or `ol`.
    List(&'static str),
    /// `li`, `dt` or `dd`, with its default list.
    Item(&'static str, &'static str),
    Table,
    /// `thead`, `tbody`, `tfoot`, `caption`.
    TablePart(&'static str),
    Row,
    Cell(&'static str),
    Image,
    Break,
    Rule,
    /// A possible line break inside a word, which is invisible.
    Nothing,
    /// An embedded resource, shown as a link to its source.
    Linked,
    /// The source of the enclosing element.
    Source,
    /// Shown as its plain text.
    Plain,
    /// Shown as its text, without its function.
    Unwrapped,
    /// Left out with its attributes; an empty element.
    LeftOut,
}

/// Returns the output of an element; `None` for a name unknown in HTML.
pub(super) fn shape(name: &str) -> Option<Shape> {
    let shape = match name {
        "abbr" | "acronym" => Shape::Inline("abbr"),
        "b" => Shape::Inline("b"),
        "cite" => Shape::Inline("cite"),
        "code" | "tt" => Shape::Inline("code"),
        "del" => Shape::Inline("del"),
        "dfn" => Shape::Inline("dfn"),
        "em" => Shape::Inline("em"),
        "i" => Shape::Inline("i"),
        "ins" => Shape::Inline("ins"),
        "kbd" => Shape::Inline("kbd"),
        "mark" => Shape::Inline("mark"),
        "q" => Shape::Inline("q"),
        "s" | "strike" => Shape::Inline("s"),
        "samp" => Shape::Inline("samp"),
        "small" => Shape::Inline("small"),
        "strong" => Shape::Inline("strong"),
        "sub" => Shape::Inline("sub"),
        "sup" => Shape::Inline("sup"),
        "u" => Shape::Inline("u"),
        "var" => Shape::Inline("var"),
        "ruby" => Shape::Inline("ruby"),
        "rt" => Shape::Inline("rt"),
        "rp" => Shape::Inline("rp"),
        "a" => Shape::Anchor,
        "address" | "article" | "aside" | "center" | "div" | "fieldset" | "footer" | "header" | "hgroup" | "main"
        | "nav" | "search" | "section" | "dialog" => Shape::Block("div"),
        "blockquote" => Shape::Block("blockquote"),
        "details" => Shape::Block("details"),
        "figure" => Shape::Block("figure"),
        "dl" => Shape::List("dl"),
        "figcaption" => Shape::Block("figcaption"),
        "summary" => Shape::Phrase("summary"),
        "p" => Shape::Phrase("p"),
        "legend" => Shape::Phrase("p"),
        "pre" | "listing" | "xmp" | "plaintext" => Shape::Phrase("pre"),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Shape::Heading,
        "ul" | "menu" | "dir" => Shape::List("ul"),
        "ol" => Shape::List("ol"),
        "li" => Shape::Item("li", "ul"),
        "dt" => Shape::Item("dt", "dl"),
        "dd" => Shape::Item("dd", "dl"),
        "table" => Shape::Table,
        "thead" => Shape::TablePart("thead"),
        "tbody" => Shape::TablePart("tbody"),
        "tfoot" => Shape::TablePart("tfoot"),
        "caption" => Shape::TablePart("caption"),
        "tr" => Shape::Row,
        "td" => Shape::Cell("td"),
        "th" => Shape::Cell("th"),
        "img" | "image" => Shape::Image,
        "br" => Shape::Break,
        "hr" => Shape::Rule,
        "wbr" | "col" | "colgroup" => Shape::Nothing,
        "iframe" | "video" | "audio" | "embed" | "object" | "frame" => Shape::Linked,
        "source" => Shape::Source,
        "bdi" | "bdo" | "big" | "body" | "data" | "font" | "html" | "label" | "nobr" | "noframes" | "noscript"
        | "output" | "picture" | "rb" | "rtc" | "slot" | "span" | "time" => Shape::Plain,
        "button" | "form" | "frameset" | "input" | "marquee" | "meter" | "optgroup" | "option" | "progress"
        | "select" | "textarea" | "title" | "blink" | "script" | "style" | "template" | "svg" | "math" | "canvas"
        | "noembed" | "datalist" | "map" | "applet" => Shape::Unwrapped,
        "area" | "base" | "basefont" | "bgsound" | "head" | "keygen" | "link" | "meta" | "param" | "track" => {
            Shape::LeftOut
        }
        _ => return None,
    };
    Some(shape)
}

/// Returns `true` if HTML allows leaving out the end tag of the element.
pub(super) fn ends_by_itself(name: &str) -> bool {
    matches!(
        name,
        "p" | "li" | "dt" | "dd" | "td" | "th" | "tr" | "thead" | "tbody" | "tfoot" | "caption" | "rt" | "rp"
    )
}
