//! Pictures of a content folder: which files are some, told by what is in them.

use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use atrium_core::{Error, Result};

/// Largest picture, in bytes.
pub(crate) const LARGEST_PICTURE: usize = 4 * 1024 * 1024;

/// Endings of the names of pictures.
const ENDINGS: [&str; 8] = ["png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "svgz"];

/// What a picture is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PictureKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
    /// AVIF.
    Avif,
    /// SVG: served as an image only, never as a page with scripts.
    Svg,
}

impl PictureKind {
    const ALL: [Self; 6] = [Self::Png, Self::Jpeg, Self::Gif, Self::Webp, Self::Avif, Self::Svg];

    /// Returns the ending of its name in addresses.
    #[must_use]
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
            Self::Avif => "avif",
            Self::Svg => "svg",
        }
    }

    /// Returns its media type.
    #[must_use]
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
            Self::Svg => "image/svg+xml",
        }
    }

    /// Returns the kind with this file extension.
    #[must_use]
    pub(crate) fn of_ending(ending: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.ending() == ending)
    }

    /// Returns the kind of picture in `bytes`, whatever the file's name.
    fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => Some(Self::Avif),
            _ => std::str::from_utf8(bytes).ok().filter(|text| is_svg(text)).map(|_| Self::Svg),
        }
    }
}

/// Returns `true` if the text begins, after comments and declarations, with an `svg` element.
fn is_svg(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!") => ">",
            _ => break,
        };
        let Some(at) = rest.find(end) else { return false };
        rest = rest[at + end.len()..].trim_start();
    }
    rest.strip_prefix("<svg").is_some_and(|rest| rest.starts_with([' ', '>', '\t', '\n', '\r', '/']))
}

/// A picture of a folder.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    /// Hash of its bytes, in hexadecimal.
    pub(crate) hash: String,
    /// What it is made of.
    pub(crate) kind: PictureKind,
    /// Its width and height in pixels, unless its head does not say them.
    pub(crate) size: Option<(u32, u32)>,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Disk(PathBuf),
    Memory(Arc<[u8]>),
}

impl Picture {
    /// Returns `true` if a file of this name is a picture.
    pub(super) fn is_named(path: &str) -> bool {
        let ending = path.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
        ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending))
    }

    /// Reads the picture in `bytes`.
    ///
    /// # Errors
    /// Why the bytes cannot be shown as a picture.
    pub(super) fn in_memory(bytes: &[u8]) -> Result<Self, String> {
        Self::at(bytes, Place::Memory(bytes.into()))
    }

    /// Returns what [`in_memory`](Self::in_memory) does, of the file at `path`, which is read again when its bytes are
    /// asked for.
    pub(super) fn on_disk(bytes: &[u8], path: PathBuf) -> Result<Self, String> {
        Self::at(bytes, Place::Disk(path))
    }

    fn at(bytes: &[u8], place: Place) -> Result<Self, String> {
        if bytes.len() > LARGEST_PICTURE {
            return Err(format!("has {} bytes: pictures have {LARGEST_PICTURE} at most", bytes.len()));
        }
        let kind = PictureKind::of(bytes).ok_or("is no PNG, JPEG, GIF, WebP, AVIF or SVG picture")?;
        let size = imagesize::blob_size(bytes).ok();
        let size = size.and_then(|size| Some((size.width.try_into().ok()?, size.height.try_into().ok()?)));
        let size = size.filter(|(width, height)| *width > 0 && *height > 0);
        Ok(Self { hash: hex::encode(Sha256::digest(bytes)), kind, size, place })
    }

    /// Returns its bytes.
    ///
    /// # Errors
    /// Its file cannot be read, or has changed since the folder was.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>> {
        let path = match &self.place {
            Place::Memory(bytes) => return Ok(bytes.to_vec()),
            Place::Disk(path) => path,
        };
        let bytes =
            std::fs::read(path).map_err(|source| Error::internal(format!("picture `{}`", path.display()), source))?;
        if hex::encode(Sha256::digest(&bytes)) == self.hash {
            Ok(bytes)
        } else {
            Err(Error::conflict(format!("`{}` changed while it was read", path.display())))
        }
    }

    /// Returns its name in addresses, which cannot be guessed without knowing the picture.
    #[must_use]
    pub(crate) fn name(&self) -> String {
        format!("{}.{}", self.hash, self.kind.ending())
    }
}

impl PartialEq for Picture {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_told_by_what_is_in_it() {
        let kind = |bytes: &[u8]| Picture::in_memory(bytes).map(|picture| picture.kind);
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n...."), Ok(PictureKind::Png));
        assert_eq!(kind(b"<?xml version='1.0'?>\n<!-- a -->\n<svg xmlns=''/>"), Ok(PictureKind::Svg));
        assert_eq!(kind(b"<svg>"), Ok(PictureKind::Svg));
        for none in [&b"<html><svg>"[..], b"<svgx>", b"", b"GIF", b"<!--<svg>"] {
            assert!(kind(none).is_err(), "{none:?}");
        }
        assert!(kind(&[0xff; LARGEST_PICTURE + 1]).is_err());
        assert!(Picture::is_named("a/B.PNG") && !Picture::is_named("png"));
    }
}
