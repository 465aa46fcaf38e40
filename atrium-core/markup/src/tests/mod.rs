//! The rules of rendering, the classics of hostile input, and bombs.

mod audience;
mod bombs;
mod elements;
mod footnotes;
mod headings;
mod hostile;
mod links;
mod raw_html;

use super::*;

pub(super) fn post(markdown: &str) -> String {
    render(markdown, &Options::post("7")).html().as_str().to_owned()
}

pub(super) fn links(path: &str) -> Option<String> {
    ["casier/rendre", "messagerie/ecrire"].contains(&path).then(|| format!("/aide/{path}"))
}

pub(super) fn article(markdown: &str) -> Rendered {
    render(markdown, &Options::article("casier/rendre", &links).reserved_ids(&["contenu"]))
}

pub(super) fn article_html(markdown: &str) -> String {
    article(markdown).html().as_str().to_owned()
}

pub(super) fn kinds(rendered: &Rendered) -> Vec<(usize, ProblemKind)> {
    rendered.problems.iter().map(|problem| (problem.line, problem.kind.clone())).collect()
}
