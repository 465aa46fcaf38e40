//! What holds of every template, whatever page it is on.

use std::path::PathBuf;

use crate::words::{PARTS, files, repository};

/// Returns every template of the workspace, with its text.
fn templates() -> Vec<(PathBuf, String)> {
    let all: Vec<_> = PARTS.iter().flat_map(|part| files(&repository(part).join("templates"), "hbs")).collect();
    assert!(all.len() > 60, "{} files", all.len());
    all.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// Returns the forms of a template or a page: what stands between their tags.
fn forms(text: &str) -> impl Iterator<Item = &str> {
    text.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap())
}

/// Returns the buttons of a form that send it.
fn senders(form: &str) -> usize {
    let tags = ["<button", "<input"].into_iter().flat_map(|tag| form.split(tag).skip(1).map(move |rest| (tag, rest)));
    tags.filter(|(tag, rest)| {
        let attributes = rest.split('>').next().unwrap();
        let sends = attributes.contains("type=\"submit\"") || attributes.contains("type=\"image\"");
        let plain = *tag == "<button" && !attributes.contains("type=");
        (sends || plain) && !attributes.contains(" disabled")
    })
    .count()
}

#[test]
fn enter_presses_no_button_of_a_form_with_several() {
    let mut guarded = 0;
    for (path, text) in templates() {
        for form in forms(&text).filter(|form| senders(form) > 1) {
            let inside = form.split_once('>').unwrap().1;
            let guard = ["{{> partials/no-default}}", "<button type=\"submit\" disabled hidden></button>"];
            // The first tag of all: a form's default button is its first.
            let opens = guard.iter().any(|guard| form.contains(&format!("\n{guard}")) && first_tag(inside, guard));
            assert!(opens, "{}: {form}", path.display());
            guarded += 1;
        }
    }
    assert!(guarded >= 6, "{guarded} forms have several buttons");
}

/// Returns `true` if no other tag or partial comes before `guard`.
fn first_tag(inside: &str, guard: &str) -> bool {
    let before = inside.split(guard).next().unwrap();
    !before.contains("<button") && !before.contains("<input") && !before.contains("{{>")
}

#[test]
fn a_choice_of_what_cannot_be_undone_is_not_made_in_advance() {
    for (path, text) in templates() {
        let radios = text.split("type=\"radio\"").skip(1).map(|rest| rest.split("<span").next().unwrap());
        for radio in radios {
            assert!(!radio.contains(" checked") || radio.contains("{{#if"), "{}: {radio}", path.display());
        }
    }
}
