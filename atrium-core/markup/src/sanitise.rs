//! The last gate: an explicit allow-list of elements, attributes, classes and URL schemes, enforced by ammonia on
//! all output of this crate.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::links;
use super::options::Profile;
use super::safe_html::{SafeHtml, escape_into};

const TAGS: &[&str] = &[
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "div",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "span",
    "strong",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// The elements that an article's raw HTML may add.
const RAW_TAGS: &[&str] = &[
    "abbr",
    "b",
    "caption",
    "cite",
    "dd",
    "details",
    "dfn",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "i",
    "ins",
    "kbd",
    "mark",
    "q",
    "s",
    "rp",
    "rt",
    "ruby",
    "samp",
    "small",
    "sub",
    "summary",
    "tfoot",
    "u",
    "var",
];

const CLASSES: &[(&str, &[&str])] = &[
    ("a", &["footnote-back"]),
    (
        "div",
        &[
            "alert",
            "alert-note",
            "alert-tip",
            "alert-important",
            "alert-warning",
            "alert-caution",
            "align-center",
            "align-right",
            "table",
        ],
    ),
    ("li", &["task"]),
    ("p", &["alert-title", "align-center", "align-right"]),
    ("pre", &["as-typed"]),
    ("section", &["footnotes"]),
    ("span", &["task-mark"]),
    ("sup", &["footnote"]),
    ("td", &["align-center", "align-right"]),
    ("th", &["align-center", "align-right"]),
];

const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "title", "id", "aria-label"]),
    ("div", &["aria-label"]),
    ("h2", &["id"]),
    ("h3", &["id"]),
    ("h4", &["id"]),
    ("h5", &["id"]),
    ("h6", &["id"]),
    ("img", &["src", "alt", "title"]),
    ("li", &["id", "value"]),
    ("ol", &["start"]),
    ("section", &["aria-label"]),
    ("span", &["aria-label"]),
];

/// The attributes that an article's raw HTML may add.
const RAW_ATTRIBUTES: &[(&str, &[&str])] = &[
    ("abbr", &["title"]),
    ("details", &["open"]),
    ("img", &["width", "height"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan"]),
];

const VALUES: &[(&str, &str, &[&str])] = &[
    ("div", "role", &["note", "group"]),
    ("div", "tabindex", &["0"]),
    ("img", "loading", &["lazy"]),
    ("pre", "tabindex", &["0"]),
    ("span", "role", &["img"]),
    ("th", "scope", &["col", "row", "colgroup", "rowgroup"]),
];

static POST: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = rendered();
    builder.link_rel(Some("nofollow ugc noopener"));
    builder.attribute_filter(|_, attribute, value| match attribute {
        "id" => (value.starts_with("post-") && is_id(value)).then_some(Cow::Borrowed(value)),
        "src" => (own_path(value) && value.contains("/fichiers/")).then_some(Cow::Borrowed(value)),
        _ => allowed(attribute, value),
    });
    builder
});

static ARTICLE: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = rendered();
    builder.add_tags(RAW_TAGS).add_generic_attributes(&["id"]);
    for (tag, attributes) in RAW_ATTRIBUTES {
        builder.add_tag_attributes(tag, *attributes);
    }
    builder.link_rel(Some("noopener"));
    builder.attribute_filter(|_, attribute, value| match attribute {
        "id" => is_id(value).then_some(Cow::Borrowed(value)),
        "src" => own_path(value).then_some(Cow::Borrowed(value)),
        "colspan" => is_number(value, 64).then_some(Cow::Borrowed(value)),
        "rowspan" => is_number(value, 1_000).then_some(Cow::Borrowed(value)),
        "width" | "height" => is_number(value, 9_999).then_some(Cow::Borrowed(value)),
        _ => allowed(attribute, value),
    });
    builder
});

/// Returns the allow-list of every rendered text.
fn rendered() -> Builder<'static> {
    let mut values: HashMap<&str, HashMap<&str, HashSet<&str>>> = HashMap::new();
    for (tag, attribute, allowed) in VALUES {
        values.entry(tag).or_default().insert(attribute, allowed.iter().copied().collect());
    }
    let sets = |list: &[(&'static str, &'static [&'static str])]| -> HashMap<&str, HashSet<&str>> {
        list.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect()
    };
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.iter().copied().collect())
        .tag_attributes(sets(ATTRIBUTES))
        .tag_attribute_values(values)
        .allowed_classes(sets(CLASSES));
    close(&mut builder);
    builder
}

fn close(builder: &mut Builder<'static>) {
    builder
        .generic_attributes(HashSet::new())
        .clean_content_tags(HashSet::from(["script", "style", "template", "noscript"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .strip_comments(true);
}

fn allowed<'v>(attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    (attribute != "href" || links::is_allowed(value)).then_some(Cow::Borrowed(value))
}

/// Returns `true` for ids that rendering makes: slugs, their prefix, and the colon of footnotes.
fn is_id(value: &str) -> bool {
    value.len() <= 512 && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ':'))
}

fn is_number(value: &str, most: u32) -> bool {
    value.parse::<u32>().is_ok_and(|number| (1..=most).contains(&number))
}

fn own_path(value: &str) -> bool {
    value.starts_with('/') && !value.starts_with("//") && links::is_allowed(value)
}

/// Cleans the output of rendering, and adds the rest of the text as typed if the budget was spent.
pub(super) fn clean(html: &str, rest: Option<&str>, profile: Profile) -> SafeHtml {
    let builder = match profile {
        Profile::Post => &*POST,
        Profile::Article => &*ARTICLE,
    };
    let mut html = builder.clean(html).to_string();
    if let Some(rest) = rest {
        html.push_str(&as_typed(rest));
    }
    SafeHtml::trusted(html)
}

/// Returns the text as typed, escaped.
pub(super) fn as_typed(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 64);
    html.push_str("<pre class=\"as-typed\" tabindex=\"0\">\n");
    escape_into(&mut html, text);
    html.push_str("</pre>\n");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_does_not_pass() {
        let html =
            r#"<p style="x" onclick="y" data-z="1" class="hero" id="post-1-a">a<script>b</script><svg><p>c</svg></p>"#;
        assert_eq!(clean(html, None, Profile::Post).as_str(), "<p class=\"\">a</p><p>c</p>");
    }

    #[test]
    fn ids_of_a_post_carry_its_prefix() {
        let html = r#"<h3 id="menu">a</h3><h3 id="post-1-b">b</h3>"#;
        assert_eq!(clean(html, None, Profile::Post).as_str(), r#"<h3>a</h3><h3 id="post-1-b">b</h3>"#);
    }

    #[test]
    fn numbers_of_an_article_are_small_numbers() {
        let html =
            r#"<table><tbody><tr><td colspan="2" rowspan="9999">a</td><td colspan="x">b</td></tr></tbody></table>"#;
        let cleaned = clean(html, None, Profile::Article);
        assert_eq!(cleaned.as_str(), r#"<table><tbody><tr><td colspan="2">a</td><td>b</td></tr></tbody></table>"#);
        assert!(!clean(html, None, Profile::Post).as_str().contains("colspan"));
    }
}
