//! Places to go on to if a search has no answer: the nearest services, a contact, and what plugins offer, as
//! visible to the reader.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::home::HomeLink;
use crate::request_context::RequestContext;
use atrium_platform::catalogue::{Reader, Service};
use atrium_platform::directory;
use atrium_platform::search::{SearchAnswer, Suggestion};
use atrium_platform::{Message, Result};

/// The most services shown.
const SERVICES: usize = 6;
/// The query that finds the page about contacts.
const WHOM: &str = "qui contacter";
/// The role of the people responsible for ATRIUM in a school.
const REFERENT: &str = "digital_referent";

/// Places to go on to.
#[derive(Serialize)]
pub(super) struct Elsewhere {
    /// Services, nearest to the question first.
    services: Vec<HomeLink>,
    /// `true` if one of them is near to the question; otherwise they are the reader's, in the catalogue's order.
    near: bool,
    /// `true` if there is a contact.
    asks: bool,
    /// A sentence about the contact.
    whom: Option<String>,
    /// The page that explains it.
    contact: Option<Contact>,
    /// What plugins offer, such as asking on the forum.
    ways: Vec<HomeLink>,
}

/// A page that explains something.
#[derive(Serialize)]
struct Contact {
    title: String,
    url: String,
    /// The language, if it is not the page's.
    lang: Option<String>,
}

impl Elsewhere {
    /// Collects the places for the reader of `cx`, whose `question` found only `answer`.
    pub(super) async fn of(cx: &RequestContext, question: &str, answer: &SearchAnswer) -> Result<Self> {
        let reader = cx.atrium().catalogue().reader(cx.actor());
        let mut ways = Vec::new();
        for plugin in cx.atrium().plugins() {
            ways.extend(plugin.unanswered(cx, question).await?);
        }
        let (whom, contact) = (whom(cx, &reader).await?, contact(cx).await?);
        let asks = whom.is_some() || contact.is_some() || !ways.is_empty();
        let near = answer.related && answer.hits.iter().any(|hit| hit.service.is_some());
        Ok(Self { services: services(cx, &reader, answer), near, asks, whom, contact, ways })
    }
}

/// Returns the services of related hits, then the others that the reader has.
fn services(cx: &RequestContext, reader: &Reader, answer: &SearchAnswer) -> Vec<HomeLink> {
    let all = cx.atrium().catalogue().services();
    // The Region's people and visitors have no school that would have services.
    let is_theirs = |service: &&Service| {
        reader.establishments.is_empty() && (service.everywhere || cx.actor().person().is_some())
            || reader.services.contains(&service.key)
    };
    let related = answer.hits.iter().filter(|_| answer.related);
    let near: Vec<_> = related.filter_map(|hit| hit.service.as_deref()).collect();
    let nearest = near.iter().filter_map(|key| all.iter().find(|service| service.key == *key));
    let others = all.iter().filter(|service| !near.contains(&service.key.as_str()));
    let mut seen = BTreeSet::new();
    let links = nearest.chain(others).filter(is_theirs).filter(|service| seen.insert(service.key.clone()));
    let link = |service: &Service| {
        let url = cx.service_page(&service.key)?;
        Some(HomeLink::new(cx.service_name(service), url))
    };
    links.filter_map(link).take(SERVICES).collect()
}

/// Returns the sentence about the contact: a school's people ask its digital referent, and a referent asks the
/// Region.
async fn whom(cx: &RequestContext, reader: &Reader) -> Result<Option<String>> {
    if cx.actor().person().is_none() {
        return Ok(Some(cx.t("core-search-whom-visitor")));
    }
    if reader.roles.contains(REFERENT) {
        return Ok(Some(cx.t("core-search-whom-referent")));
    }
    let schools = directory::establishments_by_id(cx.db(), reader.establishments.iter().copied()).await?;
    if schools.is_empty() {
        return Ok(None);
    }
    let mut names: Vec<_> = schools.into_iter().map(|school| school.name).collect();
    names.sort();
    Ok(Some(cx.message(&Message::new("core-search-whom-member").with("schools", names.join(", ")))))
}

async fn contact(cx: &RequestContext) -> Result<Option<Contact>> {
    // Suggestions are not written to the log of searches: the reader did not ask for this.
    let found = cx.atrium().finder().suggest(cx.actor(), WHOM, 1).await?;
    let contact = |found: Suggestion| Contact {
        title: super::plain(if found.section.is_empty() { &found.title } else { &found.section }),
        url: found.url,
        lang: (found.locale != cx.locale().tag() && !found.locale.is_empty()).then_some(found.locale),
    };
    let sources = cx.atrium().finder().sources();
    let explains = |found: &Suggestion| sources.iter().any(|source| source.kind() == found.kind && source.explains());
    Ok(found.into_iter().find(explains).map(contact))
}
