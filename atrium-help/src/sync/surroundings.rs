//! What a folder meets in the database: what is kept of it, what other folders hold, which keys somebody defined. What
//! cannot stand beside it is reported and left out; the version that is there stays.

use std::collections::{BTreeMap, BTreeSet};

use atrium_core::Result;
use atrium_core::db::Db;
use atrium_core::markup::AudienceRule;
use jiff::civil::Date;

use super::plan::Kept;
use super::store;
use crate::calendar;
use crate::content::{ArticleFile, Broken, Folder};
use crate::reading::TRAITS;

/// Taken addresses that are told one by one.
const TOLD: usize = 10;

/// What stands around a folder.
pub(super) struct Surroundings {
    /// What is kept of the folder itself, by source.
    pub(super) kept: BTreeMap<String, Kept>,
    /// What was made of the folder's articles with which something is wrong, by source: roles, services or other folders'
    /// articles may have come that they name.
    pub(super) troubled: BTreeMap<String, String>,
    /// The folder that each published article of the others comes from, by source.
    pub(super) elsewhere: BTreeMap<String, String>,
    /// The folder that describes each collection of the others, by key.
    described: BTreeMap<String, String>,
    roles: BTreeSet<String>,
    traits: BTreeSet<String>,
    services: BTreeSet<String>,
    today: Date,
}

impl Surroundings {
    pub(super) async fn load(db: &Db, root: &str) -> Result<Self> {
        let mut traits = store::trait_keys(db).await?;
        traits.extend(TRAITS.map(str::to_owned));
        Ok(Self {
            kept: store::kept(db, root).await?,
            troubled: store::troubled(db, root).await?,
            elsewhere: store::elsewhere(db, root).await?,
            described: store::described_elsewhere(db, root).await?,
            roles: store::role_keys(db).await?,
            traits,
            services: store::service_keys(db).await?,
            today: calendar::day(db.now()),
        })
    }

    /// Takes out of `folder` what it cannot bring, with the reason. A day of change that has not come yet is no reason to
    /// keep the article back: it is not used until then.
    pub(super) fn refuse(&self, folder: &mut Folder) {
        let told = self.refuse_taken(folder);
        let refused: Vec<_> = folder.articles.values().filter_map(|file| self.refusal(file)).collect();
        for broken in refused {
            folder.articles.remove(&broken.source);
            folder.broken.push(broken);
        }
        for file in folder.articles.values_mut() {
            let ahead = |day: &String| calendar::parse(day).is_some_and(|day| day > self.today);
            if let Some(day) = file.updated.take_if(|day| ahead(day)) {
                let message = format!("`updated` is in the future: {day} is not used");
                folder.broken.push(file.broken("updated", &day, message));
            }
        }
        for (key, other) in &self.described {
            if folder.collections.remove(key).is_some() && !told.contains(other.as_str()) {
                let message = format!("the folder `{other}` describes this collection already");
                folder.broken.push(Broken { source: format!("{key}/_index"), line: 1, message });
            }
        }
        let used: BTreeSet<_> = folder.articles.values().map(|file| file.collection.as_str()).collect();
        folder.undescribed.retain(|key| used.contains(key.as_str()));
    }

    /// Takes out what another folder has at the same address. Where that is nearly everything, the same content came under
    /// two names, and one line says so: the names of folders of which it does.
    fn refuse_taken(&self, folder: &mut Folder) -> BTreeSet<&str> {
        let all = folder.articles.len();
        let mut taken: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for source in folder.articles.keys() {
            if let Some(other) = self.elsewhere.get(source) {
                taken.entry(other).or_default().push(source.clone());
            }
        }
        let mut told = BTreeSet::new();
        for (other, sources) in taken {
            let together = sources.len() > TOLD && sources.len() * 2 > all;
            if together {
                folder.broken.push(Broken::whole(&folder.root, same_content(other, sources.len())));
                told.insert(other);
            }
            for source in sources {
                folder.articles.remove(&source);
                if !together {
                    let message = format!(
                        "the folder `{other}` has an article at this address already; the same content is brought with \
                         `--as {other}`"
                    );
                    folder.broken.push(Broken { source, line: 1, message });
                }
            }
        }
        told
    }

    fn refusal(&self, file: &ArticleFile) -> Option<Broken> {
        let unknown = |key: &'static str, value: &str| {
            (!self.roles.contains(value)).then(|| {
                file.broken(key, value, format!("`{key}` names `{value}`, which is neither a profile nor a role"))
            })
        };
        let audience = file.audience.iter().find_map(|value| unknown("audience", value));
        let roles = file.visibility.iter().filter_map(|token| token.strip_prefix("role:"));
        let visibility = roles.into_iter().find_map(|value| unknown("visibility", value));
        let owner = file.owner.as_deref().and_then(|value| unknown("owner", value));
        let service = file.service.as_deref().filter(|service| !self.services.contains(*service));
        let service = service.map(|key| file.broken("service", key, format!("`{key}` is no service of the catalogue")));
        audience.or(visibility).or(owner).or(service)
    }

    /// What the audience blocks of an article ask for and nobody defined. Such a passage is for nobody.
    pub(super) fn undefined(&self, file: &ArticleFile, rules: &BTreeSet<AudienceRule>) -> BTreeSet<Broken> {
        let mut all = BTreeSet::new();
        for rule in rules {
            let asked = [
                ("role", &rule.roles, &self.roles),
                ("trait of schools", &rule.traits, &self.traits),
                ("service of the catalogue", &rule.services, &self.services),
            ];
            for (what, values, known) in asked {
                all.extend(values.difference(known).map(|value| Broken {
                    source: file.source.clone(),
                    line: block_line(file, value),
                    message: format!("audience block for `{value}`, which is no {what}"),
                }));
            }
        }
        all
    }
}

/// What to do about content that came under two names.
fn same_content(other: &str, count: usize) -> String {
    format!(
        "{count} of its articles are kept from a folder named `{other}`; `help sync FOLDER --as {other}` brings them as \
         that, and `help sync EMPTY --as {other} --allow-removals` lets go of them, for the next start or \
         synchronisation to bring"
    )
}

/// The line of the file on which an audience block that names `value` opens.
fn block_line(file: &ArticleFile, value: &str) -> usize {
    let opens = |line: &str| line.trim_start().starts_with(":::") && line.contains(value);
    file.first_line + file.markdown.lines().position(opens).unwrap_or_default()
}
