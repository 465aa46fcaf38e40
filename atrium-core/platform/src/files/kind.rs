//! What a file is, by its first bytes; and the name under which it is kept.

use atrium_text::letters;

/// The bytes from which a file's kind is told.
pub(super) const HEAD: usize = 64 * 1024;
/// The most characters of a name.
const LONGEST_NAME: usize = 120;

/// A kind of files that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileKind(&'static Taken);

/// One kind: how it is named, and whether browsers show it themselves.
#[derive(Debug, PartialEq, Eq)]
struct Taken {
    media_type: &'static str,
    /// The endings of its names, the usual one first.
    endings: &'static [&'static str],
    opens: bool,
}

const fn document(media_type: &'static str, endings: &'static [&'static str]) -> Taken {
    Taken { media_type, endings, opens: false }
}

const PNG: Taken = Taken { media_type: "image/png", endings: &["png"], opens: true };
const JPEG: Taken = Taken { media_type: "image/jpeg", endings: &["jpg", "jpeg"], opens: true };
/// Any text, HTML and SVG among it: served as plain text, which browsers keep and do not run.
const TEXT: Taken = document("text/plain", &["txt", "csv", "log", "md", "json", "xml", "ini"]);

/// Everything that is taken.
const TAKEN: [&Taken; 13] = [
    &PNG,
    &JPEG,
    &Taken { media_type: "image/webp", endings: &["webp"], opens: true },
    &Taken { media_type: "image/gif", endings: &["gif"], opens: true },
    &Taken { media_type: "application/pdf", endings: &["pdf"], opens: true },
    &TEXT,
    &document("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"]),
    &document("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &["xlsx"]),
    &document("application/vnd.openxmlformats-officedocument.presentationml.presentation", &["pptx"]),
    &document("application/vnd.oasis.opendocument.text", &["odt"]),
    &document("application/vnd.oasis.opendocument.spreadsheet", &["ods"]),
    &document("application/vnd.oasis.opendocument.presentation", &["odp"]),
    &document("application/zip", &["zip"]),
];

impl FileKind {
    pub(super) const PNG: Self = Self(&PNG);
    pub(super) const JPEG: Self = Self(&JPEG);

    /// Tells the kind from the first bytes of a file, `is_whole` if they are all of it; `None` for what is not taken.
    pub(super) fn of(head: &[u8], is_whole: bool) -> Option<Self> {
        let found = infer::get(head).and_then(|found| Self::of_media_type(found.mime_type()));
        found.or_else(|| is_text(head, is_whole).then_some(Self(&TEXT)))
    }

    pub(super) fn of_media_type(media_type: &str) -> Option<Self> {
        TAKEN.into_iter().find(|kind| kind.media_type == media_type).map(Self)
    }

    /// Returns the endings of names of every kind, for the file chooser of a form: `.png`.
    pub fn endings() -> impl Iterator<Item = String> {
        TAKEN.into_iter().flat_map(|kind| kind.endings).map(|ending| format!(".{ending}"))
    }

    /// Returns the media type: `image/png`.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        self.0.media_type
    }

    /// Returns the usual ending of its names, in capitals: `PNG`.
    #[must_use]
    pub fn label(self) -> String {
        self.0.endings[0].to_ascii_uppercase()
    }

    /// Returns `true` for a picture.
    #[must_use]
    pub fn is_picture(self) -> bool {
        self.0.media_type.starts_with("image/")
    }

    /// Returns `true` if a browser may show it itself, instead of keeping it as a file.
    #[must_use]
    pub fn opens(self) -> bool {
        self.0.opens
    }

    /// Returns the name under which a file of this kind that was sent as `name` is kept: without folders and without
    /// characters that are not seen, and with an ending of its kind.
    pub(super) fn name(self, name: &str) -> String {
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let seen: String = last.chars().filter(|c| !c.is_control()).collect();
        let seen = letters::without_stray(&seen);
        let tidy = seen.split_whitespace().collect::<Vec<_>>().join(" ");
        let tidy = tidy.trim_matches(['.', ' ']);
        let (stem, ending) = match tidy.rsplit_once('.') {
            Some((stem, ending)) if self.0.endings.contains(&ending.to_ascii_lowercase().as_str()) => (stem, ending),
            // Written anew as another kind.
            Some((stem, ending)) if self.is_picture() && is_of_picture(ending) => (stem, self.0.endings[0]),
            _ => (tidy, self.0.endings[0]),
        };
        let most = LONGEST_NAME - ending.len() - 1;
        let stem: String = stem.chars().take(most).collect();
        if stem.is_empty() { format!("fichier.{ending}") } else { format!("{stem}.{ending}") }
    }
}

/// Returns `true` for the ending of the name of a picture.
fn is_of_picture(ending: &str) -> bool {
    let ending = ending.to_ascii_lowercase();
    TAKEN.into_iter().any(|kind| kind.media_type.starts_with("image/") && kind.endings.contains(&ending.as_str()))
}

/// Returns `true` for UTF-8 without control characters other than white space. A head may end inside a character.
fn is_text(head: &[u8], is_whole: bool) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if !is_whole && error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media_type(head: &[u8]) -> Option<&'static str> {
        FileKind::of(head, true).map(FileKind::media_type)
    }

    #[test]
    fn the_content_says_what_a_file_is() {
        assert_eq!(media_type(b"%PDF-1.7\n"), Some("application/pdf"));
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n"), Some("image/png"));
        assert_eq!(media_type("éléments;12\n".as_bytes()), Some("text/plain"));
        assert_eq!(media_type(b"PK\x03\x04\x14\0\0\0\0\0"), Some("application/zip"));
    }

    #[test]
    fn what_browsers_run_is_plain_text() {
        for text in [
            "<!DOCTYPE html><script>",
            "<svg onload=alert(1)>",
            "<?xml version=\"1.0\"?><svg/>",
            "<html>",
            "#!/bin/sh\nls",
        ] {
            let kind = FileKind::of(text.as_bytes(), true).unwrap();
            assert_eq!((kind.media_type(), kind.opens()), ("text/plain", false), "{text}");
        }
    }

    #[test]
    fn programs_and_unknown_bytes_are_not_taken() {
        for bytes in [&b"MZ\x90\0"[..], b"\x7fELF\x02\x01\x01\0", b"\0\x01\x02", b"a\0b", b"\xff\xfe\xfa", b""] {
            assert_eq!(media_type(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_head_that_ends_inside_a_character_is_text() {
        let cut = &"aé".as_bytes()[..2];
        assert!(FileKind::of(cut, false).is_some());
        assert!(FileKind::of(cut, true).is_none());
    }

    #[test]
    fn a_name_has_no_folder_and_the_ending_of_its_kind() {
        let pdf = FileKind::of_media_type("application/pdf").unwrap();
        assert_eq!(pdf.name("C:\\Mes documents\\Reçu  1.PDF"), "Reçu 1.PDF");
        assert_eq!(pdf.name("../../etc/passwd"), "passwd.pdf");
        assert_eq!(pdf.name("facture.pdf.exe"), "facture.pdf.exe.pdf");
        assert_eq!(pdf.name("fac\u{202e}fdp.exe\r\n"), "facfdp.exe.pdf");
        assert_eq!(pdf.name(" .. "), "fichier.pdf");
        assert_eq!(pdf.name(&"é".repeat(500)).chars().count(), LONGEST_NAME);
        assert_eq!(FileKind::PNG.name("écran.GIF"), "écran.png");
        assert_eq!(FileKind(&TEXT).name("page.html"), "page.html.txt");
    }
}
