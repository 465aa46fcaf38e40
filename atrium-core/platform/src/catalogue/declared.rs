//! The services that a site declares in a TOML file, and what is wrong in it.
//!
//! ```toml
//! [[service]]
//! key = "casier"                                # in addresses: small letters, digits, `-`
//! name = { fr = "Casier", en = "Homework tray" } # or one text for both
//! summary = { fr = "Rendre ses devoirs.", en = "Hand in homework." }
//! everywhere = false                            # default true: schools without a word on it have it
//! profiles = ["student", "teacher"]             # default: everybody; `[]`: a role opens it
//! ```

use std::collections::BTreeSet;
use std::ops::Range;

use sea_orm::Iterable;
use serde::Deserialize;
use toml::Spanned;

use crate::config::declared::{Text, Wrong, line, line_of, read, told};
use crate::directory::Profile;
use crate::error::{Error, Result};

/// The longest key, in bytes: it is a word of addresses.
const KEY: usize = 40;
/// The longest name, in characters.
const NAME: usize = 60;
/// The longest summary, in characters.
const SUMMARY: usize = 300;

/// A service as the file declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) key: String,
    pub(super) name_fr: String,
    pub(super) name_en: String,
    pub(super) summary_fr: String,
    pub(super) summary_en: String,
    pub(super) everywhere: bool,
    pub(super) profiles: String,
}

/// The services of a site in the order in which they are shown, as a TOML file declares them. A site without any has no
/// services.
///
/// ```
/// use atrium_platform::catalogue::Services;
///
/// let text = "[[service]]\nkey = \"casier\"\nname = \"Casier\"\nsummary = \"Rendre ses devoirs.\"\n";
/// assert!(Services::parse("services.toml", text).is_ok());
/// let error = Services::parse("services.toml", &text.replace("casier", "Casier")).unwrap_err().to_string();
/// assert!(error.starts_with("services.toml:2: service `Casier`: `key` is malformed"), "{error}");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Services(Vec<Declared>);

impl Services {
    /// Reads the services of the TOML `text`; `file` is the name that errors have for it.
    ///
    /// # Errors
    /// Returns an error that names every mistake with its line and its key: a text that is no TOML, a key that is missing or
    /// unknown, a service declared twice, an unknown profile, a text that is empty or too long.
    pub fn parse(file: &str, text: &str) -> Result<Self> {
        Self::read(text).map_err(|wrong| Error::bug(told(file, &wrong)))
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Declared> {
        self.0.iter()
    }

    /// Reads the services, or returns everything that is wrong, each with its line.
    pub(crate) fn read(text: &str) -> Result<Self, Vec<Wrong>> {
        let written: Written = read(text)?;
        let (mut declared, mut wrong): (Vec<Declared>, _) = (Vec::new(), Vec::new());
        for service in written.service {
            let key = service.key.get_ref().as_str();
            service.check(&mut |span, what| wrong.push((line(text, span), format!("service `{key}`: {what}"))));
            if declared.iter().any(|other| other.key == key) {
                wrong.push((line_of(text, &service.key), format!("service `{key}` is declared twice")));
            }
            declared.push(service.into());
        }
        if wrong.is_empty() { Ok(Self(declared)) } else { Err(wrong) }
    }
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    service: Vec<WrittenService>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenService {
    key: Spanned<String>,
    name: Spanned<Text>,
    summary: Spanned<Text>,
    #[serde(default = "yes")]
    everywhere: bool,
    profiles: Option<Spanned<Vec<Spanned<String>>>>,
}

fn yes() -> bool {
    true
}

impl WrittenService {
    /// Calls `refuse` for everything that is wrong, with its place in the file.
    fn check(&self, refuse: &mut impl FnMut(Range<usize>, String)) {
        if !is_key(self.key.get_ref()) {
            let expected = format!("a small letter, then small letters, digits and `-`, {KEY} at most");
            refuse(self.key.span(), format!("`key` is malformed: expected {expected}"));
        }
        for (field, text, longest) in [("name", &self.name, NAME), ("summary", &self.summary, SUMMARY)] {
            if let Some(what) = text.get_ref().mistake(field, longest) {
                refuse(text.span(), what);
            }
        }
        let mut known = BTreeSet::new();
        for profile in self.profiles.iter().flat_map(|profiles| profiles.get_ref()) {
            let name = profile.get_ref().as_str();
            if Profile::from_key(name).is_none() {
                let all: Vec<_> = Profile::iter().map(|profile| format!("`{}`", profile.key())).collect();
                refuse(profile.span(), format!("`profiles` names `{name}`: expected some of {}", all.join(", ")));
            }
            if !known.insert(name) {
                refuse(profile.span(), format!("`profiles` names `{name}` twice"));
            }
        }
    }
}

impl From<WrittenService> for Declared {
    fn from(service: WrittenService) -> Self {
        let [name_fr, name_en] = service.name.get_ref().both().map(str::to_owned);
        let [summary_fr, summary_en] = service.summary.get_ref().both().map(str::to_owned);
        let profiles = service.profiles.map(|profiles| {
            let keys = profiles.into_inner().into_iter().map(Spanned::into_inner);
            keys.collect::<Vec<_>>().join(" ")
        });
        Self {
            key: service.key.into_inner(),
            name_fr,
            name_en,
            summary_fr,
            summary_en,
            everywhere: service.everywhere,
            profiles: profiles.unwrap_or_else(|| "*".to_owned()),
        }
    }
}

/// Returns `true` if `key` can be a word of addresses.
fn is_key(key: &str) -> bool {
    key.starts_with(|first: char| first.is_ascii_lowercase())
        && key.len() <= KEY
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CASIER: &str =
        "[[service]]\nkey = \"casier\"\nname = { fr = \"Casier\", en = \"Tray\" }\nsummary = \"Rendre.\"\n";

    fn refused(text: &str) -> String {
        Services::parse("s.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn a_service_has_one_text_or_one_for_each_language_and_sensible_defaults() {
        let services = Services::parse("s.toml", CASIER).unwrap();
        let [casier] = &services.0[..] else { panic!("{services:?}") };
        assert_eq!((casier.name_fr.as_str(), casier.name_en.as_str()), ("Casier", "Tray"));
        assert_eq!((casier.summary_fr.as_str(), casier.summary_en.as_str()), ("Rendre.", "Rendre."));
        assert_eq!((casier.everywhere, casier.profiles.as_str()), (true, "*"));
        let closed = Services::parse("s.toml", &format!("{CASIER}everywhere = false\nprofiles = []\n")).unwrap();
        assert_eq!((closed.0[0].everywhere, closed.0[0].profiles.as_str()), (false, ""));
        assert_eq!(Services::parse("s.toml", "").unwrap(), Services::default());
    }

    #[test]
    fn a_mistake_names_file_line_and_key() {
        let cases = [
            (format!("{CASIER}profils = []\n"), "s.toml:5: unknown field `profils`"),
            ("[[service]]\nkey = \"casier\"\n".to_owned(), "s.toml:1: missing field `name`"),
            (format!("{CASIER}everywhere = \"non\"\n"), "s.toml:5: invalid type: string \"non\""),
            (format!("{CASIER}\n[[services]]\n"), "s.toml:6: unknown field `services`"),
            ("# des services\n[[service]\n".to_owned(), "s.toml:2: "),
            (CASIER.replace(", en = \"Tray\"", ""), "s.toml:3: expected a text, or one for each language"),
            (CASIER.replace("Rendre.", " "), "s.toml:4: service `casier`: `summary` is ` `: expected one line"),
            (
                format!("{CASIER}profiles = [\n  \"student\",\n  \"eleve\",\n]\n"),
                "s.toml:7: service `casier`: `profiles` names `eleve`: expected some of `student`, `guardian`",
            ),
            (
                format!("{CASIER}profiles = [\"student\", \"student\"]\n"),
                "s.toml:5: service `casier`: `profiles` names `student` twice",
            ),
            (format!("{CASIER}\n{CASIER}"), "s.toml:7: service `casier` is declared twice"),
        ];
        for (text, expected) in cases {
            let told = refused(&text);
            assert!(told.starts_with(expected), "{told}\ninstead of\n{expected}");
        }
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let text = format!("{}{}", CASIER.replace("casier", "Casier"), CASIER.replace("Rendre.", ""));
        let told = refused(&text);
        let lines: Vec<_> = told.lines().map(|line| line.split(": ").next().unwrap()).collect();
        assert_eq!(lines, ["s.toml:2", "s.toml:8"]);
    }

    proptest! {
        #[test]
        fn no_text_is_more_than_refused(text in "(\\[\\[service\\]\\]\n)?((key|name|summary|profiles) = [\\[\"]?[a-zé{} ]{0,9}[\\]\"]?\n){0,5}") {
            match Services::read(&text) {
                Ok(services) => prop_assert!(services.iter().all(|service| is_key(&service.key))),
                Err(wrong) => prop_assert!(wrong.iter().all(|(line, _)| (1..=text.lines().count().max(1) + 1).contains(line))),
            }
        }
    }
}
