//! What the desk's pages print.

use atrium_core::clock::Timestamp;
use atrium_core::directory::{self, Establishment, EstablishmentId, Group, GroupId, GroupKind};
use atrium_core::sea_orm::{ActiveEnum, Iterable};
use atrium_core::web::{Choice, FieldErrors, Pages, RequestContext, View};
use atrium_core::{Message, Result};
use serde::Serialize;

use super::{Level, routes, store, tablet};
use crate::requests::{self, RequestId};

#[derive(Serialize)]
struct Link {
    label: String,
    url: String,
}

/// The page everybody may read, with the reader's own desks below.
#[derive(Serialize)]
pub(super) struct About {
    title: String,
    desks: Vec<Link>,
    requests_url: Option<&'static str>,
}

impl View for About {
    const TEMPLATE: &'static str = "loans/about";
}

impl About {
    pub(super) fn of(cx: &RequestContext, desks: &[Establishment], decides: bool) -> Self {
        let link = |school: &Establishment| Link { label: school.name.clone(), url: routes::desk(&school.uai) };
        let requests_url = decides.then_some(requests::routes::LIST);
        Self { title: cx.t("loans-title"), desks: desks.iter().map(link).collect(), requests_url }
    }
}

#[derive(Serialize)]
struct TabletView {
    label: String,
    lend_url: String,
    return_url: String,
    pupil: Option<String>,
    since: Option<Timestamp>,
}

/// A school's stock, its loans and its requests.
#[derive(Serialize)]
pub(super) struct Desk {
    title: String,
    about_url: &'static str,
    register_url: String,
    ask_url: String,
    tablets: Vec<TabletView>,
    free: usize,
    requests: Vec<requests::view::RequestView>,
    pagination: Pages,
    label: String,
    errors: FieldErrors,
}

impl View for Desk {
    const TEMPLATE: &'static str = "loans/desk";
}

impl Desk {
    /// Creates the page, with its requests from before `before`.
    pub(super) async fn of(cx: &RequestContext, school: &Establishment, before: Option<RequestId>) -> Result<Self> {
        let (requests, pagination) = requests::view::of_school(cx, school, before).await?;
        let stock = store::stock(cx.db(), school.id).await?;
        let pupils: Vec<_> = stock.iter().filter_map(|(_, loan)| Some(loan.as_ref()?.pupil_id)).collect();
        let people = directory::people(cx.db(), &pupils).await?;
        let name = |id| people.iter().find(|person| person.id == id).map(|person| person.display_name.clone());
        let tablet = |(tablet, loan): &(tablet::Model, Option<super::loan::Model>)| TabletView {
            label: tablet.label.clone(),
            lend_url: routes::tablet(&school.uai, tablet.id),
            return_url: routes::take_back(&school.uai, tablet.id),
            pupil: loan.as_ref().and_then(|loan| name(loan.pupil_id)),
            since: loan.as_ref().map(|loan| loan.lent_at),
        };
        Ok(Self {
            title: school.name.clone(),
            about_url: routes::ABOUT,
            register_url: routes::tablets(&school.uai),
            ask_url: requests::routes::ask_path(&school.uai),
            free: stock.iter().filter(|(_, loan)| loan.is_none()).count(),
            tablets: stock.iter().map(tablet).collect(),
            requests,
            pagination,
            label: String::new(),
            errors: FieldErrors::new(),
        })
    }

    /// Adds a refused label and its problems to the page.
    pub(super) fn with(mut self, label: String, errors: FieldErrors) -> Self {
        self.label = label;
        self.errors = errors;
        self
    }
}

/// Handing a tablet over: first the class, then the pupil.
#[derive(Serialize)]
pub(super) struct Lend {
    title: String,
    desk: Link,
    url: String,
    class: String,
    classes: Vec<Choice>,
    pupils: Vec<Choice>,
    levels: Vec<Choice>,
    errors: FieldErrors,
}

impl View for Lend {
    const TEMPLATE: &'static str = "loans/lend";
}

impl Lend {
    pub(super) async fn of(
        cx: &RequestContext,
        school: &Establishment,
        tablet: &tablet::Model,
        class: Option<GroupId>,
        errors: FieldErrors,
    ) -> Result<Self> {
        let classes = classes(cx, school.id).await?;
        let class = class.filter(|class| classes.iter().any(|group| group.id == *class));
        let pupils = match class {
            Some(class) => store::class(cx.db(), school.id, class, cx.actor().now()).await?,
            None => Vec::new(),
        };
        let level = |level: Level| {
            let value = level.to_value();
            Choice::new(&value, cx.message(&Message::new(format!("loans-level-{value}"))))
        };
        Ok(Self {
            title: cx.message(&Message::new("loans-lend-title").with("label", &tablet.label)),
            desk: Link { label: school.name.clone(), url: routes::desk(&school.uai) },
            url: routes::tablet(&school.uai, tablet.id),
            class: class.map(|class| class.to_string()).unwrap_or_default(),
            classes: classes.into_iter().map(|g| Choice::new(g.id, g.name)).collect(),
            pupils: pupils.into_iter().map(|p| Choice::new(p.id, p.display_name)).collect(),
            levels: Level::iter().map(level).collect(),
            errors,
        })
    }
}

async fn classes(cx: &RequestContext, school: EstablishmentId) -> Result<Vec<Group>> {
    let groups = directory::groups(cx.db(), school).await?;
    Ok(groups.into_iter().filter(|group| group.kind == GroupKind::Class).collect())
}
