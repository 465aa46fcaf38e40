//! The school of a filter: one of a short list, or found by its name or UAI where the reader reads many.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::access::Scope;
use crate::directory::{EstablishmentId, establishment, fold, store};
use crate::error::Result;
use crate::web::{Choice, Cx};

/// The most schools that stand in a list to choose from.
const LISTED: usize = 20;
/// The most schools that are offered for what was typed.
const OFFERED: usize = 10;

/// What the filter shows. Either `options` or `search` is used.
#[derive(Debug, Default, Serialize)]
pub(super) struct SchoolFilter {
    /// The number of the chosen school, or the text that was typed.
    value: String,
    options: Vec<Choice>,
    search: bool,
    /// What to say beside the field.
    error: Option<String>,
    /// The schools that the text may mean, by number.
    pub(super) offered: Vec<Choice>,
    #[serde(skip)]
    pub(super) chosen: Option<EstablishmentId>,
}

impl SchoolFilter {
    /// Reads `typed` (a number, a UAI, or words of a name) among the schools that `scopes` cover.
    pub(super) async fn load(cx: &Cx, typed: &str, scopes: &[Scope]) -> Result<Self> {
        let everywhere = scopes.contains(&Scope::Platform);
        let school = |scope: &Scope| if let Scope::Establishment(id) = scope { Some(*id) } else { None };
        let ids: BTreeSet<EstablishmentId> = scopes.iter().filter_map(school).collect();
        if !everywhere && ids.len() <= LISTED {
            let mut schools = store::establishments_by_id(cx.db(), ids).await?;
            schools.sort_by(|a, b| (&a.name_folded, a.id).cmp(&(&b.name_folded, b.id)));
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
        let covered = |school: &establishment::Model| scopes.iter().any(|s| s.covers(Scope::Establishment(school.id)));
        let mut found = meant(cx, typed).await?;
        found.retain(covered);
        match &found[..] {
            [] => filter.error = Some(cx.t("admin-school-unknown")),
            [school] => {
                filter.value = label(school);
                filter.chosen = Some(school.id);
            }
            several => {
                filter.error = Some(cx.t("admin-school-several"));
                filter.offered = several.iter().take(OFFERED).map(option).collect();
            }
        }
        Ok(filter)
    }

    /// Text was typed that means no one school: the list stays empty until it does.
    pub(super) fn is_open(&self) -> bool {
        self.error.is_some()
    }

    /// What a link to this filter carries.
    pub(super) fn parameter(&self) -> String {
        self.chosen.map(|id| id.to_string()).unwrap_or_default()
    }
}

/// The schools that `typed` may mean; one alone when it is a number, a UAI (also at the end, in brackets) or a full name.
async fn meant(cx: &Cx, typed: &str) -> Result<Vec<establishment::Model>> {
    if let Ok(id) = typed.parse::<EstablishmentId>() {
        return store::establishments_by_id(cx.db(), [id]).await;
    }
    let in_brackets = typed.strip_suffix(')').and_then(|text| text.rsplit_once('(')).map_or(typed, |(_, uai)| uai);
    if let Some(school) = store::establishment_by_uai(cx.db(), &in_brackets.trim().to_ascii_uppercase()).await? {
        return Ok(vec![school]);
    }
    let words = fold(typed);
    let mut found = store::establishments(cx.db()).await?;
    if let Some(exact) = found.iter().find(|school| school.name_folded == words) {
        return Ok(vec![exact.clone()]);
    }
    found.retain(|school| school.answers_to(&words));
    Ok(found)
}

fn option(school: &establishment::Model) -> Choice {
    Choice::new(school.id, label(school))
}

fn label(school: &establishment::Model) -> String {
    format!("{} ({})", school.name, school.uai)
}
