//! Templates that Handlebars cannot read, and what they call that does not exist: partials, helpers, messages, assets.

use std::collections::{BTreeMap, BTreeSet};

use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, Template, TemplateElement};
use serde_json::Value;

use atrium_platform::plugin::{Mistake, Mistakes};

use super::words::Known;
use super::{CORE, Loaded, THEME, in_file, line_of, meant};
use crate::template_helpers;

/// The folder of templates, as messages name it.
const FOLDER: &str = "templates";
/// The helpers that come with Handlebars.
const OF_HANDLEBARS: [&str; 17] = [
    "if", "unless", "each", "with", "lookup", "raw", "log", "eq", "ne", "gt", "gte", "lt", "lte", "and", "or", "not",
    "len",
];

/// What the templates use.
#[derive(Default)]
pub(super) struct Used {
    pub(super) templates: BTreeSet<String>,
    pub(super) assets: BTreeSet<String>,
    pub(super) messages: BTreeSet<String>,
}

/// Finds the mistakes in the templates, and returns what they use.
pub(super) fn examine(loaded: &Loaded<'_>, known: &Known, mistakes: &mut Mistakes) -> Used {
    let mut read: Vec<(&'static str, &str, Template)> = Vec::new();
    let mut names: BTreeMap<&str, &'static str> = BTreeMap::new();
    for (of, path, content) in super::files::each(loaded.templates) {
        let Some(name) = path.strip_suffix(".hbs") else { continue };
        if of != CORE
            && of != THEME
            && !path.starts_with(&format!("{of}/"))
            && !path.starts_with(&format!("partials/{of}/"))
        {
            let what = format!("is outside of the plugin’s own folder: expected `{of}/{path}`");
            mistakes.add(in_file(of, FOLDER, path, what));
        }
        names.insert(name, of);
        match std::str::from_utf8(content) {
            Ok(text) => match Template::compile(text) {
                Ok(template) => read.push((of, path, template)),
                Err(error) => {
                    let what = format!("Handlebars cannot read it: {}", error.reason());
                    let mistake = in_file(of, FOLDER, path, what.trim_end());
                    mistakes.add(match error.pos() {
                        Some((line, _)) => mistake.at_line(line),
                        None => mistake,
                    });
                }
            },
            Err(problem) => {
                let start = String::from_utf8_lossy(&content[..problem.valid_up_to()]);
                mistakes.add(in_file(of, FOLDER, path, "is not UTF-8").at_line(line_of(&start, start.len())));
            }
        }
    }
    for plugin in loaded.plugins {
        for view in plugin.views().iter().filter(|view| !names.contains_key(**view)) {
            let what = format!("has no template `{view}.hbs`{}", meant(view, names.keys().copied()));
            mistakes.add(Mistake::of_plugin(plugin.id(), what));
        }
    }
    let assets: BTreeSet<&str> = super::files::each(loaded.assets).map(|(_, path, _)| path).collect();
    let mut used = Used::default();
    for (of, path, template) in &read {
        let inline = inline_of(template);
        let look = Look { of, path, names: &names, known, assets: &assets, inline };
        look.template(template, 1, &mut used, mistakes);
    }
    used
}

/// Returns the partials that a template makes itself.
fn inline_of(template: &Template) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for element in &template.elements {
        match element {
            TemplateElement::DecoratorBlock(decorator) => {
                if let Some(Parameter::Literal(Value::String(name))) = decorator.params.first() {
                    names.insert(name.clone());
                }
            }
            TemplateElement::PartialBlock(partial) => names.extend(partial.template.iter().flat_map(inline_of)),
            TemplateElement::HelperBlock(helper) => {
                names.extend(helper.template.iter().chain(helper.inverse.iter()).flat_map(inline_of));
            }
            _ => {}
        }
    }
    names
}

/// Walks one template.
struct Look<'l> {
    of: &'static str,
    path: &'l str,
    names: &'l BTreeMap<&'l str, &'static str>,
    known: &'l Known,
    assets: &'l BTreeSet<&'l str>,
    inline: BTreeSet<String>,
}

impl Look<'_> {
    fn template(&self, template: &Template, from: usize, used: &mut Used, mistakes: &mut Mistakes) {
        for (index, element) in template.elements.iter().enumerate() {
            let line = template.mapping.get(index).map_or(from, |place| place.0);
            match element {
                TemplateElement::Expression(helper)
                | TemplateElement::HtmlExpression(helper)
                | TemplateElement::HelperBlock(helper) => self.helper(helper, line, used, mistakes),
                TemplateElement::PartialExpression(partial) | TemplateElement::PartialBlock(partial) => {
                    self.partial(partial, line, used, mistakes);
                }
                TemplateElement::DecoratorBlock(decorator) => {
                    decorator.template.iter().for_each(|inner| self.template(inner, line, used, mistakes));
                }
                _ => {}
            }
        }
    }

    fn refuse(&self, line: usize, what: String, mistakes: &mut Mistakes) {
        mistakes.add(in_file(self.of, FOLDER, self.path, what).at_line(line));
    }

    fn partial(&self, partial: &DecoratorTemplate, line: usize, used: &mut Used, mistakes: &mut Mistakes) {
        if let Some(name) = partial.name.as_name()
            && !name.starts_with('@')
            && !self.inline.contains(name)
        {
            used.templates.insert(name.to_owned());
            if !self.names.contains_key(name) {
                let meant = meant(name, self.names.keys().copied());
                self.refuse(line, format!("the partial `{name}` does not exist{meant}"), mistakes);
            }
        }
        self.parameters(partial.params.iter().chain(partial.hash.values()), line, used, mistakes);
        partial.template.iter().for_each(|inner| self.template(inner, line, used, mistakes));
    }

    fn helper(&self, helper: &HelperTemplate, line: usize, used: &mut Used, mistakes: &mut Mistakes) {
        let calls = helper.block || !helper.params.is_empty() || !helper.hash.is_empty();
        if let Some(name) = helper.name.as_name()
            && calls
        {
            let ours = template_helpers::HELPERS.iter().chain(&OF_HANDLEBARS);
            if !ours.clone().any(|known| *known == name) {
                let meant = meant(name, ours.copied());
                self.refuse(line, format!("the helper `{name}` does not exist{meant}"), mistakes);
            }
            if let [Parameter::Literal(Value::String(literal)), ..] = &helper.params[..] {
                self.literal(name, literal, line, used, mistakes);
            }
        }
        self.parameters(helper.params.iter().chain(helper.hash.values()), line, used, mistakes);
        helper
            .template
            .iter()
            .chain(helper.inverse.iter())
            .for_each(|inner| self.template(inner, line, used, mistakes));
    }

    /// Checks the message or the asset that a helper names.
    fn literal(&self, helper: &str, literal: &str, line: usize, used: &mut Used, mistakes: &mut Mistakes) {
        match helper {
            "t" => {
                used.messages.insert(literal.to_owned());
                // The theme's own messages are looked at with its files.
                if self.of != THEME && !self.known.contains_key(literal) {
                    let meant = meant(literal, self.known.keys().map(String::as_str));
                    self.refuse(line, format!("the message `{literal}` does not exist{meant}"), mistakes);
                }
            }
            "asset" => {
                used.assets.insert(literal.to_owned());
                if !self.assets.contains(literal) {
                    let meant = meant(literal, self.assets.iter().copied());
                    self.refuse(line, format!("the asset `{literal}` does not exist{meant}"), mistakes);
                }
            }
            _ => {}
        }
    }

    fn parameters<'p>(
        &self,
        parameters: impl Iterator<Item = &'p Parameter>,
        line: usize,
        used: &mut Used,
        mistakes: &mut Mistakes,
    ) {
        for parameter in parameters {
            let Parameter::Subexpression(inner) = parameter else { continue };
            if let TemplateElement::Expression(helper) = &*inner.element {
                self.helper(helper, line, used, mistakes);
            }
        }
    }
}
