//! Finds templates that do no more than print who is signed in: only their pages are shared between readers.
//!
//! A printed value is a hole in the shared text. A value passed to a helper would have to be known while the text is made.

use std::collections::{BTreeMap, BTreeSet};

use handlebars::Path;
use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, Subexpression, Template, TemplateElement};
use serde_json::Value;

/// The field of the site about the signed-in person.
const USER: &str = "user";
/// Its fields that are no holes.
const PLAIN: [&str; 2] = ["url", "menu"];
/// The helpers that ask whether somebody is signed in, not who.
const ASK: [&str; 5] = ["if", "unless", "and", "or", "not"];
/// The helpers whose literals are no names of fields.
const NAMED: [&str; 4] = ["t", "icon", "asset", "href"];

/// Returns `true` if the template `name`, with its partials, does no more than print who is signed in.
pub(super) fn is_only_printed(name: &str, sources: &BTreeMap<String, Template>) -> bool {
    let mut look = Look { sources, seen: BTreeSet::new() };
    sources.get(name).is_some_and(|template| look.template(template))
}

/// Finds what templates do with the signed-in person.
struct Look<'s> {
    sources: &'s BTreeMap<String, Template>,
    seen: BTreeSet<String>,
}

impl Look<'_> {
    fn template(&mut self, template: &Template) -> bool {
        template.elements.iter().all(|element| match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => true,
            TemplateElement::Expression(helper) => is_print(helper) || self.helper(helper),
            TemplateElement::HtmlExpression(helper) | TemplateElement::HelperBlock(helper) => self.helper(helper),
            TemplateElement::PartialExpression(partial) | TemplateElement::PartialBlock(partial) => {
                self.partial(partial)
            }
            _ => false,
        })
    }

    fn helper(&mut self, helper: &HelperTemplate) -> bool {
        let name = helper.name.as_name().unwrap_or_default();
        let asks = |parameter: &Parameter| ASK.contains(&name) && path_of(parameter).is_some_and(ends_with_user);
        // The names of its fields may then be computed.
        let is_whole = |parameter: &Parameter| path_of(parameter).is_some_and(leads_to_site);
        let is_named = |parameter: &Parameter| NAMED.contains(&name) && matches!(parameter, Parameter::Literal(_));
        let parameters = helper.params.iter().chain(helper.hash.values());
        self.parameter(&helper.name)
            && parameters
                .into_iter()
                .all(|given| asks(given) || is_named(given) || (!is_whole(given) && self.parameter(given)))
            && helper.template.iter().chain(helper.inverse.iter()).all(|inner| self.template(inner))
    }

    fn partial(&mut self, partial: &DecoratorTemplate) -> bool {
        let Some(name) = partial.name.as_name() else { return false };
        let given = partial.params.iter().chain(partial.hash.values());
        given.into_iter().all(|parameter| self.parameter(parameter))
            && partial.template.iter().all(|inner| self.template(inner))
            && (name == "@partial-block"
                || !self.seen.insert(name.to_owned())
                || self.sources.get(name).is_some_and(|partial| self.template(partial)))
    }

    fn parameter(&mut self, parameter: &Parameter) -> bool {
        match parameter {
            Parameter::Literal(Value::String(text)) => text != USER,
            Parameter::Literal(_) => true,
            Parameter::Subexpression(Subexpression { element, .. }) => match &**element {
                TemplateElement::Expression(helper) => self.helper(helper),
                _ => false,
            },
            other => path_of(other).is_some_and(tells_no_user),
        }
    }
}

/// Returns `true` for `{{site.user.name}}` and `{{hole site.user.name}}`.
fn is_print(helper: &HelperTemplate) -> bool {
    let prints_given = helper.name.as_name() == Some("hole") && helper.params.len() == 1;
    let given =
        if prints_given { helper.params.first() } else { Some(&helper.name).filter(|_| helper.params.is_empty()) };
    helper.hash.is_empty() && given.and_then(path_of).is_some()
}

fn path_of(parameter: &Parameter) -> Option<&str> {
    match parameter {
        Parameter::Name(name) => Some(name),
        Parameter::Path(Path::Relative((_, raw)) | Path::Local((_, _, raw))) => Some(raw),
        _ => None,
    }
}

fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split(['.', '/', '[', ']']).filter(|name| !name.is_empty())
}

fn ends_with_user(path: &str) -> bool {
    names(path).filter(|name| *name == USER).count() == 1 && names(path).last() == Some(USER)
}

fn leads_to_site(path: &str) -> bool {
    matches!(names(path).last(), Some("site" | "@root"))
}

/// Returns `true` if the path reads no hole of the signed-in person.
fn tells_no_user(path: &str) -> bool {
    let mut names = names(path);
    while let Some(name) = names.next() {
        if name == USER && !names.next().is_some_and(|field| PLAIN.contains(&field)) {
            return false;
        }
    }
    true
}
