//! Pages of the settings of plugins: the plugins that have some, and the form of one plugin's.

use std::collections::BTreeMap;

use axum::response::Response;
use serde::Serialize;

use super::{breadcrumb, refused_edit, version};
use atrium_platform::access::permissions::SETTINGS_EDIT;
use atrium_platform::settings::actions::SettingsOf;
use atrium_platform::settings::{SettingDef, SettingKind, SettingValue};
use atrium_platform::{Error, FieldProblem, Message, Result};
use atrium_web::{Choice, Crumb, FieldErrors, Form, Overtaken, Path, RequestContext, Routes, View, Who};

/// The path of the list.
pub(super) const PATH: &str = "/administration/reglages";

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(SETTINGS_EDIT);
    routes.get(PATH, who, list);
    routes.get("/administration/reglages/{plugin}", who, edit);
    routes.post("/administration/reglages/{plugin}", who, update);
}

pub(super) fn path(owner: &str) -> String {
    format!("{PATH}/{owner}")
}

/// Returns what the settings of a plugin are about.
pub(super) fn title(cx: &RequestContext, owner: &str) -> String {
    cx.known(&format!("settings-{owner}")).unwrap_or_else(|| owner.to_owned())
}

/// Returns the label of a setting.
pub(super) fn label(cx: &RequestContext, def: &SettingDef) -> String {
    let label = cx.known(&def.label()).unwrap_or_else(|| def.key().to_owned());
    match def.kind() {
        SettingKind::Duration { unit, .. } => {
            let key = format!("admin-setting-in-{}", unit.as_str());
            cx.message(&Message::new(key).with("label", label))
        }
        _ => label,
    }
}

/// Returns a value in words.
fn words(cx: &RequestContext, def: &SettingDef, value: &SettingValue) -> String {
    match value {
        SettingValue::Switch(on) => cx.t(if *on { "admin-audit-yes" } else { "admin-audit-no" }),
        SettingValue::Text(text) if matches!(def.kind(), SettingKind::Choice(_)) => choice(cx, def, text),
        SettingValue::Text(text) if text.is_empty() => cx.t("admin-audit-empty"),
        other => other.to_string(),
    }
}

fn choice(cx: &RequestContext, def: &SettingDef, key: &str) -> String {
    cx.known(&format!("{}-{}", def.label(), key.replace('_', "-"))).unwrap_or_else(|| key.to_owned())
}

#[derive(Serialize)]
struct ListView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    plugins: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    title: String,
    url: String,
    settings: Vec<String>,
}

impl View for ListView {
    const TEMPLATE: &'static str = "admin/settings";
}

/// `GET /administration/reglages`
async fn list(cx: RequestContext) -> Result<Response> {
    let row = |of: SettingsOf| Row {
        title: title(&cx, of.owner),
        url: path(of.owner),
        settings: of.values.iter().map(|(def, _)| label(&cx, def)).collect(),
    };
    let plugins = cx.atrium().plugin_settings().list(cx.actor())?.into_iter().map(row).collect();
    let title = cx.t("admin-settings-title");
    cx.page(&ListView { breadcrumb: breadcrumb(&cx, &[], &title), title, noindex: true, plugins })
}

#[derive(Serialize)]
struct EditView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    action: String,
    version: i64,
    fields: Vec<Field>,
    cancel_url: &'static str,
    errors: FieldErrors,
}

impl View for EditView {
    const TEMPLATE: &'static str = "admin/settings-edit";
}

#[derive(Serialize)]
struct Field {
    name: &'static str,
    label: String,
    help: String,
    value: String,
    /// Of a switch or a choice; empty for a line to type.
    options: Vec<Choice>,
    inputmode: &'static str,
    required: bool,
    error: Option<String>,
}

impl Field {
    fn new(cx: &RequestContext, def: &SettingDef, value: String, error: Option<String>) -> Self {
        let origin = Message::new("admin-setting-default").with("value", words(cx, def, &def.default()));
        let help = cx.known(&format!("{}-help", def.label())).unwrap_or_default();
        let options = match def.kind() {
            SettingKind::Switch => {
                vec![Choice::new("true", cx.t("admin-audit-yes")), Choice::new("false", cx.t("admin-audit-no"))]
            }
            SettingKind::Choice(choices) => choices.iter().map(|key| Choice::new(*key, choice(cx, def, key))).collect(),
            _ => Vec::new(),
        };
        Self {
            name: def.field(),
            label: label(cx, def),
            help: format!("{help} {}", cx.message(&origin)).trim().to_owned(),
            value,
            options,
            inputmode: if def.kind().bounds().is_some() { "numeric" } else { "" },
            required: !matches!(def.kind(), SettingKind::Text { .. }),
            error,
        }
    }
}

/// What was typed, by the name of each field.
type Typed = BTreeMap<&'static str, String>;

fn edit_view(cx: &RequestContext, of: &SettingsOf, version: i64, typed: &Typed, errors: FieldErrors) -> EditView {
    let title = title(cx, of.owner);
    let parent = [(cx.t("admin-settings-title"), PATH.to_owned())];
    let field = |(def, value): &(SettingDef, SettingValue)| {
        let shown = typed.get(def.field()).cloned().unwrap_or_else(|| value.to_string());
        Field::new(cx, def, shown, errors.get(def.field()).cloned())
    };
    EditView {
        breadcrumb: breadcrumb(cx, &parent, &title),
        title,
        noindex: true,
        action: path(of.owner),
        version,
        fields: of.values.iter().map(field).collect(),
        cancel_url: PATH,
        errors,
    }
}

/// Returns the values that a form says, of the fields that it has.
fn parse(of: &SettingsOf, typed: &Typed) -> Result<BTreeMap<String, Option<SettingValue>>> {
    let (mut values, mut problems) = (BTreeMap::new(), Vec::new());
    for (def, _) in &of.values {
        let Some(text) = typed.get(def.field()) else { continue };
        match def.parse(text) {
            Ok(value) => drop(values.insert(def.field().to_owned(), Some(value))),
            Err(message) => problems.push(FieldProblem { field: def.field().into(), message }),
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(Error::invalid(problems)) }
}

/// `GET /administration/reglages/{plugin}`
async fn edit(cx: RequestContext, Path(owner): Path<String>) -> Result<Response> {
    let of = cx.atrium().plugin_settings().find(cx.actor(), &owner)?;
    cx.page(&edit_view(&cx, &of, of.version, &Typed::new(), FieldErrors::new()))
}

/// `POST /administration/reglages/{plugin}`
async fn update(cx: RequestContext, Path(owner): Path<String>, form: Form) -> Result<Response> {
    let settings = cx.atrium().plugin_settings();
    let of = settings.find(cx.actor(), &owner)?;
    let names = of.values.iter().map(|(def, _)| def.field()).filter(|name| form.has(name));
    let typed: Typed = names.map(|name| (name, form.text(name))).collect();
    let saved = match parse(&of, &typed) {
        Ok(values) => settings.edit(cx.actor(), &owner, version(&form), &values).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(cx.redirect_with(&path(&owner), "success", "admin-settings-saved")),
        Err(error) => {
            // Reloaded: another node may have saved the earlier edit.
            settings.reload().await?;
            let of = settings.find(cx.actor(), &owner)?;
            let beside = || {
                let fields = of.values.iter().filter_map(|(def, kept)| Some((def, typed.get(def.field())?, kept)));
                let overtaken = fields.fold(Overtaken::new(&cx), |overtaken, (def, typed, kept)| {
                    overtaken.choice(def.field(), typed, &kept.to_string(), &words(&cx, def, kept))
                });
                overtaken.errors()
            };
            let (status, errors, version) = refused_edit(&cx, error, &form, of.version, beside)?;
            cx.page_with(status, &edit_view(&cx, &of, version, &typed, errors))
        }
    }
}
