//! Classics of hostile input: all output is on the allow-list.

use proptest::prelude::*;

use super::*;

/// Checks that elements, attributes and values outside the allow-list are absent.
fn check(html: &str, prefix: &str) {
    let mut open = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let mut tag = Tag::read(rest);
        rest = &rest[tag.length..];
        if let Some(name) = tag.name.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "unbalanced in {html}");
            continue;
        }
        let allowed = "a abbr b blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h2 h3 h4 \
                       h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub \
                       summary sup table tbody td tfoot th thead tr u ul var";
        assert!(allowed.split_whitespace().any(|known| known == tag.name), "<{}> in {html}", tag.name);
        for (name, value) in tag.attributes.drain(..) {
            check_attribute(&name, &value, prefix, html);
        }
        if !["br", "hr", "img", "wbr"].contains(&tag.name.as_str()) {
            open.push(tag.name);
        }
    }
    assert!(open.is_empty(), "unbalanced in {html}");
}

fn check_attribute(name: &str, value: &str, prefix: &str, html: &str) {
    match name {
        "id" => assert!(value.starts_with(prefix), "id `{value}` in {html}"),
        "href" => assert!(crate::links::is_allowed(value), "href `{value}` in {html}"),
        "src" => assert!(value.starts_with("/fichiers/"), "src `{value}` in {html}"),
        "class" => assert!(value.split(' ').all(|class| class.len() < 20), "class `{value}` in {html}"),
        "colspan" | "rowspan" | "width" | "height" => {
            assert!(value.parse::<u16>().is_ok_and(|n| n > 0), "{name} `{value}` in {html}");
        }
        "open" => assert!(value.is_empty(), "open `{value}` in {html}"),
        "alt" | "aria-label" | "loading" | "rel" | "role" | "scope" | "start" | "tabindex" | "title" | "value" => {}
        _ => panic!("{name}=\"{value}\" in {html}"),
    }
}

/// A tag as the serialiser writes it: every value in double quotes.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    length: usize,
}

impl Tag {
    fn read(text: &str) -> Self {
        let name: String = text.chars().take_while(|c| !c.is_whitespace() && *c != '>').collect();
        let mut at = name.len();
        let mut attributes = Vec::new();
        while let Some(rest) = text[at..].strip_prefix(' ') {
            let (key, rest) = rest.split_once("=\"").expect("a quoted value");
            let (value, _) = rest.split_once('"').expect("a closed value");
            at += 1 + key.len() + 2 + value.len() + 1;
            attributes.push((key.to_owned(), crate::safe_html::unescape(value)));
        }
        assert!(text[at..].starts_with('>'), "no end of tag in {text}");
        Self { name, attributes, length: at + 1 }
    }
}

fn check_both(markdown: &str) {
    check(&post(markdown), "post-7-");
    check(&article_html(markdown), "");
    let _ = plain_text(markdown);
}

#[test]
fn the_check_of_these_tests_can_fail() {
    let bad = [
        "<script>",
        "<p onclick=\"x\"></p>",
        "<p style=\"x\"></p>",
        "<h3 id=\"menu\"></h3>",
        "<a href=\"javascript:x\"></a>",
        "<img src=\"https://a.fr/x\">",
        "<td colspan=\"x\"></td>",
        "<iframe></iframe>",
        "<p>",
    ];
    for html in bad {
        assert!(std::panic::catch_unwind(|| check(html, "post-7-")).is_err(), "{html}");
    }
}

const CLASSICS: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href=\"javascript:alert(1)\">a</a>",
    "[a](javascript:alert(1))",
    "[a](JaVa&#x09;ScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a](<java script:alert(1)>)",
    "[a](javascript&colon;alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "[a](\u{1}javascript:alert(1))",
    "<javascript:alert(1)>",
    "![a](javascript:alert(1))",
    "![a](https://a.fr/x.svg\"onerror=\"alert(1))",
    "![a\" onerror=\"alert(1)](/fichiers/x)",
    "[a](https://a.fr \"b\\\" onmouseover=\\\"alert(1)\")",
    "[a][b]\n\n[b]: javascript:alert(1) 'x'",
    "## a {#x onclick=alert(1) .hero style=position:fixed}",
    "## a {#\"><script>alert(1)</script>}",
    "```\"><script>\nalert(1)\n```",
    "`<script>alert(1)</script>`",
    "[^\"><script>]: x\n\na[^\"><script>]",
    "| <script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "<div style=\"position:fixed;inset:0\">a</div>",
    "<form action=//a.fr><input name=getElementById><button>a</button></form>",
    "<div id=\"contenu\" name=\"contenu\" class=\"alert\">a</div>",
    "<base href=//a.fr><meta http-equiv=refresh content=0><link rel=stylesheet href=//a.fr>",
    "<kbd onclick=alert(1)>a</kbd> <b>c <i>d</b> e</i>",
    "<details open ontoggle=alert(1)>a</details>",
    "<details><summary onclick=alert(1)>a</summary><img src=x onerror=alert(1)></details>",
    "<table><tr><td colspan=\"2\" onmouseover=alert(1) rowspan=javascript:1 background=javascript:alert(1)>a</table>",
    "<a href=\"java&#115;cript:alert(1)\" id=\"\"onclick=alert(1)\">a</a>",
    "<a href=javascript&colon;alert(1)>a</a> <a href=' javascript:alert(1)'>b</a>",
    "<a name=\"x onclick=alert(1)\">a</a> <span id='\"><script>'>b</span>",
    "<img src=\"javascript:alert(1)\" alt='\"><script>alert(1)</script>' width=\"1 onload=alert(1)\">",
    "<iframe src=\"javascript:alert(1)\" title=\"<b>\"></iframe><object data=data:text/html,x></object>",
    "<video src=x onerror=alert(1)><source src=javascript:alert(1)></video>",
    "<details><summary>a\n\n::: pour profil=teacher\n<script>alert(1)</script>\n:::\n\n</summary></details>",
    "<script>\n\nalert(1)\n\n</script><style>\n\n@import 'x'</style>",
    "<table><tr><td><table><tr><td><script>alert(1)</script></table></table><math><td>",
    "<pre><code class=\"language-x onclick=y\">a</code></pre><abbr title='\" onclick=\"x'>b</abbr>",
    ":::tip[<script>alert(1)</script>]\na\n:::\n\n!!! note \"<img src=x onerror=alert(1)>\"\n    b\n",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<p>a\n\n</p></div></main><script>\n\nb",
    "https://a.fr/\"onmouseover=\"alert(1) https://a.fr/<script>",
    "<https://a.fr/\"onmouseover=\"alert(1)>",
    "a\0b <scr\0ipt>alert(1)</scr\0ipt>",
];

#[test]
fn the_classics_of_hostile_input_do_nothing() {
    for markdown in CLASSICS {
        check_both(markdown);
        check_both(&format!("> - {markdown}\n\n::: pour profil=\"{markdown}\n# {markdown}\n:::"));
    }
}

#[test]
fn hostile_corpora_do_nothing_when_they_are_at_hand() {
    let Some(folder) = std::env::var_os("ATRIUM_XSS_DATA") else { return };
    let mut checked = 0;
    for file in std::fs::read_dir(folder).expect("a readable folder").flatten() {
        if file.path().extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let entries = std::fs::read_to_string(file.path()).expect("a readable file");
        let entries: Vec<serde_json::Value> = serde_json::from_str(&entries).expect("a list of payloads");
        for payload in entries.iter().filter_map(|entry| entry["payload"].as_str()) {
            check_both(payload);
            check_both(&format!("a {payload} b"));
            check_both(&format!(
                "# {payload}\n\n[{payload}]({payload}) ![{payload}]({payload})\n\n| {payload} |\n|---|"
            ));
            checked += 1;
        }
    }
    assert!(checked > 0, "no payload found");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_typed_makes_unsafe_html(pieces in proptest::collection::vec(piece(), 0..60)) {
        check_both(&pieces.concat());
    }
}

fn piece() -> impl Strategy<Value = String> {
    let marks = [
        "\n",
        "\n\n",
        " ",
        "  ",
        "    ",
        "> ",
        "- ",
        "1. ",
        "# ",
        "## ",
        "*",
        "**",
        "_",
        "~~",
        "`",
        "```\n",
        "[",
        "](",
        ")",
        "![",
        "]",
        "[a]: ",
        "[^1]",
        "[^1]: ",
        "|",
        "|-|-|\n",
        "\\",
        "&",
        "&lt;",
        "&#106;",
        "<",
        ">",
        "</",
        "\"",
        "'",
        "<b>",
        "</b>",
        "<kbd>",
        "</kbd>",
        "<div>",
        "</div>",
        "<div id=\"a\">",
        "<details>",
        "<summary>",
        "</summary>",
        "</details>",
        "<ul>",
        "<li>",
        "</ul>",
        "<tr>",
        "<td colspan=2>",
        "</table>",
        "<h2>",
        "</h2>",
        "<pre>",
        "</a>",
        "<img src=\"/fichiers/a\" alt=\"b\">",
        "<iframe src=\"https://a.fr\">",
        "<Tabs>",
        "!!! note\n",
        "www.a.fr",
        "b@a.fr",
        "::: tip\n",
        "<script>",
        "<!-- ",
        " -->",
        "<style>",
        "<svg>",
        "<table>",
        "<p>",
        "</p>",
        "<a href=\"",
        "javascript:",
        "data:",
        "https://a.fr",
        "://",
        "/fichiers/a",
        "onclick=",
        "{#a}",
        "{",
        "}",
        ":::\n",
        "::: pour profil=teacher\n",
        "- [x] ",
        "> [!NOTE]\n",
        "---\n",
        "===\n",
        "é",
        "\u{301}",
        "👩‍👧",
        "\0",
        "\r",
        "\t",
        "a",
        "mot",
    ];
    prop_oneof![6 => proptest::sample::select(marks.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,6}"]
}
