//! Where a reader may go on when nothing answers what they asked: the nearest services, whom to ask, and what plugins
//! offer. Only what they may see.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::cx::Cx;
use crate::home::HomeLink;
use atrium_platform::catalogue::{Reader, service};
use atrium_platform::directory::store;
use atrium_platform::search::{SearchAnswer, Suggestion};
use atrium_platform::{Message, Result};

/// Services shown at most.
const SERVICES: usize = 6;
/// What finds the help's page about whom to ask.
const WHOM: &str = "qui contacter";
/// The role of those who answer for ATRIUM in a school.
const REFERENT: &str = "digital_referent";

/// Where to go on.
#[derive(Serialize)]
pub(super) struct Elsewhere {
    /// Services, those nearest to the question first.
    services: Vec<HomeLink>,
    /// Is one of them near to the question? Otherwise they are the reader's, in the catalogue's order.
    near: bool,
    /// Is there somebody to ask?
    asks: bool,
    /// Whom to ask, in a sentence.
    whom: Option<String>,
    /// The help's page about that.
    contact: Option<Contact>,
    /// What plugins offer: to ask on the forum.
    ways: Vec<HomeLink>,
}

/// A page of the help.
#[derive(Serialize)]
struct Contact {
    title: String,
    url: String,
    /// Its language, where it is not the page's.
    lang: Option<String>,
}

impl Elsewhere {
    /// For the reader of `cx`, who asked `question` and found no more than `answer`.
    pub(super) async fn of(cx: &Cx, question: &str, answer: &SearchAnswer) -> Result<Self> {
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

/// The services of the hits about the same things, then the others that the reader has.
fn services(cx: &Cx, reader: &Reader, answer: &SearchAnswer) -> Vec<HomeLink> {
    let all = cx.atrium().catalogue().services();
    // The Region's people and visitors belong to no school, whose services they would have.
    let is_theirs = |service: &&service::Model| {
        reader.establishments.is_empty() && (service.everywhere || cx.actor().person().is_some())
            || reader.services.contains(&service.key)
    };
    let related = answer.hits.iter().filter(|_| answer.related);
    let near: Vec<_> = related.filter_map(|hit| hit.service.as_deref()).collect();
    let nearest = near.iter().filter_map(|key| all.iter().find(|service| service.key == *key));
    let others = all.iter().filter(|service| !near.contains(&service.key.as_str()));
    let mut seen = BTreeSet::new();
    let links = nearest.chain(others).filter(is_theirs).filter(|service| seen.insert(service.key.clone()));
    let link = |service: &service::Model| {
        let url = cx.service_page(&service.key)?;
        Some(HomeLink::new(cx.service_name(service), url))
    };
    links.filter_map(link).take(SERVICES).collect()
}

/// A school's people ask its digital referent, and a referent asks the Region.
async fn whom(cx: &Cx, reader: &Reader) -> Result<Option<String>> {
    if cx.actor().person().is_none() {
        return Ok(Some(cx.t("core-search-whom-visitor")));
    }
    if reader.roles.contains(REFERENT) {
        return Ok(Some(cx.t("core-search-whom-referent")));
    }
    let schools = store::establishments_by_id(cx.db(), reader.establishments.iter().copied()).await?;
    if schools.is_empty() {
        return Ok(None);
    }
    let mut names: Vec<_> = schools.into_iter().map(|school| school.name).collect();
    names.sort();
    Ok(Some(cx.message(&Message::new("core-search-whom-member").with("schools", names.join(", ")))))
}

async fn contact(cx: &Cx) -> Result<Option<Contact>> {
    // Suggestions are not written to the log of searches: the reader did not ask for this.
    let found = cx.atrium().finder().suggest(cx.actor(), WHOM, 1).await?;
    let contact = |found: Suggestion| Contact {
        title: super::plain(if found.section.is_empty() { &found.title } else { &found.section }),
        url: found.url,
        lang: (found.locale != cx.locale().tag() && !found.locale.is_empty()).then_some(found.locale),
    };
    Ok(found.into_iter().find(|found| found.kind == "help").map(contact))
}
