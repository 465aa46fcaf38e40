//! Texts made to be costly stay small and shallow.

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
        ("containers", many(":::tip\n", 4_500)),
        ("closed containers", many(":::tip\na\n:::\n", 2_500)),
        ("callouts", (0..170).map(|depth| format!("{}!!! note\n", "    ".repeat(depth))).collect()),
        ("stray ends", format!("::: pour service=a\n:::\n{}", many(":::\na\n", 5_000))),
        ("marks in code", many("```\n::: pour service=a\n```\n:::\n", 900)),
        ("marks in lines", many("a ::: pour profil=a\n", 1_600)),
        ("details", many("<details><summary>a</summary>\n\n", 900)),
        ("raw cells", format!("<table>{}", many("<tr><td>", 4_000))),
        ("raw tables", many("<table><tr><td>", 2_100)),
        ("raw lists", many("<ul><li>", 4_000)),
        ("raw links", many("<a href=x>", 3_200)),
        ("named places", many("<a name=x></a>", 2_200)),
        ("raw images", many("<img src=/fichiers/x>", 1_500)),
        ("raw headings", many("<h2>a</h2>", 3_200)),
        ("spans", format!("<table>{}", many("<td colspan=64 rowspan=1000>", 1_100))),
        ("unknown tags", many("<a-b>\n", 5_300)),
        ("unclosed scripts", many("<script>", 4_000)),
        ("unclosed values", many("<a b=\"", 4_500)),
        ("interrupted paragraphs", format!("a {}", many("<p>b</p>", 3_900))),
        ("mailboxes", many("a@", 16_000)),
        ("labels", many("www.", 8_000)),
        ("long mailboxes", format!("{}@a.fr", many("a", 31_000))),
        ("marks in addresses", format!("http://a.fr/{}", many("_a_/", 7_900))),
        ("more marks in addresses", many("http://a.fr/__b__ ", 1_750)),
        ("math", many("$a$", 10_000)),
        ("terms", many("a\n: b\n\n", 4_000)),
        ("uncalled notes", (0..2_600).map(|n| format!("[^{n}]: b\n\n")).collect()),
        ("defined for each", format!("[a]: /b\n\n{}", many("::: pour service=a\n[a]\n:::\n", 900))),
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
