//! The settings of plugins, for programs.

use std::collections::BTreeMap;

use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa_axum::routes;

use crate::settings::{label, title};
use atrium_platform::access::permissions::SETTINGS_EDIT;
use atrium_platform::settings::actions::SettingsOf;
use atrium_platform::settings::{SettingDef, SettingKind, SettingValue};
use atrium_platform::{Error, Message, Result};
use atrium_web::{IfMatch, Json, Operation, Path, RequestContext, Routes, Who, versioned};

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(SETTINGS_EDIT);
    routes.operation(who, routes!(list));
    routes.operation(who, routes!(show));
    routes.operation(who, Operation::of(routes!(update)).edits());
}

/// The settings of a plugin.
#[derive(Serialize, utoipa::ToSchema)]
struct PluginSettingsData {
    plugin: &'static str,
    title: String,
    settings: Vec<SettingData>,
}

/// A setting.
#[derive(Serialize, utoipa::ToSchema)]
struct SettingData {
    name: &'static str,
    label: String,
    /// `switch`, `integer`, `duration`, `choice` or `text`.
    kind: &'static str,
    /// The unit of a duration: `minutes`, `hours` or `days`.
    unit: Option<&'static str>,
    /// `true` or `false`, a number or a text.
    #[schema(value_type = Value)]
    value: SettingValue,
    #[schema(value_type = Value)]
    default: SettingValue,
    least: Option<i64>,
    most: Option<i64>,
    /// `true` if 0 is admitted beside the bounds.
    or_zero: bool,
    /// The keys of a choice.
    choices: &'static [&'static str],
    /// The most characters of a text.
    longest: Option<usize>,
}

/// New values by name; `null` for the default. What is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
struct NewSettings {
    #[schema(value_type = Object)]
    values: BTreeMap<String, Value>,
}

impl SettingData {
    fn new(cx: &RequestContext, def: SettingDef, value: SettingValue) -> Self {
        let kind = def.kind();
        let bounds = kind.bounds();
        Self {
            name: def.field(),
            label: label(cx, &def),
            kind: kind.as_str(),
            unit: if let SettingKind::Duration { unit, .. } = kind { Some(unit.as_str()) } else { None },
            value,
            default: def.default(),
            least: bounds.map(|(least, ..)| least),
            most: bounds.map(|(_, most, _)| most),
            or_zero: bounds.is_some_and(|(.., or_zero)| or_zero),
            choices: if let SettingKind::Choice(choices) = kind { choices } else { &[] },
            longest: if let SettingKind::Text { longest } = kind { Some(longest) } else { None },
        }
    }
}

fn data(cx: &RequestContext, of: SettingsOf) -> PluginSettingsData {
    let settings = of.values.into_iter().map(|(def, value)| SettingData::new(cx, def, value)).collect();
    PluginSettingsData { plugin: of.owner, title: title(cx, of.owner), settings }
}

fn found(cx: &RequestContext, plugin: &str) -> Result<Response> {
    let of = cx.atrium().plugin_settings().find(cx.actor(), plugin)?;
    Ok(versioned(of.version, data(cx, of)))
}

/// The settings of every plugin that has some.
#[utoipa::path(get, path = "/api/v1/administration/settings", responses((status = 200, body = [PluginSettingsData])))]
async fn list(cx: RequestContext) -> Result<Json<Vec<PluginSettingsData>>> {
    let all = cx.atrium().plugin_settings().list(cx.actor())?;
    Ok(Json(all.into_iter().map(|of| data(&cx, of)).collect()))
}

/// The settings of a plugin.
#[utoipa::path(get, path = "/api/v1/administration/settings/{plugin}", params(("plugin" = String, Path)),
    responses((status = 200, description = "With their version in `ETag`", body = PluginSettingsData)))]
async fn show(cx: RequestContext, Path(plugin): Path<String>) -> Result<Response> {
    found(&cx, &plugin)
}

/// Changes settings of a plugin.
#[utoipa::path(patch, path = "/api/v1/administration/settings/{plugin}", request_body = NewSettings,
    params(("plugin" = String, Path)),
    responses((status = 200, description = "With their version in `ETag`", body = PluginSettingsData)))]
async fn update(
    cx: RequestContext,
    Path(plugin): Path<String>,
    IfMatch(version): IfMatch,
    Json(new): Json<NewSettings>,
) -> Result<Response> {
    let mut values = BTreeMap::new();
    for (name, value) in new.values {
        let parsed: Option<SettingValue> = serde_json::from_value(value)
            .map_err(|_| Error::invalid_field(name.clone(), Message::new("field-unknown-choice")))?;
        values.insert(name, parsed);
    }
    let edited = cx.atrium().plugin_settings().edit(cx.actor(), &plugin, version, &values).await;
    // Read again: another node may have saved what came first.
    cx.atrium().plugin_settings().reload().await?;
    edited?;
    found(&cx, &plugin)
}
