//! Files that come with a crate: templates, translations, assets.

use std::borrow::Cow;

use rust_embed::RustEmbed;

/// Files by relative path, embedded in the binary or made at run time.
#[derive(Clone, Debug, Default)]
pub struct Files(Vec<(String, Cow<'static, [u8]>)>);

impl Files {
    /// Collects every file of an embedded folder.
    #[must_use]
    pub fn of<E: RustEmbed>() -> Self {
        Self(E::iter().filter_map(|path| Some((path.to_string(), E::get(&path)?.data))).collect())
    }

    /// Adds a file.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, content: impl Into<Cow<'static, [u8]>>) -> Self {
        self.0.push((path.into(), content.into()));
        self
    }

    /// Iterates over path and content of each file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, content)| (path.as_str(), content.as_ref()))
    }

    /// Collects every file under `dir`, by path relative to it; missing, unreadable and hidden ones are left out.
    #[must_use]
    pub(super) fn below(dir: &std::path::Path) -> Self {
        let mut files = Vec::new();
        let mut pending = vec![dir.to_path_buf()];
        while let Some(folder) = pending.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if entry.file_name().to_string_lossy().starts_with('.') {
                    continue;
                }
                if path.is_dir() {
                    pending.push(path);
                } else if let (Ok(content), Ok(name)) = (std::fs::read(&path), path.strip_prefix(dir)) {
                    files.push((name.to_string_lossy().replace('\\', "/"), Cow::Owned(content)));
                }
            }
        }
        Self(files)
    }
}
