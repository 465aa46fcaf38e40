//! The administration for programs: the acts of the pages, under the same checks.

mod catalogue;
mod groups;
mod memberships;
mod people;
mod rights;
mod schools;

use atrium_web::Routes;

pub(super) fn declare(routes: &mut Routes) {
    people::declare(routes);
    memberships::declare(routes);
    schools::declare(routes);
    groups::declare(routes);
    rights::declare(routes);
    catalogue::declare(routes);
}

/// Returns the operations of the administration, as the document of the API has them.
pub(super) fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = people::openapi();
    for part in [memberships::openapi(), schools::openapi(), groups::openapi(), rights::openapi(), catalogue::openapi()]
    {
        document.merge(part);
    }
    document
}
