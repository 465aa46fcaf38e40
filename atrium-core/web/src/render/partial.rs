//! Partials that read the page's data where it is.
//!
//! Handlebars' own copy the context of each partial, a layout's whole page with it, and every value read inside. Here a
//! `{{> name context key=value}}` becomes a helper that points at its context by path; what is given by key is a name
//! inside the partial, found before the fields of its context, as in Handlebars' own. Three things differ: `this.key` does
//! not find what was given by key, the lines of a partial that stands indented are not indented, and a partial that is
//! handed a [`Piece`](super::super::Piece) prints the piece.

use std::cell::RefCell;

use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, Template, TemplateElement};
use handlebars::{
    BlockContext, BlockParamHolder, Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext,
    RenderError, RenderErrorReason, Renderable, StringOutput,
};
use serde_json::Value;

use super::super::pieces;
use super::main_part::{self, Inner};

/// Names of the helpers; no template can call a helper by them.
const PARTIAL: &str = "> partial";
const BLOCK: &str = "> @partial-block";

thread_local! {
    /// What stands between `{{#> name}}` and `{{/name}}`, for each partial under way.
    static BLOCKS: RefCell<Vec<Option<Inner>>> = const { RefCell::new(Vec::new()) };
}

pub(super) fn register(registry: &mut Handlebars<'static>) {
    registry.register_helper(PARTIAL, Box::new(Partial));
    registry.register_helper(BLOCK, Box::new(Block));
}

/// Renders a page: whatever a failed one left is forgotten.
pub(super) fn outermost<T>(render: impl FnOnce() -> T) -> T {
    BLOCKS.with_borrow_mut(Vec::clear);
    render()
}

/// Makes helpers of the partials of `template`.
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

/// The helper that does what `partial` does, unless its name is worked out.
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

/// Handlebars makes the nodes of its trees itself.
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
        let (partial, inner) = match (registered, h.template()) {
            (Some(partial), inner) => (partial, inner),
            (None, Some(inner)) => (inner, None),
            (None, None) => return Err(RenderErrorReason::PartialNotFound(name.to_owned()).into()),
        };
        let caller = rc.get_current_template_name();
        let block = block(h, rc);
        rc.push_block(block);
        // Before the partial and its context: an inline partial in it is one that the partial may call.
        let is_outermost = BLOCKS.with_borrow(Vec::is_empty);
        let made = |inner| main_part::inside(name, is_outermost, || between(inner, registry, context, rc));
        let inner = inner.map(made).transpose()?;
        BLOCKS.with_borrow_mut(|blocks| blocks.push(inner));
        let result = partial.render(registry, context, rc, out);
        BLOCKS.with_borrow_mut(Vec::pop);
        rc.pop_block();
        rc.set_current_template_name(caller);
        result
    }
}

/// What stands between the tags of a partial, rendered.
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

/// The context of a partial: where its data stands, and what it was given by key.
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

/// `{{> @partial-block}}`: what stands between the partial's tags where it is called.
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
            Some(Some(inner)) => Ok(inner.write(out)?),
            _ => Err(RenderErrorReason::PartialBlockNotFound.into()),
        })
    }
}
