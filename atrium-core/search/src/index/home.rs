//! Where the index lives on disk: one directory per version of schema and analysis, one generation per rebuild.
//!
//! `DIR/<fingerprint>/<generation>/`, and `DIR/<fingerprint>/current` names the generation that serves. A rebuild
//! fills the next generation aside and is then named in one atomic rename, so a crash leaves either the old index
//! or the new one. The index can always be rebuilt from SQL.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::schema::fingerprint;

const CURRENT: &str = "current";

/// The directory of this version's index.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    root: PathBuf,
}

impl Home {
    /// Opens the home below `dir`, and creates it when absent.
    pub(crate) fn open(dir: &Path) -> io::Result<Self> {
        let root = dir.join(fingerprint());
        fs::create_dir_all(&root)?;
        Ok(Self { root })
    }

    /// Removes the homes of other versions: a program of theirs would have gone on with its own until this one is whole.
    pub(crate) fn forget_other_versions(&self) {
        let Some(dir) = self.root.parent() else { return };
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let is_home = entry.file_name().to_str().is_some_and(looks_like_fingerprint);
            if is_home && entry.path() != self.root {
                remove(&entry.path());
            }
        }
    }

    /// Opens the home below `dir` as it is, if there is one of this version.
    pub(crate) fn existing(dir: &Path) -> Option<Self> {
        let root = dir.join(fingerprint());
        root.is_dir().then_some(Self { root })
    }

    /// Returns the generation that serves, if one was ever finished.
    pub(crate) fn current(&self) -> Option<PathBuf> {
        let name = fs::read_to_string(self.root.join(CURRENT)).ok()?;
        let path = self.root.join(generation_name(name.trim().parse().ok()?));
        path.is_dir().then_some(path)
    }

    /// Returns an empty directory for the next generation.
    pub(crate) fn prepare(&self) -> io::Result<PathBuf> {
        // Somebody may have removed it under a running node.
        fs::create_dir_all(&self.root)?;
        let last = self.generations()?.into_iter().map(|(number, _)| number).max();
        let path = self.root.join(generation_name(last.map_or(1, |last| last + 1)));
        fs::create_dir_all(&path)?;
        Ok(path)
    }

    /// Returns the generation that was being filled when its process ended, if there is one. Others that never
    /// served are removed.
    pub(crate) fn unfinished(&self) -> io::Result<Option<PathBuf>> {
        let serving = self.current();
        let mut aside: Vec<_> =
            self.generations()?.into_iter().filter(|(_, path)| Some(path) != serving.as_ref()).collect();
        aside.sort();
        let last = aside.pop();
        aside.iter().for_each(|(_, path)| remove(path));
        Ok(last.map(|(_, path)| path))
    }

    /// Names `generation` as the one that serves, and removes the others: their open readers keep what they hold.
    pub(crate) fn adopt(&self, generation: &Path) -> io::Result<()> {
        let number = generation.file_name().and_then(|name| name.to_str()).and_then(generation_number);
        let number = number.ok_or_else(|| io::Error::other("not a generation of this home"))?;
        let aside = self.root.join("current.new");
        fs::write(&aside, number.to_string())?;
        fs::rename(&aside, self.root.join(CURRENT))?;
        for (other, path) in self.generations()? {
            if other != number {
                remove(&path);
            }
        }
        Ok(())
    }

    fn generations(&self) -> io::Result<Vec<(u64, PathBuf)>> {
        let entries = fs::read_dir(&self.root)?.flatten();
        let numbered = entries.filter_map(|entry| {
            let number = generation_number(entry.file_name().to_str()?)?;
            Some((number, entry.path()))
        });
        Ok(numbered.collect())
    }
}

fn generation_name(number: u64) -> String {
    format!("g{number}")
}

fn generation_number(name: &str) -> Option<u64> {
    name.strip_prefix('g')?.parse().ok()
}

fn looks_like_fingerprint(name: &str) -> bool {
    name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Removes an unreferenced directory. One that cannot be removed now is found again at the next start.
pub(crate) fn remove(path: &Path) {
    if let Err(error) = fs::remove_dir_all(path) {
        tracing::warn!(path = %path.display(), %error, "cannot remove an old search directory");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_serves_its_last_adopted_generation_and_forgets_other_versions_when_told() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let old = dir.path().join("0123456789abcdef");
        let foreign = dir.path().join("notes");
        fs::create_dir_all(&old).expect("created");
        fs::create_dir_all(&foreign).expect("created");
        let home = Home::open(dir.path()).expect("opened");
        assert!(old.exists());
        home.forget_other_versions();
        assert!(!old.exists() && foreign.exists() && home.root.exists());
        assert_eq!(home.current(), None);
        let first = home.prepare().expect("prepared");
        assert_eq!(home.current(), None, "a generation serves only once adopted");
        assert_eq!(home.unfinished().expect("read"), Some(first.clone()));
        home.adopt(&first).expect("adopted");
        let second = home.prepare().expect("prepared");
        assert_ne!(first, second);
        home.adopt(&second).expect("adopted");
        assert_eq!(home.current(), Some(second));
        assert!(!first.exists());
        assert_eq!(home.unfinished().expect("read"), None);
    }
}
