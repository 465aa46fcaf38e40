//! What a folder meets in the database: what is kept of it, what other folders hold, which keys somebody defined. What
//! cannot stand beside it is reported and left out; the version that is there stays.

use std::collections::{BTreeMap, BTreeSet};

use atrium_core::db::Db;
use atrium_core::markup::AudienceRule;
use atrium_core::{Result, access};
use jiff::civil::Date;

use super::links::{Atlas, PageLink};
use super::plan::{Kept, Plan};
use super::rendering::Text;
use super::store;
use crate::calendar;
use crate::content::{ArticleFile, Fault, Folder, TRAITS, around};
use crate::pictures;

/// Taken addresses that are told one by one.
const TOLD: usize = 10;

/// An article of another folder.
pub(super) struct Elsewhere {
    /// The folder that it comes from.
    pub(super) root: String,
    pub(super) collection: String,
    pub(super) slug: String,
}

impl Elsewhere {
    fn address(&self) -> (&str, &str) {
        (&self.collection, &self.slug)
    }
}

/// A collection that another folder describes.
pub(super) struct Described {
    /// The folder that does.
    pub(super) root: String,
    /// The source of its introduction there.
    pub(super) source: String,
}

/// What stands around a folder.
pub(super) struct SyncContext {
    /// What is kept of the folder itself, by source.
    pub(super) kept: BTreeMap<String, Kept>,
    /// What was made of the folder's articles with which something is wrong, by source: roles, services or other folders'
    /// articles may have come that they name.
    pub(super) troubled: BTreeMap<String, String>,
    /// The published articles of other folders, by source.
    pub(super) elsewhere: BTreeMap<String, Elsewhere>,
    /// The collections that other folders describe, by key.
    pub(super) described: BTreeMap<String, Described>,
    /// Where articles stand now, by sources of before.
    pub(super) moved: BTreeMap<String, String>,
    /// Keys of the collections of other folders.
    pub(super) collections: BTreeSet<String>,
    /// Links of the folder's articles and introductions to pages of the help, with the sources of these.
    pub(super) links: Vec<(String, PageLink)>,
    /// Pictures that these show: source, path, name.
    pub(super) pictures: Vec<(String, String, String)>,
    /// The places in pages, by URL path, as far as they are known.
    pub(super) anchors: BTreeMap<String, BTreeSet<String>>,
    pub(super) services: BTreeSet<String>,
    roles: BTreeSet<String>,
    traits: BTreeSet<String>,
    today: Date,
}

impl SyncContext {
    pub(super) async fn load(db: &Db, root: &str) -> Result<Self> {
        let mut traits = store::trait_keys(db).await?;
        traits.extend(TRAITS.map(str::to_owned));
        Ok(Self {
            kept: store::kept(db, root).await?,
            troubled: store::troubled(db, root).await?,
            elsewhere: store::elsewhere(db, root).await?,
            described: store::described_elsewhere(db, root).await?,
            moved: store::moved(db).await?,
            collections: store::collections_elsewhere(db, root).await?,
            links: store::links(db, root).await?,
            pictures: pictures::store::uses(db, root).await?,
            anchors: store::anchors(db).await?,
            roles: access::role_keys(db).await?,
            traits,
            services: store::service_keys(db).await?,
            today: calendar::day(db.now()),
        })
    }

    /// Takes out of `folder` what it cannot bring, with the reasons. A day of change that has not come yet is no reason to
    /// keep the article back: it is not used until then.
    pub(super) fn refuse(&self, folder: &mut Folder) {
        let told = self.refuse_taken(folder);
        let also: Vec<_> = folder.kept_out.iter().flat_map(|file| self.refusals(file)).collect();
        folder.faults.extend(also);
        let refused: Vec<_> = folder.articles.values().flat_map(|file| self.refusals(file)).collect();
        for fault in refused {
            folder.kept_out.extend(folder.articles.remove(fault.source()));
            folder.faults.push(fault);
        }
        for file in folder.articles.values_mut() {
            let ahead = |day: &String| calendar::parse(day).is_some_and(|day| day > self.today);
            if let Some(day) = file.updated.take_if(|day| ahead(day)) {
                let message = format!("`updated` is in the future: {day} is not used");
                let line = file.line_of("updated", &day);
                folder.faults.push(Fault::warning(&file.file, line, message));
            }
        }
        for (key, other) in &self.described {
            let Some(file) = folder.collections.remove(key) else { continue };
            if !told.contains(other.root.as_str()) {
                let message = format!("the folder `{}` describes this collection already", other.root);
                folder.faults.push(Fault::error(file.file, 1, message));
            }
        }
        let used: BTreeSet<_> = folder.articles.values().flat_map(|file| around(&file.collection)).collect();
        folder.undescribed.retain(|key, _| used.contains(key.as_str()));
    }

    /// Returns the articles that are as they were and are read again: something was wrong with them, or what they
    /// lead to or show changed.
    pub(super) fn again(&self, folder: &Folder, plan: &Plan, atlas: &Atlas) -> BTreeSet<String> {
        let mut again: BTreeSet<&String> = self.troubled.keys().collect();
        again.extend(self.links.iter().filter(|(_, link)| !atlas.is_live(&link.page)).map(|(source, _)| source));
        let other = |(_, path, name): &&(String, String, String)| atlas.picture(path) != Some(name);
        again.extend(self.pictures.iter().filter(other).map(|(source, ..)| source));
        again.retain(|source| folder.articles.contains_key(*source) && plan.leaves(source));
        again.into_iter().cloned().collect()
    }

    /// Takes out what stands at an address that is taken: by another folder, or by an article whose own file cannot be used
    /// now. Where another folder has nearly everything, the same content came under two names, and one line says so: the
    /// names of folders of which it does.
    fn refuse_taken(&self, folder: &mut Folder) -> BTreeSet<&str> {
        self.refuse_held(folder);
        let all = folder.articles.len();
        let addresses: BTreeMap<_, _> = self.elsewhere.values().map(|other| (other.address(), other)).collect();
        let mut taken: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (source, file) in &folder.articles {
            let address = (file.collection.as_str(), file.slug.as_str());
            if let Some(other) = self.elsewhere.get(source).or_else(|| addresses.get(&address).copied()) {
                taken.entry(&other.root).or_default().push(source.clone());
            }
        }
        let mut told = BTreeSet::new();
        for (other, sources) in taken {
            let together = sources.len() > TOLD && sources.len() * 2 > all;
            if together {
                folder.faults.push(Fault::whole(&folder.root, same_content(other, sources.len())));
                told.insert(other);
            }
            for source in sources {
                let Some(file) = folder.articles.remove(&source) else { continue };
                if !together {
                    let message = format!(
                        "the folder `{other}` has an article at this address already; the same content is brought with \
                         `--as {other}`"
                    );
                    folder.faults.push(Fault::error(file.file, 1, message));
                }
            }
        }
        told
    }

    fn refuse_held(&self, folder: &mut Folder) {
        let published = self.kept.iter().filter(|(_, kept)| kept.published);
        let held: BTreeMap<_, _> = published
            .filter(|(source, _)| !folder.articles.contains_key(*source) && folder.holds(source))
            .map(|(source, kept)| ((kept.collection.as_str(), kept.slug.as_str()), source))
            .collect();
        let at_held = |file: &&ArticleFile| held.contains_key(&(file.collection.as_str(), file.slug.as_str()));
        let refused: Vec<_> = folder.articles.values().filter(at_held).cloned().collect();
        for file in refused {
            let other = held[&(file.collection.as_str(), file.slug.as_str())];
            let message = format!("`{other}`, whose file cannot be used, stays at this address");
            folder.faults.push(Fault::error(&file.file, 1, message));
            folder.articles.remove(&file.source);
            folder.kept_out.push(file);
        }
    }

    /// Returns what the head of an article names that is not defined.
    fn refusals(&self, file: &ArticleFile) -> Vec<Fault> {
        let unknown = |key: &'static str, value: &str| {
            (!self.roles.contains(value)).then(|| {
                file.error(key, value, format!("`{key}` names `{value}`, which is neither a profile nor a role"))
            })
        };
        let audience = file.audience.iter().filter_map(|value| unknown("audience", value));
        let roles = file.visibility.iter().filter_map(|token| token.strip_prefix("role:"));
        let visibility = roles.filter_map(|value| unknown("visibility", value));
        let owner = file.owner.as_deref().and_then(|value| unknown("owner", value));
        let service = file.service.as_deref().filter(|service| !self.services.contains(*service));
        let service = service.map(|key| file.error("service", key, format!("`{key}` is no service of the catalogue")));
        audience.chain(visibility).chain(owner).chain(service).collect()
    }

    /// Returns what the audience blocks of a text ask for that is not defined. Such a passage has no reader.
    pub(super) fn undefined(&self, text: Text<'_>, rules: &BTreeSet<AudienceRule>) -> BTreeSet<Fault> {
        let mut all = BTreeSet::new();
        for rule in rules {
            let asked = [
                ("role", &rule.roles, &self.roles),
                ("trait of schools", &rule.traits, &self.traits),
                ("service of the catalogue", &rule.services, &self.services),
            ];
            for (what, values, known) in asked {
                all.extend(values.difference(known).map(|value| {
                    let message = format!("audience block for `{value}`, which is no {what}");
                    Fault::warning(text.file, block_line(text, value), message)
                }));
            }
        }
        all
    }
}

/// Returns what to do about content that came under two names.
fn same_content(other: &str, count: usize) -> String {
    format!(
        "{count} of its articles are kept from a folder named `{other}`; `help sync FOLDER --as {other}` brings them as \
         that, and `help sync EMPTY --as {other} --allow-removals` lets go of them, for the next start or \
         synchronisation to bring"
    )
}

/// Returns the line of the file on which an audience block that names `value` opens.
fn block_line(text: Text<'_>, value: &str) -> usize {
    let opens = |line: &str| line.trim_start().starts_with(":::") && line.contains(value);
    text.first_line + text.markdown.lines().position(opens).unwrap_or_default()
}
