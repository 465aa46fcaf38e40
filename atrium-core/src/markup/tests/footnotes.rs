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
