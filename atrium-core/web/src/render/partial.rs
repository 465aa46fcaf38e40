//! Partials that read the page's data in place.
//!
//! Handlebars' own partials copy their context, a layout's whole page with it, and every value read inside. Here a
//! `{{> name context key=value}}` becomes a helper that refers to its context by path; a value given by key is a
//! name inside the partial, found before the fields of its context, as in Handlebars' own. Three things differ:
//! `this.key` does not find values given by key, the lines of an indented partial are not indented, and a partial
//! that is passed a [`Piece`](super::super::Piece) prints the piece.

use std::cell::RefCell;

use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, Template, TemplateElement};
use handlebars::{
    BlockContext, BlockParamHolder, Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext,
    RenderError, RenderErrorReason, Renderable, StringOutput,
};
use serde_json::Value;

use super::super::pieces;

/// The names of the helpers, which no template can spell.
const PARTIAL: &str = "> partial";
const BLOCK: &str = "> @partial-block";

thread_local! {
    /// The content between `{{#> name}}` and `{{/name}}`, for each partial under way.
    static BLOCKS: RefCell<Vec<Option<String>>> = const { RefCell::new(Vec::new()) };
}

pub(super) fn register(registry: &mut Handlebars<'static>) {
    registry.register_helper(PARTIAL, Box::new(Partial));
    registry.register_helper(BLOCK, Box::new(Block));
}

/// Renders a page, without remains of a failed one.
pub(super) fn outermost<T>(render: impl FnOnce() -> T) -> T {
    BLOCKS.with_borrow_mut(Vec::clear);
    render()
}

/// Turns the partials of `template` into helpers.
pub(super) fn rewrite(template: &mut Template) {
    template.elements.iter_mut().for_each(rewrite_element);
}

fn rewrite_element(element: &mut TemplateElement) {
    match element {
        TemplateElement::HelperBlock(helper) => {
            helper.template.iter_mut().chain(helper.inverse.iter_mut()).for_each(rewrite);
        }
        TemplateElement::PartialExpression(partial) | TemplateElement::PartialBlock(partial) => {
            partial.template.iter_mut().for_each(rewrite);
            if let Some(helper) = as_helper(partial) {
                *element = TemplateElement::HelperBlock(Box::new(helper));
            }
        }
        TemplateElement::DecoratorBlock(decorator) => decorator.template.iter_mut().for_each(rewrite),
        _ => {}
    }
}

/// Returns a helper that does what `partial` does, unless its name is computed.
fn as_helper(partial: &DecoratorTemplate) -> Option<HelperTemplate> {
    let name = partial.name.as_name()?;
    let mut helper = empty_helper()?;
    if name == "@partial-block" && partial.template.is_none() {
        helper.name = Parameter::Name(BLOCK.to_owned());
        return Some(helper);
    }
    helper.name = Parameter::Name(PARTIAL.to_owned());
    helper.params = vec![Parameter::Literal(Value::String(name.to_owned()))];
    helper.params.extend(partial.params.first().cloned());
    helper.hash.clone_from(&partial.hash);
    helper.template.clone_from(&partial.template);
    Some(helper)
}

/// Returns an empty helper node, which only Handlebars can construct.
fn empty_helper() -> Option<HelperTemplate> {
    let template = Template::compile("{{#a}}{{/a}}").ok()?;
    template.elements.into_iter().find_map(|element| match element {
        TemplateElement::HelperBlock(mut helper) => {
            helper.template = None;
            Some(*helper)
        }
        _ => None,
    })
}

struct Partial;

impl HelperDef for Partial {
    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        if let Some(piece) = h.param(1).and_then(|given| given.value().get(pieces::FIELD)?.as_str()) {
            return Ok(out.write(piece)?);
        }
        let name = h.param(0).and_then(|name| name.value().as_str()).unwrap_or_default();
        if rc.is_current_template(name) {
            return Err(RenderErrorReason::CannotIncludeSelf.into());
        }
        let registered = rc.get_partial(name).or_else(|| registry.get_template(name));
        #[cfg(feature = "testing")]
        super::samples::note_partial(name);
        let (partial, inner) = match (registered, h.template()) {
            (Some(partial), inner) => (partial, inner),
            (None, Some(inner)) => (inner, None),
            (None, None) => return Err(RenderErrorReason::PartialNotFound(name.to_owned()).into()),
        };
        let caller = rc.get_current_template_name();
        let block = block(h, rc);
        rc.push_block(block);
        // Rendered before the partial and its context: the partial may call an inline partial in it.
        let inner = inner.map(|inner| between(inner, registry, context, rc)).transpose()?;
        BLOCKS.with_borrow_mut(|blocks| blocks.push(inner));
        let result = partial.render(registry, context, rc, out);
        BLOCKS.with_borrow_mut(Vec::pop);
        rc.pop_block();
        rc.set_current_template_name(caller);
        result
    }
}

/// Renders the content between the tags of a partial.
fn between<'reg: 'rc, 'rc>(
    inner: &'rc Template,
    registry: &'reg Handlebars<'reg>,
    context: &'rc Context,
    rc: &mut RenderContext<'reg, 'rc>,
) -> Result<String, RenderError> {
    let mut between = StringOutput::new();
    inner.render(registry, context, rc, &mut between)?;
    Ok(between.into_string().map_err(RenderErrorReason::from)?)
}

/// Returns the context of a partial: the path of its data, and the values given by key.
fn block<'rc>(h: &Helper<'rc>, rc: &RenderContext<'_, 'rc>) -> BlockContext<'rc> {
    let mut block = BlockContext::new();
    for (name, value) in h.hash() {
        block.set_block_param(name, BlockParamHolder::value(value.value().clone()));
    }
    if let Some(around) = rc.block() {
        block.local_variables_mut().clone_from(around.local_variables());
    }
    match (h.param(1), rc.block()) {
        (Some(given), _) => match given.context_path() {
            Some(path) => block.base_path_mut().clone_from(path),
            None => block.set_base_value(given.value().clone()),
        },
        (None, Some(around)) => {
            block.base_path_mut().clone_from(around.base_path());
            if let Some(value) = around.base_value() {
                block.set_base_value(value.clone());
            }
        }
        (None, None) => {}
    }
    block
}

/// `{{> @partial-block}}`: the content between the partial's tags at its call.
struct Block;

impl HelperDef for Block {
    fn call<'reg: 'rc, 'rc>(
        &self,
        _: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        BLOCKS.with_borrow(|blocks| match blocks.last() {
            Some(Some(inner)) => Ok(out.write(inner)?),
            _ => Err(RenderErrorReason::PartialBlockNotFound.into()),
        })
    }
}
