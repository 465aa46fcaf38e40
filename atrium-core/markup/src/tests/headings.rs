//! Headings and their ids.

use proptest::prelude::*;

use super::*;

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
fn a_heading_keeps_its_own_name_before_a_numbered_one() {
    let rendered = article("## Chapitre\n\n## Chapitre\n\n## Chapitre 2\n\n<h2>Chapitre 3</h2>\n");
    let ids: Vec<&str> = rendered.anchors.iter().map(|anchor| anchor.id.as_str()).collect();
    assert_eq!(ids, ["chapitre", "chapitre-3", "chapitre-2", "chapitre-3-2"]);
    assert!(rendered.html().as_str().contains("<h3 id=\"chapitre-3-2\">Chapitre 3</h3>"));
}

proptest! {
    #[test]
    fn a_slug_of_a_slug_is_itself(text in "\\PC{0,100}") {
        let once = slug(&text);
        prop_assert_eq!(slug(&once), once);
    }
}
