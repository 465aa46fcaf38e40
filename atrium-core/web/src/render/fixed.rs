//! Precomputes what a template prints alike on every page of one language and mount prefix: translations without
//! arguments, icons, addresses of assets and of pages that the template names itself.

use handlebars::html_escape;
use handlebars::template::{HelperTemplate, Parameter, Template, TemplateElement};
use serde_json::Value;

use super::super::assets::Assets;
use super::super::locale::{Locale, Words};
use super::super::template_helpers;

/// The part of the request's context shared by all readers.
pub(super) struct Fixed<'a> {
    pub(super) words: &'a Words,
    pub(super) assets: &'a Assets,
    pub(super) locale: Locale,
    /// The mount prefix; without it, addresses are printed with each page.
    pub(super) base: Option<&'a str>,
}

/// The constant output of an expression.
enum Print {
    /// Escaped when printed; a value as an argument of another helper.
    Text(String),
    /// Printed as it is.
    Markup(String),
}

impl Fixed<'_> {
    /// Replaces the expressions of `template` whose output is known by text.
    pub(super) fn fix(&self, template: &mut Template) {
        let elements = std::mem::take(&mut template.elements);
        let mapping = std::mem::take(&mut template.mapping);
        let mut mapping = mapping.into_iter();
        for element in elements {
            // Invariant: an error finds its line by the index of its element, so both lists lose the same entries.
            let place = mapping.next();
            match (self.element(element), template.elements.last_mut()) {
                (TemplateElement::Comment(_), _) => {}
                (TemplateElement::RawString(text), Some(TemplateElement::RawString(before))) => before.push_str(&text),
                (element, _) => {
                    template.elements.push(element);
                    template.mapping.extend(place);
                }
            }
        }
    }

    fn element(&self, mut element: TemplateElement) -> TemplateElement {
        match &mut element {
            TemplateElement::Expression(helper) => match self.print(helper) {
                Some(Print::Text(text)) => return TemplateElement::RawString(html_escape(&text)),
                Some(Print::Markup(markup)) => return TemplateElement::RawString(markup),
                None => self.helper(helper),
            },
            TemplateElement::HtmlExpression(helper) | TemplateElement::HelperBlock(helper) => self.helper(helper),
            TemplateElement::PartialExpression(partial)
            | TemplateElement::PartialBlock(partial)
            | TemplateElement::DecoratorExpression(partial)
            | TemplateElement::DecoratorBlock(partial) => {
                self.parameters(partial.params.iter_mut().chain(partial.hash.values_mut()));
                partial.template.iter_mut().for_each(|inner| self.fix(inner));
            }
            _ => {}
        }
        element
    }

    fn helper(&self, helper: &mut HelperTemplate) {
        self.parameters(helper.params.iter_mut().chain(helper.hash.values_mut()));
        helper.template.iter_mut().chain(helper.inverse.iter_mut()).for_each(|inner| self.fix(inner));
    }

    fn parameters<'p>(&self, parameters: impl Iterator<Item = &'p mut Parameter>) {
        for parameter in parameters {
            let Parameter::Subexpression(inner) = parameter else { continue };
            let TemplateElement::Expression(helper) = &mut *inner.element else { continue };
            match self.print(helper) {
                Some(Print::Text(text)) => *parameter = Parameter::Literal(Value::String(text)),
                _ => self.helper(helper),
            }
        }
    }

    /// Returns the constant output of `helper`; `None` if it depends on the page.
    fn print(&self, helper: &HelperTemplate) -> Option<Print> {
        let [Parameter::Literal(Value::String(literal))] = &helper.params[..] else { return None };
        if !helper.hash.is_empty() {
            return None;
        }
        match helper.name.as_name()? {
            "t" => Some(Print::Text(self.words.get(self.locale, literal, None))),
            "href" => Some(Print::Text(template_helpers::href(literal, self.base?))),
            "asset" => Some(Print::Text(template_helpers::asset(literal, self.base?, self.assets))),
            "icon" => Some(Print::Markup(template_helpers::icon(literal, self.base?, self.assets))),
            _ => None,
        }
    }
}
