//! Footnotes.

use super::*;

#[test]
fn footnotes_are_numbered_by_call_and_come_last() {
    let html = post("a[^x] b[^y] c[^x] d[^z]\n\n[^y]: Y[^w]\n[^x]: X\n[^w]: W\n[^unused]: U\n");
    assert!(html.contains("<a href=\"#post-7-note:1\" id=\"post-7-appel:1\" rel=\"nofollow ugc noopener\">1</a>"));
    assert_eq!(html.matches("id=\"post-7-appel:1\"").count(), 1);
    assert!(html.contains("d[^z]"));
    assert!(
        html.contains("<li id=\"post-7-note:3\" value=\"3\"><p>W <a href=\"#post-7-appel:3\" class=\"footnote-back\"")
    );
    assert!(html.ends_with("<li id=\"post-7-note:4\" value=\"4\"><p>U</p>\n</li>\n</ol></section>\n"), "{html}");
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
fn notes_that_do_not_meet_a_call_are_told_and_shown() {
    let rendered = article("Texte[^absente] et `[^code]`.\n\n[^jamais]: Une précision.\n[^Vu]: x\n\na[^vu]\n");
    let expected = [(1, ProblemKind::UndefinedNote("absente".into())), (3, ProblemKind::UncalledNote("jamais".into()))];
    assert_eq!(kinds(&rendered), expected);
    let html = rendered.html();
    assert!(html.as_str().contains("Texte[^absente]") && html.as_str().contains("Une précision."), "{html:?}");
}

#[test]
fn a_note_written_for_some_is_not_shown_to_all() {
    let rendered = article("a[^1]\n\n::: pour service=moodle\nb[^1]\n\n[^1]: secret\n[^2]: jamais appelée\n:::\n");
    let public: String = rendered.blocks.iter().filter(|b| b.audience.is_none()).map(|b| b.html.as_str()).collect();
    assert_eq!(public, "<p>a[^1]</p>\n");
    assert!(!rendered.text().contains("secret") && !rendered.text().contains("jamais"));
    assert!(rendered.html().as_str().contains("secret") && rendered.html().as_str().contains("jamais appelée"));
}
