//! Where links between articles lead: to what the folder holds, to what stays of it, to what others hold, and to where
//! something has moved. Links are checked when either end changes.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use atrium_core::Result;
use atrium_core::markup::{Anchor, LinkResolver, Rendered, slug};

use super::entity::link;
use super::plan::Plan;
use super::surroundings::SyncContext;
use super::{Content, store};
use crate::content::{Fault, Folder, source_of};
use crate::paths::{HOME, article_path, collection_path};
use crate::pictures::picture_path;

/// The addresses of everything that a text of the folder can lead to.
#[derive(Clone, Debug, Default)]
pub(super) struct Atlas {
    /// URL path of each article and introduction, by source.
    pages: BTreeMap<String, String>,
    /// URL path of each folder's collection, by the folder's path.
    folders: BTreeMap<String, String>,
    /// Where articles stand now that stood elsewhere, by their sources of before.
    moved: BTreeMap<String, String>,
    /// Names of pictures, by path.
    pictures: BTreeMap<String, String>,
    /// Width and height of pictures, by path.
    sizes: BTreeMap<String, (u32, u32)>,
    /// Every URL path of the help that has a page, for any reader.
    live: BTreeSet<String>,
}

impl Atlas {
    pub(super) fn of(folder: &Folder, around: &SyncContext, plan: &Plan) -> Self {
        let mut pages = BTreeMap::new();
        for (source, other) in &around.elsewhere {
            pages.insert(source.clone(), article_path(&other.collection, &other.slug));
        }
        for (key, other) in &around.described {
            pages.insert(other.source.clone(), collection_path(key));
        }
        for (source, kept) in around.kept.iter().filter(|(source, kept)| kept.published && folder.holds(source)) {
            pages.insert(source.clone(), article_path(&kept.collection, &kept.slug));
        }
        for (source, file) in &folder.articles {
            pages.insert(source.clone(), article_path(&file.collection, &file.slug));
        }
        for (key, file) in &folder.collections {
            pages.insert(file.source(), collection_path(key));
        }
        let shown = |key: &&String| folder.collections.contains_key(*key) || folder.undescribed.contains_key(*key);
        let shown = folder.keys.iter().filter(|(_, key)| shown(key));
        let folders: BTreeMap<_, _> = shown.map(|(path, key)| (path.clone(), collection_path(key))).collect();
        let mut live: BTreeSet<_> = pages.values().chain(folders.values()).cloned().collect();
        live.extend(folder.undescribed.keys().chain(&around.collections).map(|key| collection_path(key)));
        live.extend(around.services.iter().map(|key| collection_path(key)));
        live.insert(HOME.to_owned());
        let now = plan.moved.iter().filter_map(|(old, new)| Some((old.clone(), pages.get(new)?.clone())));
        let mut moved = around.moved.clone();
        moved.retain(|_, page| live.contains(page));
        moved.extend(now);
        let pictures = folder.pictures.iter().map(|(path, picture)| (path.clone(), picture.name()));
        let sizes = folder.pictures.iter().filter_map(|(path, picture)| Some((path.clone(), picture.size?)));
        Self { folders, moved, pictures: pictures.collect(), sizes: sizes.collect(), live, pages }
    }

    pub(super) fn is_live(&self, page: &str) -> bool {
        self.live.contains(page)
    }

    pub(super) fn picture(&self, path: &str) -> Option<&String> {
        self.pictures.get(path)
    }
}

/// The atlas as one text asks it; remembers what it answered.
pub(super) struct Guide<'a> {
    atlas: &'a Atlas,
    places: RefCell<BTreeMap<String, String>>,
    pictures: RefCell<BTreeMap<String, String>>,
    moved: RefCell<BTreeSet<String>>,
}

impl<'a> Guide<'a> {
    pub(super) fn new(atlas: &'a Atlas) -> Self {
        Self { atlas, places: RefCell::default(), pictures: RefCell::default(), moved: RefCell::default() }
    }

    /// Returns a page, under its own name or one that other tools give it: `intro.html`, `intro.markdown`,
    /// `guide/`.
    fn page(&self, path: &str, source: &str) -> Option<String> {
        let known = self.atlas.pages.get(source).or_else(|| self.atlas.folders.get(path));
        let page = known.or_else(|| {
            let page = self.atlas.moved.get(source)?;
            self.moved.borrow_mut().insert(page.clone());
            Some(page)
        })?;
        self.places.borrow_mut().insert(path.to_owned(), page.clone());
        Some(page.clone())
    }

    /// Returns what the text's paths lead to; its pictures' names by path; what it calls by a source of before.
    pub(super) fn answered(self) -> Answered {
        Answered {
            places: self.places.into_inner(),
            pictures: self.pictures.into_inner(),
            moved: self.moved.into_inner(),
        }
    }
}

/// What a guide answered.
pub(super) struct Answered {
    pub(super) places: BTreeMap<String, String>,
    pub(super) pictures: BTreeMap<String, String>,
    moved: BTreeSet<String>,
}

impl LinkResolver for Guide<'_> {
    fn article(&self, path: &str) -> Option<String> {
        self.page(path, path)
    }

    fn file(&self, path: &str) -> Option<String> {
        let source = source_of(path).or_else(|| path.strip_suffix(".html")).unwrap_or(path);
        self.page(path, source).or_else(|| self.image(path))
    }

    fn image(&self, path: &str) -> Option<String> {
        let name = self.atlas.picture(path)?;
        self.pictures.borrow_mut().insert(path.to_owned(), name.clone());
        let url = picture_path(name);
        self.places.borrow_mut().insert(path.to_owned(), url.clone());
        Some(url)
    }

    fn image_size(&self, path: &str) -> Option<(u32, u32)> {
        self.atlas.sizes.get(path).copied()
    }
}

/// A link of a text to a page of the help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PageLink {
    /// Path of the text's file.
    pub(super) file: String,
    pub(super) line: usize,
    /// As its author wrote it.
    pub(super) typed: String,
    /// URL path of the page.
    pub(super) page: String,
    /// The place in the page, without `#`; may be empty.
    pub(super) fragment: String,
}

impl From<link::Model> for PageLink {
    fn from(row: link::Model) -> Self {
        let line = usize::try_from(row.line).unwrap_or_default();
        Self { file: row.file, line, typed: row.typed, page: row.page, fragment: row.fragment }
    }
}

impl Content {
    /// Returns what is known to be wrong with the content: what was told when it was synchronised, and links that have
    /// died since.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn known_faults(&self) -> Result<Vec<Fault>> {
        let mut faults: Vec<_> = store::problems(&self.db).await?.into_iter().map(Fault::from).collect();
        for link in store::dead_links(&self.db).await? {
            let is_told = faults.iter().any(|fault| fault.file == link.file && fault.line == link.line);
            if !is_told {
                faults.push(Fault::warning(link.file, link.line, format!("link leads nowhere `{}`", link.typed)));
            }
        }
        Ok(faults)
    }
}

/// Returns the links of a rendered text to pages of the help.
pub(super) fn page_links(file: &str, rendered: &Rendered) -> Vec<PageLink> {
    let links = rendered.links.iter().filter_map(|link| {
        let href = link.href.as_deref()?;
        let rest = href.strip_prefix(HOME).filter(|rest| rest.is_empty() || rest.starts_with(['/', '#', '?']))?;
        let (path, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let path = path.split('?').next().unwrap_or(path).trim_end_matches('/');
        Some(PageLink {
            file: file.to_owned(),
            line: link.line,
            typed: link.target.clone(),
            page: format!("{HOME}{path}"),
            fragment: fragment.to_owned(),
        })
    });
    links.collect()
}

/// Returns what is wrong with links that were resolved: those to where something stood before, and those that name
/// a page of the help which is not there.
pub(super) fn misled(atlas: &Atlas, answered: &Answered, links: &[PageLink]) -> Vec<Fault> {
    let fault = |link: &PageLink| {
        let message = if !atlas.is_live(&link.page) {
            format!("link leads nowhere `{}`", link.typed)
        } else if answered.moved.contains(&link.page) && !link.typed.starts_with('/') {
            format!("link to what has moved `{}`: it is at `{}` now", link.typed, link.page)
        } else {
            return None;
        };
        Some(Fault::warning(&link.file, link.line, message))
    };
    links.iter().filter_map(fault).collect()
}

/// Returns what is wrong with links to a place in another page, as far as the places of that page are known.
pub(super) fn unanchored<'a>(
    links: impl IntoIterator<Item = &'a PageLink>,
    anchors: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<Fault> {
    let fault = |link: &PageLink| {
        let known = anchors.get(&link.page)?;
        let fragment = decoded(&link.fragment);
        let is_there = fragment.is_empty() || known.contains(&fragment) || known.contains(&slug(&fragment));
        let message = format!("no heading with this id in `{}`: `{}`", link.page, link.typed);
        (!is_there).then(|| Fault::warning(&link.file, link.line, message))
    };
    links.into_iter().filter_map(fault).collect()
}

fn decoded(fragment: &str) -> String {
    percent_encoding::percent_decode_str(fragment).decode_utf8_lossy().into_owned()
}

/// Returns the ids and names of the places in a page, as they are kept: one a line.
pub(super) fn kept_anchors(anchors: &[Anchor]) -> String {
    let names = anchors.iter().flat_map(|anchor| std::iter::once(&anchor.id).chain(&anchor.name));
    let names: BTreeSet<_> = names.filter(|name| !name.contains('\n')).map(String::as_str).collect();
    Vec::from_iter(names).join("\n")
}

/// Returns the address below the help that an author's `redirect_from` means: `/aide/casier/vieux/` is
/// `casier/vieux`.
pub(super) fn address_of(typed: &str) -> String {
    let path = typed.split(['?', '#']).next().unwrap_or(typed).trim_matches('/');
    let path = path.strip_prefix(HOME.trim_start_matches('/')).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
    source_of(path).or_else(|| path.strip_suffix(".html")).unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_before_is_read_however_it_is_written() {
        for typed in ["casier/vieux", "/aide/casier/vieux", "/casier/vieux/", "casier/vieux.md", "/casier/vieux.html#a"]
        {
            assert_eq!(address_of(typed), "casier/vieux", "{typed}");
        }
    }

    #[test]
    fn a_place_in_a_page_is_known_by_its_id_its_name_and_its_words() {
        let link = |fragment: &str| PageLink {
            file: "a/b.md".to_owned(),
            line: 3,
            typed: format!("c.md#{fragment}"),
            page: "/aide/a/c".to_owned(),
            fragment: fragment.to_owned(),
        };
        let anchors =
            BTreeMap::from([("/aide/a/c".to_owned(), BTreeSet::from(["depot".to_owned(), "Été".to_owned()]))]);
        for there in ["", "depot", "d%C3%A9pot", "Dépôt", "Été"] {
            assert!(unanchored([&link(there)], &anchors).is_empty(), "{there}");
        }
        assert_eq!(unanchored([&link("absent")], &anchors).len(), 1);
        assert!(unanchored([&link("absent")], &BTreeMap::new()).is_empty(), "what is not known is not told");
    }
}
