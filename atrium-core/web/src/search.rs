//! Search: the page, the suggestions while typing, and the API, all through the platform's
//! [`Finder`](atrium_platform::search::Finder).

mod elsewhere;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::SEARCH_PATH;
use super::form::{Json, Query, searched};
use super::locale::Locale;
use super::parts::Pages;
use super::request_context::{RequestContext, View};
use super::routes::{Routes, Who};
use atrium_platform::clock::Timestamp;
use atrium_platform::search::{Badge, Fragment, Hit, SearchAnswer, SearchRequest};
use atrium_platform::{Error, Message, Result};
use elsewhere::Elsewhere;

/// The results per page.
const PAGE: usize = 10;
/// The last page: after a hundred pages, other words find more.
const LAST: usize = SearchRequest::DEPTH / PAGE;
/// Longest key of a service or collection, in bytes: results link to it a dozen times.
const LONGEST_KEY: usize = 200;
/// Suggestions offered while typing.
const SUGGESTIONS: usize = 6;

pub(super) fn declare(routes: &mut Routes) {
    routes.list(SEARCH_PATH, Who::Anyone, show);
    routes.list("/recherche/suggestions", Who::Anyone, suggest);
    routes.operation(Who::Anyone, routes!(api));
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct Params {
    /// The query: any text. `"…"` is exact, `-word` excludes.
    #[serde(default, deserialize_with = "searched")]
    q: String,
    /// Only this kind of documents, which a plugin brings.
    kind: Option<String>,
    /// Only this service or collection.
    service: Option<String>,
    /// Page, from 1. Hits after the first 1,000 are not given.
    page: Option<usize>,
    /// Hits of a page, 50 at most.
    limit: Option<usize>,
}

/// Searches as the reader.
async fn find(cx: &RequestContext, asked: &Params, limit: usize, offset: usize) -> Result<SearchAnswer> {
    if asked.service.as_deref().is_some_and(|service| service.len() > LONGEST_KEY) {
        return Err(Error::invalid_field("service", Message::new("field-unknown-choice")));
    }
    let known = |kind: &str| cx.atrium().finder().sources().iter().any(|source| source.kind() == kind);
    if asked.kind.as_deref().is_some_and(|kind| !kind.is_empty() && !known(kind)) {
        return Err(Error::invalid_field("kind", Message::new("field-unknown-choice")));
    }
    let mut request = SearchRequest::new(asked.q.clone()).in_locale(cx.locale().tag()).page(limit, offset);
    request.kinds = asked.kind.iter().filter(|kind| !kind.is_empty()).cloned().collect();
    request.services = asked.service.iter().filter(|service| !service.is_empty()).cloned().collect();
    cx.atrium().finder().search(cx.actor(), request).await
}

/// The result of a search.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct ApiAnswer {
    hits: Vec<ApiHit>,
    /// Hits over all pages, those after the first 1,000 included.
    total: usize,
    /// `true` if there may be more than `total`, because the words occur in very many documents.
    total_is_lower_bound: bool,
    /// `true` if one of the first hits matches enough of the query to be an answer. Otherwise the hits, five at
    /// most, are only distantly related.
    answered: bool,
    /// `true` if the query contains no word to look for (« dans le »). There are no hits then.
    wordless: bool,
    /// Hits per kind, whatever kinds were asked for. Lower bounds if `total_is_lower_bound`.
    kinds: BTreeMap<String, usize>,
    /// Hits per service, whatever services were asked for. Lower bounds if `total_is_lower_bound`.
    services: BTreeMap<String, usize>,
    /// The probably intended query, if it contains a misspelt word and the correction finds other results first.
    corrected: Option<String>,
    /// `true` while the index is being filled, so that hits may be missing.
    partial: bool,
    took_ms: f64,
}

/// An article or topic, with the section that matches best.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct ApiHit {
    kind: String,
    id: String,
    source: String,
    url: String,
    title: String,
    section: String,
    excerpt: String,
    breadcrumb: Vec<String>,
    service: Option<String>,
    badges: Vec<&'static str>,
    /// Last change of the text; absent for an introduction, which has no date.
    updated: Option<String>,
    score: f32,
    more: Vec<ApiSection>,
}

/// Another section of the same article.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct ApiSection {
    id: String,
    url: String,
    section: String,
    excerpt: String,
}

fn plain(fragments: &[Fragment]) -> String {
    fragments.iter().map(|fragment| fragment.text.as_str()).collect()
}

/// Returns when the text of `hit` changed last, if it has a date.
fn date(hit: &Hit) -> Option<Timestamp> {
    (hit.updated > 0).then_some(Timestamp(hit.updated))
}

impl ApiHit {
    fn new(cx: &RequestContext, hit: Hit) -> Self {
        Self {
            url: cx.href(&hit.url),
            title: plain(&hit.title),
            section: plain(&hit.section),
            excerpt: plain(&hit.excerpt),
            badges: hit.badges.iter().map(|badge| badge.key()).collect(),
            updated: date(&hit).map(Timestamp::to_rfc3339),
            more: hit
                .more
                .iter()
                .map(|more| ApiSection {
                    id: more.id.clone(),
                    url: cx.href(&more.url),
                    section: plain(&more.section),
                    excerpt: plain(&more.excerpt),
                })
                .collect(),
            kind: hit.kind,
            id: hit.id,
            source: hit.source,
            breadcrumb: hit.breadcrumb,
            service: hit.service,
            score: hit.score,
        }
    }
}

/// Searches help and forum as the caller may see them.
#[utoipa::path(get, path = "/api/v1/search", params(Params), responses((status = 200, body = ApiAnswer)))]
pub(super) async fn api(cx: RequestContext, Query(asked): Query<Params>) -> Result<Json<ApiAnswer>> {
    let limit = asked.limit.unwrap_or(PAGE);
    if !(1..=SearchRequest::LIMIT).contains(&limit) {
        let message = Message::new("field-range").with("min", 1).with("max", SearchRequest::LIMIT);
        return Err(Error::invalid_field("limit", message));
    }
    let offset = asked.page.unwrap_or(1).saturating_sub(1).saturating_mul(limit);
    let mut answer = find(&cx, &asked, limit, offset).await?;
    if cx.atrium().is_index_whole() {
        answer.keep_distant(offset);
    }
    Ok(Json(ApiAnswer {
        total: answer.total,
        total_is_lower_bound: answer.total_is_lower_bound,
        answered: answer.answered,
        wordless: answer.wordless,
        kinds: answer.kinds,
        services: answer.services,
        corrected: answer.corrected,
        partial: !cx.atrium().is_index_whole(),
        took_ms: answer.took.as_secs_f64() * 1000.0,
        hits: answer.hits.into_iter().map(|hit| ApiHit::new(&cx, hit)).collect(),
    }))
}

#[derive(Serialize)]
struct Suggestions {
    suggestions: Vec<SuggestionView>,
}

#[derive(Serialize)]
struct SuggestionView {
    title: String,
    section: String,
    url: String,
    kind: String,
    /// The language of the suggestion.
    lang: &'static str,
}

/// `GET /recherche/suggestions?q=`
async fn suggest(cx: RequestContext, Query(asked): Query<Params>) -> Result<Json<Suggestions>> {
    let found = cx.atrium().finder().suggest(cx.actor(), asked.q, SUGGESTIONS).await?;
    let view = |suggestion: atrium_platform::search::Suggestion| SuggestionView {
        title: plain(&suggestion.title),
        section: plain(&suggestion.section),
        url: cx.href(&suggestion.url),
        kind: suggestion.kind,
        // The content of help and forum is in French.
        lang: Locale::Fr.tag(),
    };
    Ok(Json(Suggestions { suggestions: found.into_iter().map(view).collect() }))
}

#[derive(Serialize)]
struct ResultsView {
    title: String,
    query: String,
    total: usize,
    /// `true` if there may be more than `total`.
    more: bool,
    noindex: bool,
    /// `true` while the index is being filled, so that results may be missing.
    filling: bool,
    /// `true` if the query only excludes words.
    only_excludes: bool,
    /// `true` if the query has no word to look for.
    wordless: bool,
    /// The same search without its filters, if it has some.
    unfiltered_url: Option<String>,
    did_you_mean: Option<Correction>,
    /// Other places to ask, if there is no answer: the groups are then only distantly related.
    elsewhere: Option<Elsewhere>,
    groups: Vec<GroupView>,
    facets: Vec<FacetView>,
    pagination: Option<Pages>,
}

#[derive(Serialize)]
struct Correction {
    query: String,
    url: String,
}

#[derive(Serialize)]
struct GroupView {
    kind: String,
    kind_label: String,
    /// The language of the result, if it is not the page's.
    lang: Option<String>,
    title: Vec<Fragment>,
    url: String,
    breadcrumb: Vec<String>,
    updated: Option<Timestamp>,
    badges: Vec<BadgeView>,
    sections: Vec<SectionView>,
}

#[derive(Serialize)]
struct BadgeView {
    kind: &'static str,
    label: String,
}

#[derive(Serialize)]
struct SectionView {
    title: Vec<Fragment>,
    url: String,
    excerpt: Vec<Fragment>,
}

#[derive(Serialize)]
struct FacetView {
    label: String,
    options: Vec<FacetOption>,
}

#[derive(Serialize)]
struct FacetOption {
    label: String,
    /// The language of the label; empty for the page's.
    lang: &'static str,
    count: usize,
    /// `true` if there may be more than `count`.
    more: bool,
    url: String,
    current: bool,
}

impl View for ResultsView {
    const TEMPLATE: &'static str = "search/results";
}

/// `GET /recherche?q=&kind=&service=&page=`
async fn show(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let mut page = asked.page.unwrap_or(1).clamp(1, LAST);
    let mut answer = find(&cx, &asked, PAGE, (page - 1) * PAGE).await?;
    if answer.hits.is_empty() && answer.total > 0 && page > 1 {
        // A page beyond the end shows the last one.
        page = answer.total.div_ceil(PAGE).min(LAST);
        answer = find(&cx, &asked, PAGE, (page - 1) * PAGE).await?;
    }
    let is_whole = cx.atrium().is_index_whole();
    if is_whole {
        answer.keep_distant((page - 1) * PAGE);
    }
    let names = collection_names(&cx, &answer).await?;
    let query = asked.q.trim().to_owned();
    let only_excludes = !query.is_empty() && query.split_whitespace().all(|word| word.starts_with('-'));
    // While the index is being filled, the answer may be missing yet.
    let asks = !(query.is_empty() || only_excludes || answer.wordless);
    let elsewhere = if !asks || answer.answered || (!is_whole && answer.total > 0) {
        None
    } else {
        Some(Elsewhere::of(&cx, &query, &answer).await?)
    };
    let title = if query.is_empty() {
        cx.t("core-search-title")
    } else {
        cx.message(&Message::new("core-search-title-for").with("query", &query))
    };
    let view = ResultsView {
        title,
        total: answer.total,
        more: answer.total_is_lower_bound,
        noindex: true,
        only_excludes,
        wordless: answer.wordless,
        unfiltered_url: unfiltered_url(&asked),
        elsewhere,
        filling: !is_whole,
        did_you_mean: answer.corrected.clone().map(|corrected| Correction {
            url: address(&Params { q: corrected.clone(), ..asked.clone() }, 1),
            query: corrected,
        }),
        facets: facets(&cx, &asked, &answer, &names),
        pagination: pagination(&asked, page, answer.total),
        groups: answer.hits.into_iter().map(|hit| group(&cx, hit)).collect(),
        query,
    };
    cx.fresh_page(&view)
}

fn group(cx: &RequestContext, hit: Hit) -> GroupView {
    let updated = date(&hit);
    let first = SectionView { title: hit.section, url: hit.url.clone(), excerpt: hit.excerpt };
    let more = hit.more.into_iter();
    let more = more.map(|more| SectionView { title: more.section, url: more.url, excerpt: more.excerpt });
    let badge_view = |mark: &Badge| BadgeView {
        kind: mark.key(),
        label: cx.message(&Message::new(format!("core-badge-{}", mark.key()))),
    };
    // The breadcrumb ends before the article: its title is shown below.
    let title = plain(&hit.title);
    let breadcrumb = hit.breadcrumb.into_iter().take_while(|step| *step != title).collect();
    GroupView {
        lang: (hit.locale != cx.locale().tag() && !hit.locale.is_empty()).then_some(hit.locale),
        kind_label: kind_label(cx, &hit.kind),
        title: hit.title,
        url: hit.url.split('#').next().unwrap_or_default().to_owned(),
        breadcrumb,
        updated,
        badges: hit.badges.iter().map(badge_view).collect(),
        sections: std::iter::once(first).chain(more).collect(),
        kind: hit.kind,
    }
}

fn kind_label(cx: &RequestContext, kind: &str) -> String {
    cx.message(&Message::new(format!("search-kind-{kind}")))
}

/// Returns the path of the results for these filters.
fn address(asked: &Params, page: usize) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let mut url = format!("{SEARCH_PATH}?q={}", encode(asked.q.trim()));
    for (name, value) in [("kind", &asked.kind), ("service", &asked.service)] {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            url.push_str(&format!("&{name}={}", encode(value)));
        }
    }
    if page > 1 {
        url.push_str(&format!("&page={page}"));
    }
    url
}

fn unfiltered_url(asked: &Params) -> Option<String> {
    let filtered = [&asked.kind, &asked.service].into_iter().flatten().any(|value| !value.is_empty());
    filtered.then(|| address(&Params { q: asked.q.clone(), ..Params::default() }, 1))
}

/// Returns the names of collections other than services, from the plugins that have them.
async fn collection_names(cx: &RequestContext, answer: &SearchAnswer) -> Result<HashMap<String, String>> {
    let catalogue = cx.atrium().catalogue();
    let unknown = answer.services.keys().filter(|key| catalogue.service(key).is_none());
    let unknown: Vec<_> = unknown.cloned().collect();
    let mut names = HashMap::new();
    if !unknown.is_empty() {
        for plugin in cx.atrium().plugins() {
            names.extend(plugin.collection_names(cx, &unknown).await?);
        }
    }
    Ok(names)
}

/// Iterates over counts, largest first.
fn most_first(counts: &BTreeMap<String, usize>) -> impl Iterator<Item = (&String, &usize)> {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(key, count)| (Reverse(**count), (*key).clone()));
    counts.into_iter()
}

fn facets(
    cx: &RequestContext,
    asked: &Params,
    answer: &SearchAnswer,
    names: &HashMap<String, String>,
) -> Vec<FacetView> {
    let more = answer.total_is_lower_bound;
    let kinds = most_first(&answer.kinds).map(|(kind, count)| {
        let current = asked.kind.as_deref() == Some(kind);
        let kind_asked = (!current).then(|| kind.clone());
        let url = address(&Params { kind: kind_asked, ..asked.clone() }, 1);
        FacetOption { label: kind_label(cx, kind), lang: "", count: *count, more, url, current }
    });
    let services = cx.atrium().catalogue().services();
    let by_service = most_first(&answer.services).take(8).map(|(key, count)| {
        let current = asked.service.as_deref() == Some(key);
        let service = (!current).then(|| key.clone());
        let service_of = services.iter().find(|service| service.key == *key);
        let lang = cx.language_of(service_of.map_or("", |service| &service.name_en));
        let name = service_of.map(|service| cx.service_name(service));
        let name = name.or_else(|| names.get(key).map(String::as_str)).unwrap_or(key);
        let url = address(&Params { service, ..asked.clone() }, 1);
        FacetOption { label: name.to_owned(), lang, count: *count, more, url, current }
    });
    let facets =
        [("core-search-facet-kind", kinds.collect::<Vec<_>>()), ("core-search-facet-service", by_service.collect())];
    let useful =
        facets.into_iter().filter(|(_, options)| options.len() > 1 || options.iter().any(|option| option.current));
    useful.map(|(label, options)| FacetView { label: cx.t(label), options }).collect()
}

fn pagination(asked: &Params, page: usize, total: usize) -> Option<Pages> {
    let previous_url = (page > 1).then(|| address(asked, page - 1));
    let next_url = (page < LAST && page * PAGE < total).then(|| address(asked, page + 1));
    (previous_url.is_some() || next_url.is_some()).then(|| Pages::new(previous_url, next_url))
}
