//! Atom feeds (RFC 4287) of a plugin's news.

use std::io;

use axum::response::Response;
use quick_xml::Writer;
use serde::Serialize;

use super::machines::{PublicAddress, document, element};
use super::request_context::RequestContext;
use atrium_platform::Result;
use atrium_platform::clock::Timestamp;

/// The most entries of a feed; older ones are on the site.
pub const FEED_LENGTH: u64 = 50;

/// A feed that a page points to: `feed` of the page's view, which the layout prints.
#[derive(Clone, Debug, Serialize)]
pub struct FeedLink {
    /// The title.
    pub title: String,
    /// Path below the mount point.
    pub url: String,
}

/// A feed, as visitors see it.
#[derive(Clone, Debug)]
pub struct Feed {
    /// The title.
    pub title: String,
    /// The feed's path below the mount point.
    pub path: String,
    /// The page with the same content.
    pub page: String,
    /// The entries, newest first; those beyond [`FEED_LENGTH`] are left out.
    pub entries: Vec<FeedEntry>,
}

/// An entry.
#[derive(Clone, Debug)]
pub struct FeedEntry {
    /// A stable name, independent of the URL: `help/12`.
    pub name: String,
    /// The title.
    pub title: String,
    /// The page's path below the mount point.
    pub path: String,
    /// The last change.
    pub updated: Timestamp,
    /// The author, as shown to visitors; empty for the site itself.
    pub author: String,
    /// A short summary in plain text; may be empty.
    pub summary: String,
}

impl Feed {
    /// Returns the feed as a response, or 304 if the client has it.
    ///
    /// # Errors
    /// Returns an error if the document cannot be written.
    pub fn answer(mut self, cx: &RequestContext, address: &PublicAddress) -> Result<Response> {
        self.entries.truncate(usize::try_from(FEED_LENGTH).unwrap_or(usize::MAX));
        let site = &cx.atrium().settings().site_name;
        let body = document(|writer| {
            let feed = writer.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
            let feed = feed.with_attribute(("xml:lang", "fr"));
            feed.write_inner_content(|writer| self.write(writer, site, address)).map(drop)
        })?;
        Ok(address.answer("application/atom+xml; charset=utf-8", body))
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>, site: &str, address: &PublicAddress) -> io::Result<()> {
        element(writer, "id", &address.tag(&self.path))?;
        element(writer, "title", &format!("{} · {site}", self.title))?;
        let newest = self.entries.iter().map(|entry| entry.updated).max().unwrap_or_default();
        element(writer, "updated", &newest.to_rfc3339())?;
        link(writer, "self", "application/atom+xml", &address.url(&self.path))?;
        link(writer, "alternate", "text/html", &address.url(&self.page))?;
        author(writer, site)?;
        for entry in &self.entries {
            writer.create_element("entry").write_inner_content(|writer| entry.write(writer, address))?;
        }
        Ok(())
    }
}

impl FeedEntry {
    fn write(&self, writer: &mut Writer<Vec<u8>>, address: &PublicAddress) -> io::Result<()> {
        element(writer, "id", &address.tag(&self.name))?;
        element(writer, "title", &self.title)?;
        element(writer, "updated", &self.updated.to_rfc3339())?;
        link(writer, "alternate", "text/html", &address.url(&self.path))?;
        if !self.author.is_empty() {
            author(writer, &self.author)?;
        }
        if !self.summary.is_empty() {
            element(writer, "summary", &self.summary)?;
        }
        Ok(())
    }
}

fn author(writer: &mut Writer<Vec<u8>>, name: &str) -> io::Result<()> {
    writer.create_element("author").write_inner_content(|writer| element(writer, "name", name)).map(drop)
}

fn link(writer: &mut Writer<Vec<u8>>, rel: &str, kind: &str, url: &str) -> io::Result<()> {
    let link = writer.create_element("link").with_attribute(("rel", rel)).with_attribute(("type", kind));
    link.with_attribute(("href", url)).write_empty().map(drop)
}
