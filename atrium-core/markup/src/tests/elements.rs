//! The elements of Markdown.

use super::*;

#[test]
fn a_change_of_output_asks_for_a_new_renderer_version() {
    let markdown = "# Titre\n\nUn *mot* **fort** ~~barré~~ `code`[^1]\nhttps://a.fr\n\n- [x] fait\n- [ ] à faire\n\n\
                    | a | b |\n|---|--:|\n| 1 | 2 |\n\n> [!TIP]\n> Oui\n\n[^1]: Note\n";
    insta::assert_snapshot!(format!("version {RENDERER_VERSION}\n{}", post(markdown)), @r##"
    version 3
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

#[test]
fn cells_behind_the_last_column_are_shown_and_told() {
    let rendered = article("| a | b |\n|---|---|\n| 1 | 2 | trop | www.a.fr |\n| 3 | `x|y` |\n| 4 |\n");
    let html = rendered.html();
    assert!(html.as_str().contains("<td>2 | trop | <a href=\"https://www.a.fr\""), "{html:?}");
    assert!(html.as_str().contains("`x | y`"), "{html:?}");
    let lines: Vec<_> = rendered.problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [3, 4]);
    assert!(post("| a |\n|---|\n| 1 | 2 |").contains("1 | 2"));
}

#[test]
fn a_table_that_is_too_wide_keeps_its_text_in_cells() {
    let wide = |row: &str| format!("{}|\n{}|\n{row}\n", "|a".repeat(100), "|-".repeat(100));
    for html in [post(&wide("|x|")), article_html(&wide("|x|"))] {
        assert!(html.contains("</td></tr>"), "{html}");
        let outside =
            ["> <", "</td> ", "</th> ", "</td>a", "</th>a"].into_iter().find(|outside| html.contains(outside));
        assert_eq!(outside, None, "{html}");
        assert_eq!(html.matches("<th scope=\"col\">a").count(), 64);
        assert!(html.contains(&format!("<th scope=\"col\">{}</th></tr>", ["a"; 37].join(" "))), "{html}");
        assert!(html.contains(&format!("<tr><td>x</td>{}</tr>", "<td></td>".repeat(63))), "{html}");
    }
    let html = post(&wide(&format!("{}|", "|b".repeat(100))));
    assert!(html.contains(&format!("<td>{}</td></tr>", ["b"; 37].join(" "))), "{html}");
}
