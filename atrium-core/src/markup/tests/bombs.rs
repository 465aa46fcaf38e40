//! Bombs: texts made to cost much stay small and shallow.

use std::fmt::Write as _;

use super::*;

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
