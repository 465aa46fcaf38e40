//! The rules of rendering, the classics of hostile input, and bombs.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn post(markdown: &str) -> String {
    render(markdown, &Options::post("7")).html().as_str().to_owned()
}

fn links(path: &str) -> Option<String> {
    ["casier/rendre", "messagerie/ecrire"].contains(&path).then(|| format!("/aide/{path}"))
}

fn article(markdown: &str) -> Rendered {
    render(markdown, &Options::article("casier/rendre", &links).reserved_ids(&["contenu"]))
}

fn article_html(markdown: &str) -> String {
    article(markdown).html().as_str().to_owned()
}

fn kinds(rendered: &Rendered) -> Vec<(usize, ProblemKind)> {
    rendered.problems.iter().map(|problem| (problem.line, problem.kind.clone())).collect()
}

#[test]
fn a_change_of_output_asks_for_a_new_renderer_version() {
    let markdown = "# Titre\n\nUn *mot* **fort** ~~barré~~ `code`[^1]\nhttps://a.fr\n\n- [x] fait\n- [ ] à faire\n\n\
                    | a | b |\n|---|--:|\n| 1 | 2 |\n\n> [!TIP]\n> Oui\n\n[^1]: Note\n";
    insta::assert_snapshot!(format!("version {RENDERER_VERSION}\n{}", post(markdown)), @r##"
    version 1
    <h3 id="post-7-titre">Titre</h3>
    <p>Un <em>mot</em> <strong>fort</strong> <del>barré</del> <code>code</code><sup class="footnote"><a href="#post-7-note:1" id="post-7-appel:1" rel="nofollow ugc noopener">1</a></sup><br>
    <a href="https://a.fr" rel="nofollow ugc noopener">https://a.fr</a></p>
    <ul>
    <li class="task"><span class="task-mark" role="img" aria-label="Fait">☑</span> fait</li>
    <li class="task"><span class="task-mark" role="img" aria-label="À faire">☐</span> à faire</li>
    </ul>
    <div class="table" role="group" tabindex="0" aria-label="Tableau"><table>
    <thead><tr><th scope="col">a</th><th scope="col" class="align-right">b</th></tr></thead>
    <tbody>
    <tr><td>1</td><td class="align-right">2</td></tr>
    </tbody></table></div>
    <div class="alert alert-tip" role="note">
    <p class="alert-title">Conseil</p>
    <p>Oui</p>
    </div>
    <section class="footnotes" aria-label="Notes"><ol>
    <li id="post-7-note:1" value="1"><p>Note <a href="#post-7-appel:1" class="footnote-back" aria-label="Retour au texte" rel="nofollow ugc noopener">↩</a></p></li>
    </ol></section>
    "##);
}

#[test]
fn raw_html_of_a_post_is_text() {
    assert_eq!(post("a <b>c</b>"), "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n");
    assert_eq!(post("<div>\n*a*\n</div>"), "<p>&lt;div&gt;<br>\n*a*<br>\n&lt;/div&gt;</p>\n");
    assert_eq!(post("<!-- a -->"), "<p>&lt;!-- a --&gt;</p>\n");
}

#[test]
fn raw_html_of_an_article_is_cleaned() {
    assert_eq!(article_html("<kbd>Ctrl</kbd> <span onclick=x>a</span>"), "<p><kbd>Ctrl</kbd> a</p>\n");
    assert_eq!(article_html("<b>a\n\nb"), "<p><b>a</b></p>\n<p>b</p>\n");
    let block = article("<details id=\"x\" onclick=\"y\"><summary>a</summary>b</details>\n<script>c</script>\n");
    assert_eq!(block.html().as_str(), "<details><summary>a</summary>b</details>\n");
    assert_eq!(block.sections[0].text, "a b");
    assert_eq!(article_html("<!-- caché -->\n\na"), "<p>a</p>\n");
}

#[test]
fn headings_of_a_post_start_at_three_and_carry_its_prefix() {
    let rendered = render("# Menu\n\n### Menu\n\n## a {#b}", &Options::post("7"));
    let html = rendered.html();
    assert_eq!(
        html.as_str(),
        "<h3 id=\"post-7-menu\">Menu</h3>\n<h4 id=\"post-7-menu-2\">Menu</h4>\n<h4 id=\"post-7-a-b\">a {#b}</h4>\n"
    );
}

#[test]
fn the_name_of_a_post_cannot_break_its_ids() {
    let html = render("# a", &Options::post("\"><script>")).html();
    assert_eq!(html.as_str(), "<h3 id=\"post-script-a\">a</h3>\n");
}

#[test]
fn headings_of_an_article_take_explicit_ids_first() {
    let rendered = article("## L’été\n\n## Autre {#l-ete}\n\n## Vide\n\n##\n\n### Sous-partie `x`\n");
    let ids: Vec<&str> = rendered.headings().map(|heading| heading.id.as_str()).collect();
    assert_eq!(ids, ["l-ete-2", "l-ete", "vide", "sous-partie-x"]);
    assert!(!rendered.html().as_str().contains("></h2>"));
}

#[test]
fn bad_explicit_ids_are_reported_and_replaced() {
    let rendered = article("## a {#x}\n## b {#x}\n## c {#É}\n## d {#contenu}\n");
    let ids: Vec<&str> = rendered.headings().map(|heading| heading.id.as_str()).collect();
    assert_eq!(ids, ["x", "b", "c", "d"]);
    let expected = [
        (2, ProblemKind::DuplicateId("x".into())),
        (3, ProblemKind::InvalidId("É".into())),
        (4, ProblemKind::ReservedId("contenu".into())),
    ];
    assert_eq!(kinds(&rendered), expected);
    assert_eq!(rendered.problems[0].to_string(), "line 2: heading id used twice `x`");
}

#[test]
fn audience_blocks_are_blocks_and_sections_of_their_own() {
    let rendered = article(
        "Début\n\n## Prêt {#pret}\n\nPour tous.\n::: pour etablissement=manuels-numeriques\n**Oui** [a]\n\n### Détail\n\nx\n\
         :::\n::: pour etablissement=sans-manuels-numeriques\nNon\n:::\nSuite.\n\n### Fin\n\n[a]: /aide",
    );
    assert_eq!(kinds(&rendered), []);
    let blocks: Vec<(Option<String>, &str)> = rendered
        .blocks
        .iter()
        .map(|block| (block.audience.as_ref().map(ToString::to_string), block.html.as_str()))
        .collect();
    let with = Some("etablissement=manuels-numeriques".to_owned());
    let without = Some("etablissement=sans-manuels-numeriques".to_owned());
    assert_eq!(
        blocks,
        [
            (None, "<p>Début</p>\n<h2 id=\"pret\">Prêt</h2>\n<p>Pour tous.</p>\n"),
            (
                with,
                "<p><strong>Oui</strong> <a href=\"/aide\" rel=\"noopener\">a</a></p>\n\
                 <h3 id=\"detail\">Détail</h3>\n<p>x</p>\n"
            ),
            (without, "<p>Non</p>\n"),
            (None, "<p>Suite.</p>\n<h3 id=\"fin\">Fin</h3>\n"),
        ]
    );
    let sections: Vec<(Option<&str>, usize, bool, &str)> = rendered
        .sections
        .iter()
        .map(|s| (s.heading.as_ref().map(|h| h.id.as_str()), s.parents.len(), s.audience.is_some(), s.text.as_str()))
        .collect();
    assert_eq!(
        sections,
        [
            (None, 0, false, "Début"),
            (Some("pret"), 0, false, "Pour tous.\nSuite."),
            (Some("pret"), 0, true, "Oui a"),
            (Some("detail"), 1, true, "x"),
            (Some("pret"), 0, true, "Non"),
            (Some("fin"), 1, false, ""),
        ]
    );
    let joined = Reader::default().with_traits(["manuels-numeriques"]);
    assert!(rendered.html_for(&joined).as_str().contains("Oui"));
    assert!(!rendered.html_for(&joined).as_str().contains("Non"));
    assert!(rendered.html_for(&Reader::default()).as_str().contains("Non"));
    assert_eq!(rendered.text(), "Début\nPrêt\nPour tous.\nSuite.\nFin");
}

#[test]
fn audience_blocks_of_a_post_are_text() {
    assert!(post("::: pour profil=teacher\na\n:::").contains("::: pour profil=teacher"));
}

#[test]
fn problems_of_audience_blocks_have_their_line() {
    let options = Options::article("a", &links).first_line(10);
    let rendered = render("a\n\n::: pour metier=prof\nb", &options);
    let expected = [(12, ProblemKind::UnknownAudienceKey("metier".into())), (12, ProblemKind::UnclosedAudience)];
    assert_eq!(kinds(&rendered), expected);
}

#[test]
fn an_audience_block_ends_a_list_and_an_open_paragraph() {
    let rendered = article("- a\n  b\n::: pour service=moodle\n- c\n:::\nd");
    let html: Vec<&str> = rendered.blocks.iter().map(|block| block.html.as_str()).collect();
    assert_eq!(html, ["<ul>\n<li>a\nb</li>\n</ul>\n", "<ul>\n<li>c</li>\n</ul>\n", "<p>d</p>\n"]);
}

#[test]
fn footnotes_are_numbered_by_call_and_come_last() {
    let html = post("a[^x] b[^y] c[^x] d[^z]\n\n[^y]: Y[^w]\n[^x]: X\n[^w]: W\n[^unused]: U\n");
    assert!(html.contains("<a href=\"#post-7-note:1\" id=\"post-7-appel:1\" rel=\"nofollow ugc noopener\">1</a>"));
    assert_eq!(html.matches("id=\"post-7-appel:1\"").count(), 1);
    assert!(html.contains("d[^z]"));
    assert!(
        html.contains("<li id=\"post-7-note:3\" value=\"3\"><p>W <a href=\"#post-7-appel:3\" class=\"footnote-back\"")
    );
    assert!(!html.contains('U'));
}

#[test]
fn a_footnote_is_for_whoever_reads_a_call() {
    let rendered = article("a[^1]\n\n::: pour service=moodle\nb[^1] c[^2]\n:::\n\n[^1]: tous\n[^2]: seulement\n");
    let notes = &rendered.blocks[2..];
    assert_eq!(notes.len(), 2);
    assert!(notes[0].audience.is_none() && notes[0].html.as_str().contains("tous"));
    assert!(notes[1].audience.is_some() && notes[1].html.as_str().contains("seulement"));
    let section = rendered.sections.iter().find(|section| section.audience.is_some()).expect("a conditional section");
    assert_eq!(section.text, "b c\nseulement");
}

#[test]
fn alerts_have_a_title() {
    let html = post("> [!WARNING]\n> Oui\n");
    assert_eq!(
        html,
        "<div class=\"alert alert-warning\" role=\"note\">\n<p class=\"alert-title\">Attention</p>\n<p>Oui</p>\n</div>\n"
    );
    let english = render("> [!WARNING]\n> Oui\n", &Options::post("7").labels(Labels::english()));
    assert!(english.html().as_str().contains(">Warning<"));
}

#[test]
fn links_of_a_post_are_marked_as_a_readers() {
    let rel = "rel=\"nofollow ugc noopener\"";
    assert_eq!(post("[a](https://a.fr)"), format!("<p><a href=\"https://a.fr\" {rel}>a</a></p>\n"));
    assert_eq!(
        post("https://a.fr, <b@c.fr>"),
        format!("<p><a href=\"https://a.fr\" {rel}>https://a.fr</a>, <a href=\"mailto:b@c.fr\" {rel}>b@c.fr</a></p>\n")
    );
    assert_eq!(post("[](https://a.fr)"), format!("<p><a href=\"https://a.fr\" {rel}>https://a.fr</a></p>\n"));
    assert_eq!(post("`https://a.fr`"), "<p><code>https://a.fr</code></p>\n");
    assert_eq!(post("[a](javascript:x)"), "<p>a</p>\n");
    assert!(post("## B\n[a](#b) [c](#d)").contains("href=\"#post-7-b\""));
}

#[test]
fn images_are_ours_or_links() {
    let ours = post("![vue](/fichiers/3/a.png \"titre\")");
    assert_eq!(ours, "<p><img src=\"/fichiers/3/a.png\" alt=\"vue\" title=\"titre\" loading=\"lazy\"></p>\n");
    let elsewhere = post("![vue *x*](https://a.fr/b.png)");
    assert_eq!(elsewhere, "<p><a href=\"https://a.fr/b.png\" rel=\"nofollow ugc noopener\">vue x</a></p>\n");
    assert_eq!(post("![vue](data:image/png;base64,xx)"), "<p>vue</p>\n");
    assert!(!post("[![vue](https://a.fr/b.png)](https://c.fr)").contains("b.png"));
}

#[test]
fn links_between_articles_become_urls() {
    let rendered = article("[a](../messagerie/ecrire.md#x)\n[b](../messagerie/perdu.md)\n[c](#perdu)\n");
    let hrefs: Vec<Option<&str>> = rendered.links.iter().map(|link| link.href.as_deref()).collect();
    assert_eq!(hrefs, [Some("/aide/messagerie/ecrire#x"), None, None]);
    let expected = [
        (2, ProblemKind::BrokenLink("../messagerie/perdu.md".into())),
        (3, ProblemKind::BrokenAnchor("#perdu".into())),
    ];
    assert_eq!(kinds(&rendered), expected);
    assert_eq!(rendered.links[0].text, "a");
}

#[test]
fn images_and_anchors_are_told_with_their_lines() {
    struct Files;
    impl LinkResolver for Files {
        fn article(&self, _: &str) -> Option<String> {
            None
        }
        fn image(&self, path: &str) -> Option<String> {
            (path == "casier/écran 1.png").then(|| "/aide/images/abc.png".to_owned())
        }
    }
    let rendered = render(
        "![Vue](<écran 1.png>)\n\n## Dépôt élève\n\n![](perdue.png)\n",
        &Options::article("casier/rendre", &Files),
    );
    let images: Vec<_> = rendered.images.iter().map(|i| (i.src.as_deref(), i.alt.as_deref(), i.line)).collect();
    assert_eq!(images, [(Some("/aide/images/abc.png"), Some("Vue"), 1), (None, None, 5)]);
    assert_eq!(rendered.anchors, [Anchor { id: "depot-eleve".into(), name: None, line: 3 }]);
    for fragment in ["#dépôt-élève", "d%C3%A9p%C3%B4t-%C3%A9l%C3%A8ve", "depot-eleve", "#Dépôt élève"] {
        assert_eq!(rendered.anchor(fragment), Some("depot-eleve"), "{fragment}");
    }
    assert_eq!(rendered.anchor("#autre"), None);
}

#[test]
fn line_breaks_of_a_post_are_kept() {
    assert_eq!(post("a\nb"), "<p>a<br>\nb</p>\n");
    assert_eq!(article_html("a\nb"), "<p>a\nb</p>\n");
}

#[test]
fn tasks_have_a_name_and_no_form_control() {
    let html = post("- [x] a\n- [ ] b\n");
    assert!(
        html.contains("<li class=\"task\"><span class=\"task-mark\" role=\"img\" aria-label=\"Fait\">☑</span> a</li>")
    );
    assert!(!html.contains("<input"));
}

#[test]
fn heading_cells_without_text_are_plain_cells() {
    let html = post("| | b |\n|---|:-:|\n| 1 | 2 |\n");
    assert!(
        html.contains("<thead><tr><td></td><th scope=\"col\" class=\"align-center\">b</th></tr></thead>"),
        "{html}"
    );
}

/// Elements, attributes and values that must not be on a page, whatever was typed.
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
                       h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strong sub summary sup \
                       table tbody td th thead tr u ul var wbr";
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
        "href" => assert!(super::links::is_allowed(value), "href `{value}` in {html}"),
        "src" => assert!(value.starts_with("/fichiers/"), "src `{value}` in {html}"),
        "class" => assert!(value.split(' ').all(|class| class.len() < 20), "class `{value}` in {html}"),
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
            attributes.push((key.to_owned(), super::safe_html::unescape(value)));
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

fn bombs() -> Vec<(&'static str, String)> {
    let many = |piece: &str, count: usize| piece.repeat(count);
    let mut nested_list = String::new();
    for depth in 0..178 {
        let _ = writeln!(nested_list, "{}- a", "  ".repeat(depth));
    }
    let columns = 5_000;
    let notes: String = (0..800).map(|n| format!("a[^{n}]\n\n[^{n}]: b[^{}]\n\n", n + 1)).collect();
    vec![
        ("quotes", many("> ", 16_000)),
        ("quotes with text", format!("{}a", many(">", 31_999))),
        ("lists", many("- ", 16_000)),
        ("nested list", nested_list),
        ("items", many("-\n", 16_000)),
        ("numbered", many("1. ", 10_666)),
        ("brackets", many("[", 32_000)),
        ("images", many("![", 16_000)),
        ("links in brackets", format!("{}a{}", many("[", 8_000), many("](b)", 6_000))),
        ("stars", many("*", 32_000)),
        ("opened emphases", many("*a ", 10_666)),
        ("nested emphases", format!("{}a{}", many("*a **a ", 2_200), many("** *", 2_200))),
        ("emphases", many("*a*", 10_666)),
        ("strikes", many("~~a ", 8_000)),
        ("ticks", (1..250).map(|n| many("`", n) + " ").collect()),
        ("wide table", format!("{}\n{}\n{}", many("|a", columns), many("|-", columns), many("|\n", columns))),
        ("long table", format!("{}\n{}\n{}", many("|a", 60), many("|-", 60), many("|\n", 31_000))),
        ("footnotes", format!("[^a]: {}\n\n{}", many("[^a]", 4_000), many("[^a]", 4_000))),
        ("chained footnotes", notes),
        ("reference links", format!("[a]: /{}\n\n{}", many("b", 16_000), many("[a]", 5_000))),
        ("reference images", format!("[a]: /fichiers/{}\n\n{}", many("b", 8_000), many("![a]", 5_000))),
        ("long heading id", format!("# {}", many("a ", 16_000))),
        ("equal headings", many("# a\n", 8_000)),
        ("long explicit id", format!("# a {{#{}}}", many("a", 31_000))),
        ("addresses", many("http://a.b ", 2_900)),
        ("joined addresses", many("http://[", 4_000)),
        ("parentheses", format!("http://a.fr/{}", many(")", 31_000))),
        ("angles", many("<", 32_000)),
        ("comments", many("<!--", 8_000)),
        ("declarations", many("<!a ", 8_000)),
        ("instructions", many("<?", 16_000)),
        ("sections of data", many("<![CDATA[", 3_500)),
        ("raw blocks", many("<div>\n\n", 4_500)),
        ("raw block", many("<div>", 6_400)),
        ("raw inlines", format!("a {}", many("<b>", 10_000))),
        ("entities", many("&amp;", 6_400)),
        ("quotes to escape", many("\"", 32_000)),
        ("breaks", many("a\n", 16_000)),
        ("paragraphs", many("a\n\n", 10_666)),
        ("rules", many("---\n\n", 6_400)),
        ("code blocks", many("```\n```\n", 4_000)),
        ("fences", many("::: pour service=a\n", 1_600)),
        ("fenced", many("::: pour service=a\nb\n:::\n", 1_200)),
        ("alerts", many("> [!NOTE]\n\na\n\n", 2_200)),
        ("tasks", many("- [x] a\n", 4_000)),
        ("definitions", (0..3_000).map(|n| format!("[{n}]: b\n")).collect()),
        ("spaces", format!("a{}b", many(" ", 31_998))),
        ("accents", format!("e{}", many("\u{301}", 15_000))),
    ]
}

#[test]
fn bombs_stay_small_and_shallow() {
    for (name, bomb) in bombs() {
        for html in [post(&bomb), article_html(&bomb)] {
            assert!(html.len() <= (1 << 17) + 12 * bomb.len(), "{name}: {} bytes", html.len());
            let depth = depth(&html);
            assert!(depth <= 160, "{name}: {depth} deep");
        }
        let _ = plain_text(&bomb);
    }
}

fn depth(html: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for piece in html.split('<').skip(1) {
        let name = piece.split([' ', '>']).next().unwrap_or_default();
        match name {
            "br" | "hr" | "img" | "wbr" => {}
            _ if name.starts_with('/') => depth -= 1,
            _ => depth += 1,
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[test]
fn what_is_too_complex_is_shown_as_typed() {
    let text = format!("{}\nla fin", "a *b*\n\n".repeat(8_000));
    let rendered = render(&text, &Options::post("7"));
    assert!(rendered.html().as_str().contains("as-typed") && rendered.html().as_str().contains("la fin</pre>"));
    assert!(matches!(rendered.problems[..], [Problem { kind: ProblemKind::TooComplex, .. }]));
    assert!(rendered.text().ends_with("la fin"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_typed_makes_unsafe_html(pieces in proptest::collection::vec(piece(), 0..60)) {
        check_both(&pieces.concat());
    }

    #[test]
    fn an_excerpt_fits(text in "\\PC{0,80}", limit in 0_usize..40) {
        use unicode_segmentation::UnicodeSegmentation;
        prop_assert!(excerpt(&text, limit).graphemes(true).count() <= limit);
    }

    #[test]
    fn a_slug_of_a_slug_is_itself(text in "\\PC{0,100}") {
        let once = slug(&text);
        prop_assert_eq!(slug(&once), once);
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
