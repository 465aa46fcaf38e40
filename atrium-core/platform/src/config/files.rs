//! The setting of the store of files, as far as its form goes.

use std::path::PathBuf;

use url::Url;

/// Where the files that people attach are kept.
#[cfg_attr(not(feature = "files"), expect(dead_code, reason = "the setting is checked all the same"))]
pub(crate) enum FilesPlace {
    /// A directory.
    Directory(PathBuf),
    /// A bucket of a store that speaks S3: `s3://key:secret@bucket/folder?endpoint=https://host&region=name`, each part but the
    /// bucket optional.
    Bucket(Url),
}

impl FilesPlace {
    /// What the setting may be.
    pub(crate) const EXPECTED: &'static str =
        "expected `file:///directory` or `s3://bucket/folder?endpoint=https://host&region=name`";

    /// Reads the setting; `None` if it is neither a directory nor a bucket.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        match url.scheme() {
            "file" => url.to_file_path().ok().map(Self::Directory),
            "s3" if url.host_str().is_some_and(|bucket| !bucket.is_empty()) => {
                let has_whole_key = url.username().is_empty() == url.password().is_none();
                let is_known = url.query_pairs().all(|(key, value)| match &*key {
                    "endpoint" => Url::parse(&value).is_ok_and(|url| matches!(url.scheme(), "http" | "https")),
                    "region" => !value.is_empty(),
                    _ => false,
                });
                (has_whole_key && is_known && url.port().is_none()).then_some(Self::Bucket(url))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FilesPlace;

    #[test]
    fn a_directory_or_a_bucket_is_named_whole() {
        for fine in [
            "file:///srv/files",
            "s3://attached",
            "s3://attached/site?region=fr-par",
            "s3://AKIA:a%2Fb@attached?endpoint=http://localhost:9000",
        ] {
            assert!(FilesPlace::read(fine).is_some(), "{fine}");
        }
        for wrong in [
            "/srv/files",
            "file://elsewhere/srv",
            "s3://",
            "s3:///attached",
            "s3://AKIA@attached",
            "s3://attached?endpoint=localhost:9000",
            "s3://attached?endpoint=ftp://localhost",
            "s3://attached?zone=fr",
            "https://attached.example",
        ] {
            assert!(FilesPlace::read(wrong).is_none(), "{wrong}");
        }
    }
}
