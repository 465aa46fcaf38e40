//! The administration for programs: the acts of the pages, under the same checks.

mod accounts;
mod catalogue;
mod explain;
mod groups;
mod identities;
mod jobs;
mod mail;
mod memberships;
mod offers;
mod people;
mod privacy;
mod rights;
mod roles;
mod schools;
mod sectors;
mod settings;
mod tasks;
mod tokens;
mod webhooks;

use atrium_web::Routes;

pub(super) fn declare(routes: &mut Routes) {
    people::declare(routes);
    accounts::declare(routes);
    identities::declare(routes);
    tokens::declare(routes);
    memberships::declare(routes);
    schools::declare(routes);
    sectors::declare(routes);
    offers::declare(routes);
    groups::declare(routes);
    roles::declare(routes);
    rights::declare(routes);
    explain::declare(routes);
    catalogue::declare(routes);
    settings::declare(routes);
    jobs::declare(routes);
    tasks::declare(routes);
    mail::declare(routes);
    webhooks::declare(routes);
    privacy::declare(routes);
}
