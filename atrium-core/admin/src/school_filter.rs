//! The school of a filter: one of a short list, or found by its name or UAI if the reader reads many.

use std::collections::BTreeSet;

use serde::Serialize;

use atrium_platform::Result;
use atrium_platform::access::Scope;
use atrium_platform::directory::{self, Establishment, EstablishmentId};
use atrium_web::schools::{LISTED, OFFERED, label, meant};
use atrium_web::{Choice, RequestContext};

/// The fields of the filter. Either `options` or `search` is used.
#[derive(Debug, Default, Serialize)]
pub(super) struct SchoolFilter {
    /// The id of the chosen school, or the typed text.
    value: String,
    options: Vec<Choice>,
    search: bool,
    /// The message beside the field.
    error: Option<String>,
    /// The schools that the text may mean, by id.
    pub(super) offered: Vec<Choice>,
    #[serde(skip)]
    pub(super) chosen: Option<EstablishmentId>,
}

impl SchoolFilter {
    /// Looks `typed` (an id, a UAI, or words of a name) up among the schools that `scopes` cover.
    pub(super) async fn load(cx: &RequestContext, typed: &str, scopes: &[Scope]) -> Result<Self> {
        let everywhere = scopes.contains(&Scope::Platform);
        let school = |scope: &Scope| if let Scope::Establishment(id) = scope { Some(*id) } else { None };
        let ids: BTreeSet<EstablishmentId> = scopes.iter().filter_map(school).collect();
        if !everywhere && ids.len() <= LISTED {
            let schools = in_order(directory::establishments_by_id(cx.db(), ids).await?);
            let chosen = typed.parse().ok();
            return Ok(Self {
                value: chosen.map(|id: EstablishmentId| id.to_string()).unwrap_or_default(),
                options: schools.iter().map(option).collect(),
                chosen,
                ..Self::default()
            });
        }
        let mut filter = Self { value: typed.to_owned(), search: true, ..Self::default() };
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(filter);
        }
        let mut schools = match typed.parse::<EstablishmentId>() {
            Ok(id) => directory::establishments_by_id(cx.db(), [id]).await?,
            Err(_) if everywhere => directory::establishments(cx.db()).await?,
            Err(_) => in_order(directory::establishments_by_id(cx.db(), ids).await?),
        };
        schools.retain(|school| scopes.iter().any(|s| s.covers(Scope::Establishment(school.id))));
        let found = match typed.parse::<EstablishmentId>() {
            Ok(_) => schools.iter().collect(),
            Err(_) => meant(typed, &schools),
        };
        match &found[..] {
            [] => filter.error = Some(cx.t("admin-school-unknown")),
            [school] => {
                filter.value = label(school);
                filter.chosen = Some(school.id);
            }
            several => {
                filter.error = Some(cx.t("admin-school-several"));
                filter.offered = several.iter().take(OFFERED).map(|school| option(school)).collect();
            }
        }
        Ok(filter)
    }

    /// Returns `true` if the text does not mean exactly one school: the list is empty until it does.
    pub(super) fn is_open(&self) -> bool {
        self.error.is_some()
    }

    /// Returns the parameter of a link to this filter.
    pub(super) fn parameter(&self) -> String {
        self.chosen.map(|id| id.to_string()).unwrap_or_default()
    }
}

/// Returns the schools in the order of their names.
fn in_order(mut schools: Vec<Establishment>) -> Vec<Establishment> {
    schools.sort_by(|a, b| (&a.name_folded, a.id).cmp(&(&b.name_folded, b.id)));
    schools
}

fn option(school: &Establishment) -> Choice {
    Choice::new(school.id, label(school)).in_language("fr")
}
