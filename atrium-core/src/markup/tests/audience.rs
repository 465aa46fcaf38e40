//! Audience blocks: pieces and sections of their own, with their faults told.

use super::*;

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
