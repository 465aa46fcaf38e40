//! Atom feeds (RFC 4287): what a plugin has that is new, for readers of feeds.

use std::io;

use axum::response::Response;
use quick_xml::Writer;
use serde::Serialize;

use super::cx::Cx;
use super::machines::{PublicAddress, document, element};
use atrium_platform::Result;
use atrium_platform::clock::Timestamp;

/// Entries of a feed at most: what is older is on the site.
pub const FEED_LENGTH: u64 = 50;

/// A feed that a page points to: `feed` of the page's view, which the layout prints.
#[derive(Clone, Debug, Serialize)]
pub struct FeedLink {
    /// What it is called.
    pub title: String,
    /// Path below the mount point.
    pub url: String,
}

/// A feed, as visitors see it.
#[derive(Clone, Debug)]
pub struct Feed {
    /// What it is called.
    pub title: String,
    /// Its own path below the mount point.
    pub path: String,
    /// The page that shows the same to readers.
    pub page: String,
    /// The newest first; those beyond [`FEED_LENGTH`] are left out.
    pub entries: Vec<FeedEntry>,
}

/// One thing that is new.
#[derive(Clone, Debug)]
pub struct FeedEntry {
    /// What stays the same when the address changes: `help/12`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its page, below the mount point.
    pub path: String,
    /// When it changed last.
    pub updated: Timestamp,
    /// Who wrote it, as visitors are told; the site itself when empty.
    pub author: String,
    /// What it says, in a few words of plain text; may be empty.
    pub summary: String,
}

impl Feed {
    /// The feed as an answer, or that the client has it already.
    ///
    /// # Errors
    /// Returns an error if the document cannot be written.
    pub fn answer(mut self, cx: &Cx, address: &PublicAddress) -> Result<Response> {
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
