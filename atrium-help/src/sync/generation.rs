//! Which content is older: what a folder said before it was replaced, and what states earlier days than what is kept.

use std::collections::BTreeMap;

use atrium_core::Result;
use atrium_core::db::{Db, Tx};

use super::plan::{Kept, Plan};
use super::store;
use crate::content::Folder;

/// Returns why `folder` is older than what is kept of its root, if it is.
pub(super) async fn older(
    db: &Db,
    folder: &Folder,
    plan: &Plan,
    kept: &BTreeMap<String, Kept>,
) -> Result<Option<String>> {
    if plan.is_empty() {
        return Ok(None);
    }
    if let Some(replaced) = store::replaced_at(db, &folder.root, &folder.hash()).await? {
        let brought = replaced.to_rfc3339();
        return Ok(Some(format!("its content is what was kept since {brought} and has been replaced")));
    }
    Ok(goes_back(folder, plan, kept))
}

/// Returns `true` if an article states an earlier day of change than what is kept of it, and no article a later one.
fn goes_back(folder: &Folder, plan: &Plan, kept: &BTreeMap<String, Kept>) -> Option<String> {
    let mut back = None;
    for source in &plan.changed {
        let (new, old) = (&folder.articles[source].updated, &kept[source].updated_on);
        let (Some(new), Some(old)) = (new, old) else { continue };
        if new > old {
            return None;
        }
        if new < old && kept[source].published {
            back.get_or_insert_with(|| format!("`{source}` states {new}, and {old} is kept"));
        }
    }
    let newest = kept.values().filter_map(|kept| kept.updated_on.as_ref()).max();
    let ahead = plan.added.iter().any(|source| folder.articles[source].updated.as_ref() > newest);
    back.filter(|_| !ahead)
}

/// Stores the content of `folder` as that of its root. The parts that could not be read stay as they were, so that
/// the same folder read whole is neither a change nor older.
pub(super) async fn keep(tx: &Tx, folder: &Folder) -> Result<()> {
    store::put_generation(tx, &folder.root, &folder.hash()).await
}
