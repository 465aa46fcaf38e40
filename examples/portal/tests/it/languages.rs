//! The English interface around French content: a screen reader is told which is which.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use crate::demo::{PORTAL, Printed, arguments, server_database};

/// Elements without content.
const VOID: [&str; 9] = ["meta", "link", "input", "br", "hr", "img", "use", "path", "circle"];
/// Letters that English does without.
const FRENCH: &str = "àâçèéêëîïôùûüœÀÂÇÈÉÊËÎÏÔÙÛÜŒ«»";

/// Returns every text of a page with the language that holds for it, and the addresses it leads to.
fn texts(page: &str) -> (Vec<(String, String)>, BTreeSet<String>) {
    let (mut texts, mut links) = (Vec::new(), BTreeSet::new());
    let mut open: Vec<(String, String)> = Vec::new();
    let (mut rest, mut is_raw) = (page, false);
    while let Some(start) = rest.find('<') {
        let (text, after) = rest.split_at(start);
        let language = open.last().map(|(_, language)| language.clone()).unwrap_or_default();
        if !text.trim().is_empty() && !is_raw {
            texts.push((language.clone(), text.trim().to_owned()));
        }
        let end = after.find('>').unwrap_or(after.len() - 1);
        let tag = &after[1..end];
        rest = &after[end + 1..];
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if tag.starts_with('/') {
            while open.pop().is_some_and(|(opened, _)| opened != name) {}
        } else if !name.is_empty() && !VOID.contains(&name.as_str()) && !tag.ends_with('/') {
            let own = tag.split(" lang=\"").nth(1).and_then(|value| value.split('"').next());
            open.push((name.clone(), own.map_or(language, str::to_owned)));
        }
        if let Some(href) = tag.split("href=\"/").nth(1).and_then(|value| value.split(['"', '#']).next()) {
            links.insert(format!("/{href}"));
        }
        is_raw = open.iter().any(|(name, _)| ["script", "style", "template", "title", "svg"].contains(&name.as_str()));
    }
    (texts, links)
}

fn english(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nhost: {address}\r\naccept: text/html\r\naccept-language: en\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[test]
fn french_content_says_so_on_english_pages() {
    let database = server_database();
    let mut command = Command::new(PORTAL);
    let mut running = command.args(arguments(database.as_ref())).stdout(Stdio::piped()).spawn().unwrap();
    let printed = Printed::read(BufReader::new(running.stdout.take().unwrap()).lines());
    let checked = std::panic::catch_unwind(|| {
        let mut pages: BTreeSet<String> = [
            "/",
            "/aide",
            "/forum",
            "/recherche?q=rendre+un+devoir",
            "/recherche?q=zzzzzz",
            "/connexion",
            "/nulle-part",
        ]
        .map(str::to_owned)
        .into();
        for start in ["/aide", "/forum", "/aide/casier", "/aide/procedures"] {
            let (_, links) = texts(&english(&printed.address, start));
            pages.extend(links.into_iter().filter(|link| link.starts_with("/aide/") || link.starts_with("/forum/")));
        }
        let (mut wrong, mut french) = (BTreeSet::new(), 0);
        for path in pages.iter().filter(|path| !path.ends_with(".atom")) {
            for (language, text) in texts(&english(&printed.address, path)).0 {
                match language.as_str() {
                    "fr" => french += 1,
                    _ if text.contains(|c| FRENCH.contains(c)) && !is_name(&text) => {
                        wrong.insert(format!("{path}: {text}"));
                    }
                    _ => {}
                }
            }
        }
        assert!(pages.len() > 60 && french > 500, "{} pages, {french} French texts", pages.len());
        let wrong: Vec<_> = wrong.into_iter().take(40).collect();
        assert!(wrong.is_empty(), "French in an English place:\n{}", wrong.join("\n"));
    });
    let _ = running.kill();
    let _ = running.wait();
    checked.unwrap();
}

/// Names of people and schools are the same in every language.
fn is_name(text: &str) -> bool {
    let is_place = ["Lycée", "lycée", "Collège", "Cité"].iter().any(|kind| text.contains(kind));
    let is_person = text.split_whitespace().all(|word| word.chars().next().is_some_and(char::is_uppercase));
    let says_who =
        ["by ", "last post by ", "Region", "referent", "At the forum:"].iter().any(|word| text.contains(word));
    is_place || says_who || (is_person && (text.contains(' ') || text.chars().count() <= 3))
}
