//! From names of files and folders to names in addresses: stable, ASCII, and as typed where that can be.

use atrium_core::markup::slug;
use sha2::{Digest, Sha256};

/// Longest name in an address, in bytes.
const LONGEST: usize = 120;

/// Returns the name in an address of the file or folder called `name`. Letters `a–z`, digits, `-`, `_` and `.` stay
/// as they are typed; accents are folded, and spaces and other signs become `-`. Other scripts get a name made from
/// a hash.
pub(super) fn address_name(name: &str) -> String {
    if is_plain(name) {
        return name.to_owned();
    }
    let folded = slug(name);
    if folded.is_ascii() && !folded.is_empty() {
        return folded;
    }
    let ascii: String = folded.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let ascii = ascii.trim_matches('-');
    let digest = hex::encode(&Sha256::digest(name.as_bytes())[..4]);
    format!("{}-{digest}", if ascii.is_empty() { "page" } else { ascii })
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LONGEST
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// Returns the number in front of a name that puts files in order (`01-intro`), and the name without it.
pub(super) fn numbered(name: &str) -> (Option<i64>, &str) {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let rest = name[digits..].trim_start_matches(['-', '_', '.', ' ']);
    let parted = rest.len() < name.len() - digits && rest.starts_with(char::is_alphabetic);
    match name[..digits].parse() {
        Ok(number) if digits <= 3 && parted => (Some(number), rest),
        _ => (None, name),
    }
}

/// Makes a title from a name: `01-mes_devoirs` is “Mes devoirs”.
pub(super) fn title_from(name: &str) -> String {
    let (_, name) = numbered(name);
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => name.to_owned(),
    }
}

/// Returns `true` if `typed` can be an address below the help: without scheme, host and steps upwards.
pub(super) fn is_address(typed: &str) -> bool {
    let decoded = percent_encoding::percent_decode_str(typed).decode_utf8_lossy();
    let path = decoded.split(['?', '#']).next().unwrap_or_default();
    let first = path.split('/').next().unwrap_or_default();
    !path.trim_matches('/').is_empty()
        && !path.starts_with("//")
        && !first.contains(':')
        && !path.contains(|c: char| c == '\\' || c.is_control())
        && !path.split('/').any(|part| part == "." || part == "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_address_can_hold_stays_as_it_is_typed_and_the_rest_is_folded() {
        for name in ["rendre-un-devoir", "MAJ", "v1.2", "a_b", "01-intro"] {
            assert_eq!(address_name(name), name);
        }
        assert_eq!(address_name("Élèves & œuvres"), "eleves-oeuvres");
        assert_eq!(address_name("e\u{301}te\u{301}"), "ete");
        assert_eq!(address_name("мир").len(), "page-12345678".len());
        assert_ne!(address_name("мир"), address_name("миф"));
        assert!(address_name("API мир").starts_with("api-"));
        assert!(address_name(&"à".repeat(300)).len() <= LONGEST);
    }

    #[test]
    fn a_number_in_front_orders_and_is_not_in_the_title() {
        assert_eq!(numbered("01-intro"), (Some(1), "intro"));
        assert_eq!(numbered("2. Élèves"), (Some(2), "Élèves"));
        assert_eq!(numbered("2024-rentree"), (None, "2024-rentree"));
        assert_eq!(numbered("3d"), (None, "3d"));
        assert_eq!(numbered("1-2-3"), (None, "1-2-3"));
        assert_eq!(title_from("01-mes_devoirs"), "Mes devoirs");
        assert_eq!(title_from("élèves"), "Élèves");
    }

    #[test]
    fn an_address_of_before_is_one_of_the_help() {
        for typed in ["casier/vieux", "/aide/casier/vieux/", "/vieux.html#a", "a/b:c", "..a"] {
            assert!(is_address(typed), "{typed}");
        }
        for typed in
            ["../../etc", "https://evil.example/x", "//evil", "mailto:a", "/", "%2e%2e/a", "a/../b", "\\\\evil", "?a"]
        {
            assert!(!is_address(typed), "{typed}");
        }
    }
}
