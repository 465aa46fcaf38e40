//! Audience blocks become pieces and sections of their own, and their faults are reported.

use proptest::prelude::*;

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

#[test]
fn what_is_for_nobody_is_not_shown_and_not_found() {
    let rendered = article("a\n\n::: pour profl=teacher\n## Titre\nSECRET\n:::\nb\n");
    assert_eq!(kinds(&rendered), [(3, ProblemKind::UnknownAudienceKey("profl".into()))]);
    for reader in [Reader::default(), Reader::default().with_profiles(["teacher"])] {
        assert!(!rendered.html_for(&reader).as_str().contains("SECRET"));
    }
    assert!(rendered.sections.iter().all(|section| !section.text.contains("SECRET")));
}

#[test]
fn definitions_serve_the_text_that_may_read_them() {
    let text = "[a] [b]\n\n::: pour service=moodle\n[a] [b]\n\n[b]: /secret\n:::\n\n[a]: /libre\n";
    let rendered = article(text);
    let hrefs = |audience: bool| -> Vec<_> {
        let blocks = rendered.blocks.iter().filter(|block| block.audience.is_some() == audience);
        blocks.map(|block| block.html.as_str().matches("href=").count()).collect()
    };
    assert_eq!((hrefs(false), hrefs(true)), (vec![1], vec![2]));
    assert_eq!(rendered.links.iter().filter(|link| link.href.as_deref() == Some("/secret")).count(), 1);
}

#[test]
fn a_text_that_costs_too_much_stays_addressed() {
    for costly in ["a *b*\n\n".repeat(20_000), "&lt; ".repeat(30_000)] {
        let text = format!("{costly}\n\n::: pour service=moodle\nSECRET\n:::\nfin\n");
        let rendered = article(&text);
        let public: String = rendered.blocks.iter().filter(|b| b.audience.is_none()).map(|b| b.html.as_str()).collect();
        assert!(!public.contains("SECRET") && public.contains("fin"));
        assert!(rendered.html().as_str().contains("SECRET") && !rendered.text().contains("SECRET"));
    }
}

/// The intended structure of a text: text for all and passages for some, inside other constructs.
#[derive(Clone, Debug)]
enum Part {
    Text,
    /// Stray lines that do not end a block.
    Noise(&'static str),
    Audience(Vec<Part>, Marks),
    /// A container of another dialect: its name, and whether its first and its last line are written.
    Other(Vec<Part>, &'static str, bool, bool),
    /// A list, a quote or an element around parts: the first and last line, and the prefix of each line.
    Around(Vec<Part>, &'static str, &'static str, &'static str),
}

/// The spelling of the marks of a block.
#[derive(Clone, Debug)]
struct Marks {
    before: &'static str,
    word: &'static str,
    colons: usize,
    ends: bool,
}

fn part() -> impl Strategy<Value = Part> {
    let noise = [
        "```\n",
        "<!--\n",
        "-->\n",
        "<div>\n",
        "</div>\n",
        "::: \u{200b}tip\n",
        "---\n",
        "- \n",
        "| a |\n|---|\n",
        "\n",
        "`",
        "<details>\n",
        "$$\n",
        "[^1]: a\n",
        "> ",
        "\t",
        "    x\n",
        "~~~ a\n",
        "<pre>\n",
        "<script>\n",
        "&",
        "!!! note\n",
    ];
    let leaf = prop_oneof![3 => Just(Part::Text), 1 => proptest::sample::select(noise.to_vec()).prop_map(Part::Noise)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let parts = proptest::collection::vec(inner, 0..4);
        let marks = (
            proptest::sample::select(vec!["", "", "", " ", "    ", "\t", "- ", "> ", "1. ", "  "]),
            proptest::sample::select(vec![
                "pour profil=teacher",
                "pour profil=teacher",
                "pour profl=teacher",
                "por profil=teacher",
                "pour",
                "Pour  profil = teacher",
                "pour teacher",
                "pour profil=teacher metier=x",
            ]),
            3_usize..6,
            proptest::bool::weighted(0.8),
        );
        let marks = marks.prop_map(|(before, word, colons, ends)| Marks { before, word, colons, ends });
        let around = proptest::sample::select(vec![
            ("- a", "", "  "),
            ("1. a", "", "   "),
            ("a", "", "> "),
            ("<details>\n<summary>a</summary>\n", "\n</details>", ""),
            ("<div>", "</div>", ""),
            ("<table><tr><td>", "</td></tr></table>", ""),
            ("!!! note", "", "    "),
        ]);
        prop_oneof![
            (parts.clone(), marks).prop_map(|(parts, marks)| Part::Audience(parts, marks)),
            (
                parts.clone(),
                proptest::sample::select(vec!["tip", "tabs", "details[Un titre]"]),
                any::<bool>(),
                any::<bool>()
            )
                .prop_map(|(parts, name, begins, ends)| Part::Other(parts, name, begins, ends)),
            (parts, around).prop_map(|(parts, (first, last, margin))| Part::Around(parts, first, last, margin)),
        ]
    })
}

/// A text being written, and the number of first and last lines of containers that are left out.
#[derive(Default)]
struct Written {
    text: String,
    without_first: usize,
    without_last: usize,
}

fn write(parts: &[Part], margin: &str, is_secret: bool, written: &mut Written) {
    for part in parts {
        match part {
            Part::Text => written.text.push_str(&format!("{margin}{}\n\n", if is_secret { "SECRET" } else { "libre" })),
            Part::Noise(noise) => {
                written.without_last += usize::from(noise.starts_with(":::"));
                written.text.push_str(&format!("{margin}{noise}"));
            }
            Part::Audience(parts, marks) => {
                let colons = ":".repeat(marks.colons);
                if !written.text.ends_with('\n') {
                    written.text.push('\n');
                }
                written.text.push_str(&format!("{margin}{}{colons} {}\n", marks.before, marks.word));
                write(parts, margin, true, written);
                if marks.ends {
                    written.text.push_str(&format!("\n{margin}{colons}\n"));
                } else {
                    written.without_last += 1;
                    written.text.push_str(&format!("{margin}\n"));
                }
            }
            Part::Other(parts, name, begins, ends) => {
                if *begins {
                    written.text.push_str(&format!("{margin}:::{name}\n"));
                }
                write(parts, margin, is_secret, written);
                written.without_first += usize::from(!begins && *ends && is_secret);
                written.without_last += usize::from(*begins && !ends);
                if *ends && (*begins || is_secret) {
                    written.text.push_str(&format!("{margin}:::\n"));
                }
            }
            Part::Around(parts, first, last, more) => {
                written.text.push_str(&format!("{margin}{first}\n\n"));
                write(parts, &format!("{margin}{more}"), is_secret, written);
                written.text.push_str(&format!("\n{margin}{last}\n"));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_passage_for_some_never_becomes_everyones(parts in proptest::collection::vec(part(), 0..6)) {
        let mut written = Written::default();
        write(&parts, "", false, &mut written);
        // A missing first line and a missing last line elsewhere make another valid text.
        prop_assume!(written.without_first == 0 || written.without_last == 0);
        let text = written.text;
        // Marks between two fences, or between the two ends of a comment, may be code or hidden: there is no way to
        // tell.
        prop_assume!(text.matches("```").count() < 2 && text.matches("~~~").count() < 2);
        prop_assume!(!(text.contains("<!--") && text.contains("-->")));
        let rendered = article(&text);
        for block in rendered.blocks.iter().filter(|block| block.audience.is_none()) {
            prop_assert!(!block.html.as_str().contains("SECRET"), "{}\n{:?}", text, rendered.blocks);
        }
        prop_assert!(!rendered.text().contains("SECRET"), "{}", text);
    }
}
