//! What the pages of opinions print. No reader is named, and no school: a comment and a small school are a person.

use atrium_core::clock::Timestamp;
use atrium_core::web::{Choice, Crumb, Pages, RequestContext, View};
use serde::Serialize;

use super::actions::ArticleOpinions;
use super::{Filter, Opinion, PATH, Tally, Verdict, article_path};
use crate::articles::Article;
use crate::paths;

/// Returns the way from the help to a page, by the page in between: readers of opinions may have no other right in the
/// administration.
fn breadcrumb(cx: &RequestContext, between: Option<(String, &str)>) -> Vec<Crumb> {
    let home = Crumb::to(cx.t("help-home-title"), paths::HOME);
    let between = between.into_iter().map(|(label, url)| Crumb::to(label, url));
    std::iter::once(home).chain(between).collect()
}

impl Filter {
    const CHOICES: [Self; 2] = [Self::WithComment, Self::NotUseful];

    /// Returns its spelling in addresses.
    fn value(self) -> &'static str {
        match self {
            Self::All => "",
            Self::WithComment => "commentaire",
            Self::NotUseful => "non",
        }
    }

    /// Parses what the address spells; `All` for an unknown word.
    pub(super) fn from_query(value: &str) -> Self {
        Self::CHOICES.into_iter().find(|filter| filter.value() == value).unwrap_or_default()
    }

    fn choices(cx: &RequestContext) -> Vec<Choice> {
        let label = |filter: Self| match filter {
            Self::WithComment => "help-opinions-with-comment",
            _ => "help-opinions-not-useful-only",
        };
        Self::CHOICES.into_iter().map(|filter| Choice::new(filter.value(), cx.t(label(filter)))).collect()
    }

    /// Returns the page that goes on from before the last of `rows`, where there are more than `page`; the rows of
    /// this one.
    fn pages<T>(self, path: &str, rows: &mut Vec<T>, page: u64, id: impl Fn(&T) -> i64) -> Pages {
        let page = usize::try_from(page).unwrap_or(usize::MAX);
        let more = rows.len() > page;
        rows.truncate(page);
        let last = rows.last().map(id).filter(|_| more);
        let next_url = last.map(|last| format!("{path}?filtre={}&avant={last}", self.value()));
        Pages::next(next_url)
    }
}

#[derive(Serialize)]
struct ArticleRow {
    title: String,
    url: String,
    useful: u64,
    not_useful: u64,
    newest: Timestamp,
}

/// `help/opinions`
#[derive(Serialize)]
pub(super) struct OpinionsView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    action: &'static str,
    filter: &'static str,
    filters: Vec<Choice>,
    articles: Vec<ArticleRow>,
    pagination: Pages,
}

impl View for OpinionsView {
    const TEMPLATE: &'static str = "help/opinions";
}

impl OpinionsView {
    pub(super) fn new(cx: &RequestContext, filter: Filter, mut opinions: Vec<ArticleOpinions>, page: u64) -> Self {
        let pagination = filter.pages(PATH, &mut opinions, page, |opinions| opinions.newest.0);
        let row = |opinions: ArticleOpinions| ArticleRow {
            url: article_path(&opinions.article.collection, &opinions.article.slug),
            title: opinions.article.title,
            useful: opinions.tally.useful,
            not_useful: opinions.tally.not_useful,
            newest: opinions.at,
        };
        Self {
            title: cx.t("help-opinions-title"),
            noindex: true,
            breadcrumb: breadcrumb(cx, None),
            action: PATH,
            filter: filter.value(),
            filters: Filter::choices(cx),
            articles: opinions.into_iter().map(row).collect(),
            pagination,
        }
    }
}

#[derive(Serialize)]
struct OpinionRow {
    useful: bool,
    comment: String,
    at: Timestamp,
}

/// `help/article-opinions`
#[derive(Serialize)]
pub(super) struct ArticleOpinionsView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    article_url: String,
    useful: u64,
    not_useful: u64,
    action: String,
    filter: &'static str,
    filters: Vec<Choice>,
    opinions: Vec<OpinionRow>,
    pagination: Pages,
}

impl View for ArticleOpinionsView {
    const TEMPLATE: &'static str = "help/article-opinions";
}

impl ArticleOpinionsView {
    pub(super) fn new(
        cx: &RequestContext,
        filter: Filter,
        article: Article,
        tally: Tally,
        mut opinions: Vec<Opinion>,
        page: u64,
    ) -> Self {
        let action = article_path(&article.collection, &article.slug);
        let pagination = filter.pages(&action, &mut opinions, page, |opinion| opinion.id.0);
        let row = |opinion: Opinion| OpinionRow {
            useful: opinion.verdict == Verdict::Useful,
            comment: opinion.comment,
            at: opinion.at,
        };
        Self {
            title: article.title,
            noindex: true,
            breadcrumb: breadcrumb(cx, Some((cx.t("help-opinions-title"), PATH))),
            article_url: paths::article_path(&article.collection, &article.slug),
            useful: tally.useful,
            not_useful: tally.not_useful,
            action,
            filter: filter.value(),
            filters: Filter::choices(cx),
            opinions: opinions.into_iter().map(row).collect(),
            pagination,
        }
    }
}
