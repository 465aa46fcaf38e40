//! The bytes of the key, as text and in a file.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use crate::error::{Error, Result};
use crate::id::unique_name;

/// The name of the key's file in the data directory.
pub(super) const FILE: &str = "secret.key";

/// 256 random bits.
pub(super) struct SecretKey([u8; 32]);

impl SecretKey {
    pub(super) fn random() -> Self {
        let mut bytes = [0_u8; 32];
        rand::fill(&mut bytes);
        Self(bytes)
    }

    /// Reads 64 hexadecimal digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        hex::decode(text.trim()).ok()?.try_into().ok().map(Self)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads the key's file in `dir`; `None` if there is none.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or holds no key.
    pub(super) fn read(dir: &Path) -> Result<Option<Self>> {
        let path = dir.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::internal(format!("the secret key `{}`", path.display()), error)),
        };
        let refused = || {
            let path = path.display();
            Error::bug(format!("`{path}` holds no secret key: expected 64 hexadecimal digits, as in a backup of it"))
        };
        Self::parse(&text).map(Some).ok_or_else(refused)
    }

    /// Writes the key into a new file in `dir`, for its owner alone. A file that another process made meanwhile stays.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub(super) fn write(&self, dir: &Path) -> Result<()> {
        let path = dir.join(FILE);
        let part = dir.join(format!(".{FILE}-{}", unique_name()));
        let written = self.write_to(&part).and_then(|()| match fs::hard_link(&part, &path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => File::open(dir)?.sync_all(),
        });
        let _ = fs::remove_file(&part);
        written
            .map_err(|source| Error::internal(format!("the secret key `{}` cannot be written", path.display()), source))
    }

    fn write_to(&self, path: &Path) -> std::io::Result<()> {
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        writeln!(file, "{}", hex::encode(self.0))?;
        file.sync_all()
    }

    /// Returns `true` if others than its owner may read the key's file in `dir`.
    pub(super) fn is_open_to_others(dir: &Path) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::metadata(dir.join(FILE)).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
        }
        #[cfg(not(unix))]
        {
            let _ = dir;
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_made_once_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        assert!(SecretKey::read(dir.path()).unwrap().is_none());
        let first = SecretKey::random();
        first.write(dir.path()).unwrap();
        SecretKey::random().write(dir.path()).unwrap();
        let kept = SecretKey::read(dir.path()).unwrap().unwrap();
        assert_eq!(kept.bytes(), first.bytes(), "what is there stays");
        assert!(!SecretKey::is_open_to_others(dir.path()));
        let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, [FILE], "no part is left behind");
    }

    #[test]
    fn a_file_without_a_key_is_refused_and_its_text_not_told() {
        let dir = tempfile::tempdir().unwrap();
        for text in ["", "abc", &"zz".repeat(32), &"5a".repeat(33)] {
            fs::write(dir.path().join(FILE), text).unwrap();
            let told = SecretKey::read(dir.path()).err().unwrap().to_string();
            assert!(told.contains("expected 64 hexadecimal digits"), "{told}");
            assert!(text.is_empty() || !told.contains(text), "{told}");
        }
    }
}
