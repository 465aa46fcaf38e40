//! Raw HTML: text in a post, cleaned in an article.

use super::*;

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
    assert_eq!(block.html().as_str().trim(), "<details id=\"x\"><summary>a</summary>\n<p>b</p>\n</details>");
    assert_eq!(block.sections[0].text, "a\nb");
    assert_eq!(kinds(&block), [(2, ProblemKind::DroppedElement("script".into()))]);
    assert_eq!(article_html("<!-- caché -->\n\na"), "<p>a</p>\n");
}

fn squeezed(markdown: &str) -> String {
    article_html(markdown).replace('\n', "")
}

#[test]
fn elements_hold_markdown() {
    assert_eq!(
        squeezed("<details>\n<summary>Voir</summary>\n\n1. Étape **une**\n\n</details>\n\nAprès.\n"),
        "<details><summary>Voir</summary><ol><li>Étape <strong>une</strong></li></ol></details><p>Après.</p>"
    );
    assert_eq!(
        squeezed("<div align=\"center\">\n\n## Titre\n\nTexte **gras**</div>\n\nSuite\n"),
        "<div class=\"align-center\"><h2 id=\"titre\">Titre</h2><p>Texte <strong>gras</strong></p></div><p>Suite</p>"
    );
    assert_eq!(squeezed("- a <div>b\n\n  c</div> d\n"), "<ul><li><p>a</p><div>b</div><p>c d</p></li></ul>");
    assert_eq!(article("<div>\n\n## Titre\n\nx\n\n</div>").sections.len(), 1);
}

#[test]
fn tables_keep_their_spans_and_their_size() {
    let spans = squeezed("<table><tr><th rowspan=\"2\">A</th><td colspan=2>B</td></tr><tr><td>c<td>d</table>\n");
    assert!(
        spans.contains("<tr><th rowspan=\"2\">A</th><td colspan=\"2\">B</td></tr><tr><td>c</td><td>d</td></tr>"),
        "{spans}"
    );
    let rows: String = (0..2_000).map(|n| format!("<tr><td>Ligne {n}</td><td>{n}</td></tr>\n")).collect();
    let rendered = article(&format!("<table>\n{rows}</table>\n"));
    assert_eq!(kinds(&rendered), []);
    assert!(rendered.html().as_str().contains("<td>Ligne 1999</td>"));
    assert!(rendered.sections[0].text.contains("Ligne 7 7"), "{}", &rendered.sections[0].text[..200]);
}

#[test]
fn cells_hold_lists_and_paragraphs() {
    let html = squeezed(
        "| Rôle | Tâches |\n|---|---|\n| Élève | <ul><li>Déposer</li><li>Relire</li></ul> |\n| P | <p>Suivre</p><p>Signer</p> a<br>b |\n",
    );
    assert!(html.contains("<td><ul><li>Déposer</li><li>Relire</li></ul></td>"), "{html}");
    assert!(html.contains("<td><p>Suivre</p><p>Signer</p> a<br>b</td>"), "{html}");
    let rendered = article("| a |\n|---|\n| <ul><li>Déposer</li><li>Relire</li></ul> |\n");
    assert!(rendered.sections[0].text.contains("Déposer\nRelire"), "{:?}", rendered.sections);
    assert!(squeezed("<td>a</td>").contains('a'));
}

#[test]
fn links_images_and_code_of_raw_html_are_those_of_markdown() {
    let rendered = article(
        "Voir <a href=\"../messagerie/ecrire.md\" target=_blank>le <b>guide</b></a> <a href='perdu.md'>x</a>.\n",
    );
    assert_eq!(
        rendered.html().as_str(),
        "<p>Voir <a href=\"/aide/messagerie/ecrire\" rel=\"noopener\">le <b>guide</b></a> <a rel=\"noopener\">x</a>.</p>\n"
    );
    let links: Vec<_> = rendered.links.iter().map(|link| (link.text.as_str(), link.href.is_some())).collect();
    assert_eq!(links, [("le guide", true), ("x", false)]);
    assert_eq!(kinds(&rendered), [(1, ProblemKind::BrokenLink("perdu.md".into()))]);
    assert_eq!(article_html("Écrivez <code class=\"x\">a < b</code>."), "<p>Écrivez <code>a &lt; b</code>.</p>\n");
    let image =
        article_html("<p align=\"center\"><img src=\"/fichiers/1\" alt=\"Vue\" width=\"300px\" onload=x></p>\n");
    let expected = "<p class=\"align-center\"><img src=\"/fichiers/1\" alt=\"Vue\" width=\"300\" loading=\"lazy\"></p>";
    assert_eq!(image.trim(), expected);
}

#[test]
fn what_is_no_html_is_text() {
    assert_eq!(
        article_html("Tapez <votre-login> puis **ok**."),
        "<p>Tapez &lt;votre-login&gt; puis <strong>ok</strong>.</p>\n"
    );
    let rendered =
        article("<votre-login>\nsuite **gras**\n\n<Tabs>\n<TabItem value=\"x\">\n\nOui *là*\n\n</TabItem>\n</Tabs>\n");
    let html = rendered.html();
    assert!(html.as_str().contains("suite <strong>gras</strong>") && html.as_str().contains("<em>là</em>"), "{html:?}");
    assert!(html.as_str().contains("&lt;TabItem value=\"x\"&gt;"), "{html:?}");
    let lines: Vec<_> = rendered.problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [4, 5, 9, 10]);
}

#[test]
fn what_is_dropped_or_changed_is_told_with_its_line() {
    let told = |markdown: &str| kinds(&article(markdown));
    let name = |name: &str| name.to_owned();
    for (markdown, line, kind) in [
        ("a\n\n<style>\nb\n</style>\n", 3, ProblemKind::DroppedElement(name("style"))),
        ("<svg viewBox='0'><path d='x'/></svg>\n", 1, ProblemKind::DroppedElement(name("svg"))),
        ("a <meta charset=x> b\n", 1, ProblemKind::DroppedElement(name("meta"))),
        ("<form>\n<p>a</p></form>\n", 1, ProblemKind::UnwrappedElement(name("form"))),
        ("<div>a\n\nb\n", 1, ProblemKind::UnclosedElement(name("div"))),
        ("a</b>\n", 1, ProblemKind::StrayElementEnd(name("b"))),
        ("a\n\n<!-- b\n\nc\n", 3, ProblemKind::UnclosedComment),
        ("<iframe src=\"https://a.fr/v\" title=\"Vidéo\"></iframe>\n", 1, ProblemKind::LinkedElement(name("iframe"))),
        ("a\n\n{{< figure >}}\n", 3, ProblemKind::ForeignSyntax(name("{{< figure >}}"))),
        ("{% include a.html %}\n", 1, ProblemKind::ForeignSyntax(name("{% include a.html %}"))),
        ("```\na\n", 1, ProblemKind::UnclosedCode),
        (":::tabs\na\n:::\n", 1, ProblemKind::UnknownContainer(name("tabs"))),
    ] {
        assert_eq!(told(markdown), [(line, kind)], "{markdown}\n{}", article_html(markdown));
    }
    for (markdown, shown) in [
        (
            "<iframe src=\"https://a.fr/v\" title=\"Vidéo\"></iframe>\n",
            "<a href=\"https://a.fr/v\" rel=\"noopener\">Vidéo</a>",
        ),
        ("a\n\n<!-- b\n\nc\n", "&lt;!-- b"),
        ("<script>a\n", "a"),
        ("{{<figure src=\"x\">}}\n", "{{&lt;figure src=\"x\"&gt;}}"),
        ("*a <div>b</div> c*\n", "b c"),
        ("<summary>a</summary>\n", "<p>a</p>"),
        ("<tr><td>a</td></tr>\n", "a"),
        ("<li>a</li>\n", "<ul><li>a</li>"),
        ("$a_1*b*c$\n", "$a_1*b*c$"),
        ("Terme\n: Définition\n", "<dt>Terme</dt>\n<dd>Définition</dd>"),
        ("&eacute;&nbsp;<p>&lt;b&gt;</p>\n", "é\u{a0}"),
    ] {
        let html = article_html(markdown).replace("&nbsp;", "\u{a0}");
        assert!(html.contains(shown), "{markdown}\n{html}");
    }
}

#[test]
fn callouts_of_other_dialects_are_callouts() {
    for markdown in [
        ":::warning[Avant]\nTexte\n:::\n",
        "::: warning Avant\nTexte\n:::\n",
        "!!! warning \"Avant\"\n    Texte\n",
        "??? warning \"Avant\"\n\n    Texte\n",
        "> [!warning] Avant\n> Texte\n",
    ] {
        let rendered = article(markdown);
        assert_eq!(
            rendered.html().as_str().replace('\n', ""),
            "<div class=\"alert alert-warning\" role=\"note\"><p class=\"alert-title\">Avant</p><p>Texte</p></div>",
            "{markdown}"
        );
        assert_eq!(kinds(&rendered), []);
        assert!(rendered.text().contains("Avant"));
    }
    let html = squeezed("1. a\n\n   :::tip\n   b\n   :::\n\n2. c\n");
    assert!(html.contains("<p>b</p></div></li><li><p>c</p></li></ol>"), "{html}");
}
