//! Pages, feed and operations of topics: lists, one topic, asking, filing elsewhere, the marks that moderators set.

pub(crate) mod api;
mod api_acts;
mod ask;
mod feed;
mod list;
mod page;
mod paging;
mod restrict;
mod routes;
mod similar;
mod view;

pub(crate) use ask::ask_url;
pub(crate) use feed::{changes as sitemap_changes, pages as sitemap_pages, parts as sitemap_parts};
pub(crate) use list::recent;
pub(crate) use page::{ReplyForm, topic_page};
pub(crate) use restrict::{RestrictedView, undoable};
pub(crate) use routes::{declare, id_of};
pub(crate) use view::crumbs;

use atrium_core::web::Routes;

/// Declares the operations of topics.
pub(crate) fn declare_api(routes: &mut Routes) {
    api::declare(routes);
    api_acts::declare(routes);
}
