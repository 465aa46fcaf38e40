//! Every template with the data of real pages, in every language, inside a theme, and with hostile texts.

use std::collections::BTreeSet;

use axum::body::Body;
use http::Method;
use serde_json::Value;

use super::client::Client;
use super::html::faults;
use super::site::TestSite;
use atrium_web::{Locale, TemplateSamples};

/// What hostile texts end with, and how a page may print it.
const HOSTILE: &str = "hostile <b>\"'&";
const HARMLESS: &str = "hostile &lt;b&gt;&quot;&#x27;&amp;";

/// The languages of pages.
const LOCALES: [Locale; 2] = [Locale::Fr, Locale::En];

/// A theme's page around pages: what the site's own has, in another order.
const THEME: &str = include_str!("../theme-layout.hbs");

/// Asserts that each template whose name begins with `folder` was rendered by a page since recording began, or called by
/// a template that was; and that with the data of those pages, in French and in English, inside the site's layout and a
/// theme's, it makes well-formed HTML with every message, in which any text of the data is escaped.
///
/// ```no_run
/// # async fn example() {
/// use atrium_testing::{TestSite, assert_templates};
///
/// let site = TestSite::new().await;
/// let samples = site.atrium().record_templates();
/// site.open_every_page(Some(site.admin().await)).await;
/// assert_templates(&samples, "admin/");
/// # }
/// ```
///
/// # Panics
/// Panics with every template that has no sample, and with what is wrong with the others.
pub fn assert_templates(samples: &TemplateSamples, folder: &str) {
    let themed = samples.with_template("layout", THEME).expect("the theme's layout is a template");
    let all = samples.by_template();
    let mut rendered = BTreeSet::new();
    let mut wrong = BTreeSet::new();
    for (name, data) in all.iter().flat_map(|(name, data)| data.iter().map(move |data| (name, data))) {
        let mut check = Check { name, called: &mut rendered, wrong: &mut wrong };
        for locale in LOCALES {
            check.as_recorded(samples, data, locale);
            check.as_recorded(&themed, data, locale);
            check.hostile(samples, data, locale, |_| true);
            // What a template compares with its own words stays, so that each branch is rendered.
            check.hostile(samples, data, locale, |text| !is_word(text));
        }
        rendered.insert(name.clone());
    }
    let concerned = |name: &String| name.starts_with(folder);
    let without: Vec<_> = all.keys().filter(|name| concerned(name) && !rendered.contains(*name)).collect();
    assert!(without.is_empty(), "no page of the test renders the templates {without:#?}");
    let wrong: Vec<_> = wrong.into_iter().filter(|(name, _)| concerned(name)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Returns `true` if `text` may be a word of the program, such as a state or a key.
fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-')
}

struct Check<'a> {
    name: &'a str,
    called: &'a mut BTreeSet<String>,
    wrong: &'a mut BTreeSet<(String, String)>,
}

impl Check<'_> {
    fn fault(&mut self, fault: String) {
        self.wrong.insert((self.name.to_owned(), fault));
    }

    fn as_recorded(&mut self, look: &TemplateSamples, data: &Value, locale: Locale) {
        let rendered = match look.render(self.name, data, locale) {
            Ok(rendered) => rendered,
            Err(error) => return self.fault(error.told().to_string()),
        };
        self.called.extend(rendered.partials);
        let unread = rendered.html.contains("{{").then(|| "a template's tag is left".to_owned());
        for fault in rendered.problems.into_iter().chain(unread).chain(faults(&rendered.html)) {
            self.fault(fault);
        }
    }

    fn hostile(&mut self, look: &TemplateSamples, data: &Value, locale: Locale, which: fn(&str) -> bool) {
        let mut data = data.clone();
        poison(&mut data, which);
        match look.render(self.name, &data, locale) {
            Ok(rendered) => {
                if let Some(raw) = unescaped(&rendered.html) {
                    self.fault(format!("a text is not escaped: {raw}"));
                }
                for fault in faults(&rendered.html) {
                    self.fault(format!("with hostile texts: {fault}"));
                }
            }
            Err(error) => self.fault(format!("with hostile texts: {}", error.told())),
        }
    }
}

/// Appends [`HOSTILE`] to each of these texts but those that are HTML already.
fn poison(data: &mut Value, which: fn(&str) -> bool) {
    match data {
        Value::String(text) if !text.is_empty() && which(text) => text.push_str(HOSTILE),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, which)),
        Value::Object(fields) if fields.keys().any(|name| name.starts_with('$')) => {}
        Value::Object(fields) => fields.values_mut().for_each(|field| poison(field, which)),
        _ => {}
    }
}

/// Returns the beginning of a hostile text that is printed otherwise than escaped.
fn unescaped(html: &str) -> Option<String> {
    let found = html.match_indices("hostile").find(|(at, _)| !html[*at..].starts_with(HARMLESS));
    found.map(|(at, _)| {
        let before = html[..at].chars().rev().take(80).collect::<Vec<_>>();
        before.into_iter().rev().chain(html[at..].chars().take(40)).collect()
    })
}

impl TestSite {
    /// Opens every page that needs no parameter, and those of the number 1, as this person or as a visitor.
    ///
    /// # Panics
    /// Panics if a page fails.
    pub async fn open_every_page(&self, person: Option<atrium_platform::directory::PersonId>) {
        let client: Client = match person {
            Some(person) => self.signed_in(person).await,
            None => self.visitor(),
        };
        for route in self.atrium().routes().iter().filter(|route| route.method == Method::GET) {
            let path: Vec<_> =
                route.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
            let request = client.request(Method::GET, &path.join("/")).body(Body::empty()).expect("a request");
            let answer = client.send(request).await;
            assert!(!answer.status.is_server_error(), "{}: {}", route.path, answer.text());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{HARMLESS, HOSTILE, poison, unescaped};

    #[test]
    fn hostile_texts_reach_every_text_but_html() {
        let mut data =
            json!({"page": {"title": "A", "state": "visible", "body": {"$html": "<p>"}, "rows": ["x", 1, null]}});
        poison(&mut data, |_| true);
        assert_eq!(data["page"]["title"], format!("A{HOSTILE}"));
        assert_eq!(data["page"]["rows"][0], format!("x{HOSTILE}"));
        assert_eq!(data["page"]["body"]["$html"], "<p>");
    }

    #[test]
    fn a_text_that_is_not_escaped_is_found_where_it_stands() {
        assert_eq!(unescaped(&format!("<p title=\"a{HARMLESS}\">b{HARMLESS}</p>")), None);
        assert!(unescaped(&format!("<p title='a{HOSTILE}'>")).is_some_and(|found| found.starts_with("<p title='a")));
    }
}
