//! The public items of small libraries.

use super::*;
use std::path::PathBuf;

fn library(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file: PathBuf = dir.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    dir
}

fn lines(files: &[(&str, &str)]) -> Vec<String> {
    let dir = library(files);
    let (root, below) = (dir.path().join("root"), dir.path().join("below"));
    let crates = [("root", root), ("below", below)];
    PublicApi::of(crates).listing().lines.into_iter().collect()
}

const BELOW: (&str, &str) = (
    "below/lib.rs",
    "mod rows; pub mod store; pub use rows::{Person, Status as PersonStatus}; pub use sea_orm; mod inner { pub struct X; }",
);
const ROWS: (&str, &str) = (
    "below/rows.rs",
    "#[non_exhaustive] pub struct Person { pub id: PersonId, secret: u8 } pub enum Status { Active(u8) } \
     impl Person { pub fn name(&self) -> &str { \"\" } pub(crate) fn hidden(&self) {} } \
     impl std::fmt::Display for Person { } crate::id_type! { pub struct PersonId; }",
);
const STORE: (&str, &str) = (
    "below/store.rs",
    "use sea_orm::ConnectionTrait as Conn; use super::Person; \
     pub async fn person(conn: &impl Conn) -> Option<Person> { None } fn own() {} \
     #[cfg(test)] mod tests { pub fn not_this() {} }",
);

#[test]
fn what_can_be_reached_is_listed_under_the_name_it_is_reached_by() {
    let found = lines(&[("root/lib.rs", "pub use below::{Person, store as reading};"), BELOW, ROWS, STORE]);
    assert_eq!(
        found,
        [
            "root::Person: impl std::fmt::Display",
            "root::Person: struct #[non_exhaustive]",
            "root::Person::id: PersonId",
            "root::Person::name: fn(&self) -> &str",
            "root::reading::person: async fn(conn: &impl Conn) -> Option<Person>",
        ]
    );
}

#[test]
fn globs_and_renamed_items_are_followed_and_private_modules_are_not() {
    let found = lines(&[("root/lib.rs", "pub use below::*;"), BELOW, ROWS, STORE]);
    assert!(found.contains(&"root::PersonStatus::Active::0: u8".to_owned()), "{found:#?}");
    assert!(found.contains(&"root::sea_orm = sea_orm::…".to_owned()), "{found:#?}");
    assert!(!found.iter().any(|line| line.contains("::X")), "{found:#?}");
}

#[test]
fn a_type_of_another_library_is_told_with_the_item_and_a_stale_exception_too() {
    let dir = library(&[("root/lib.rs", "pub use below::store;"), BELOW, ROWS, STORE]);
    let (root, below) = (dir.path().join("root"), dir.path().join("below"));
    let crates = [("root", root), ("below", below)];
    let api = PublicApi::of(crates.clone());
    assert_eq!(api.foreign(&api.listing()), ["! `sea_orm` stands in the signature of `root::store::person`"]);
    let api = PublicApi::of(crates).extension_points(&[("root::store::person", "sea_orm"), ("root::gone", "axum")]);
    assert_eq!(api.foreign(&api.listing()), ["! `root::gone` is an extension point without a type of `axum`"]);
}

#[test]
fn a_change_is_told_by_the_lines_that_went_and_came() {
    let dir = library(&[("root/lib.rs", "pub fn new(of: u8) {}"), ("kept.txt", "root::new: fn(of: u16)\n")]);
    let kept = fs::read_to_string(dir.path().join("kept.txt")).unwrap();
    let now =
        PublicApi::of([("root", dir.path().join("root"))]).listing().lines.into_iter().collect::<Vec<_>>().join("\n");
    assert_eq!(difference(&kept, &now), ["- root::new: fn(of: u16)", "+ root::new: fn(of: u8)"]);
}
