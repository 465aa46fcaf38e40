//! What a setting is: its key, its kind with bounds, its default.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::Message;

/// A setting whose value has the type `T`.
///
/// ```
/// use atrium_platform::settings::Setting;
///
/// /// Tablets that one school lends.
/// const MOST_TABLETS: Setting<i64> = Setting::integer("loans.most_tablets", 30, 1, 500);
/// assert_eq!(MOST_TABLETS.def().key(), "loans.most_tablets");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Setting<T> {
    def: SettingDef,
    convert: fn(&SettingDef, SettingValue) -> Option<T>,
}

/// The definition of a setting, whatever the type of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingDef {
    key: &'static str,
    kind: SettingKind,
    default: Constant,
}

/// The kind of a setting, with what it admits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingKind {
    /// Yes or no.
    Switch,
    /// A whole number.
    Integer {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
        /// `true` if 0 is admitted, too.
        or_zero: bool,
    },
    /// A whole number of minutes, hours or days.
    Duration {
        /// The unit in which it is counted.
        unit: SettingUnit,
        /// The least.
        least: i64,
        /// The most.
        most: i64,
        /// `true` if 0 is admitted, too.
        or_zero: bool,
    },
    /// One of a few keys.
    Choice(&'static [&'static str]),
    /// A line of text.
    Text {
        /// The most characters.
        longest: usize,
    },
}

/// The unit in which a duration is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingUnit {
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days of 24 hours.
    Days,
}

/// The value of a setting. A duration is a number of its unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SettingValue {
    /// Of a switch.
    Switch(bool),
    /// Of an integer or a duration.
    Number(i64),
    /// Of a choice or a text.
    Text(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Constant {
    Switch(bool),
    Number(i64),
    Text(&'static str),
}

impl SettingUnit {
    /// Returns the key: `minutes`, `hours` or `days`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }

    const fn seconds(self) -> u64 {
        match self {
            Self::Minutes => 60,
            Self::Hours => 3_600,
            Self::Days => 86_400,
        }
    }
}

impl SettingKind {
    /// Returns the key: `switch`, `integer`, `duration`, `choice` or `text`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Switch => "switch",
            Self::Integer { .. } => "integer",
            Self::Duration { .. } => "duration",
            Self::Choice(_) => "choice",
            Self::Text { .. } => "text",
        }
    }

    /// Returns the bounds of a number, and whether 0 is admitted beside them.
    #[must_use]
    pub const fn bounds(&self) -> Option<(i64, i64, bool)> {
        match *self {
            Self::Integer { least, most, or_zero } | Self::Duration { least, most, or_zero, .. } => {
                Some((least, most, or_zero))
            }
            _ => None,
        }
    }
}

impl Setting<bool> {
    /// Creates a setting that is on or off.
    #[must_use]
    pub const fn switch(key: &'static str, default: bool) -> Self {
        let def = SettingDef { key, kind: SettingKind::Switch, default: Constant::Switch(default) };
        Self { def, convert: |_, value| if let SettingValue::Switch(on) = value { Some(on) } else { None } }
    }
}

impl Setting<i64> {
    /// Creates a setting of a whole number from `least` to `most`.
    #[must_use]
    pub const fn integer(key: &'static str, default: i64, least: i64, most: i64) -> Self {
        let kind = SettingKind::Integer { least, most, or_zero: false };
        Self { def: SettingDef { key, kind, default: Constant::Number(default) }, convert: |_, value| number(&value) }
    }
}

impl Setting<Duration> {
    /// Creates a setting of a duration: `default`, `least` and `most` are numbers of `unit`.
    #[must_use]
    pub const fn duration(key: &'static str, default: i64, unit: SettingUnit, least: i64, most: i64) -> Self {
        let kind = SettingKind::Duration { unit, least, most, or_zero: false };
        Self { def: SettingDef { key, kind, default: Constant::Number(default) }, convert: duration }
    }
}

impl Setting<String> {
    /// Creates a setting of a line of text of `longest` characters at most.
    #[must_use]
    pub const fn text(key: &'static str, default: &'static str, longest: usize) -> Self {
        let def = SettingDef { key, kind: SettingKind::Text { longest }, default: Constant::Text(default) };
        Self { def, convert: |_, value| text(value) }
    }

    /// Creates a setting of one of `choices`.
    #[must_use]
    pub const fn choice(key: &'static str, default: &'static str, choices: &'static [&'static str]) -> Self {
        let def = SettingDef { key, kind: SettingKind::Choice(choices), default: Constant::Text(default) };
        Self { def, convert: |_, value| text(value) }
    }
}

fn number(value: &SettingValue) -> Option<i64> {
    if let SettingValue::Number(number) = value { Some(*number) } else { None }
}

fn text(value: SettingValue) -> Option<String> {
    if let SettingValue::Text(text) = value { Some(text) } else { None }
}

fn duration(def: &SettingDef, value: SettingValue) -> Option<Duration> {
    let SettingKind::Duration { unit, .. } = def.kind else { return None };
    let number = u64::try_from(number(&value)?).ok()?;
    Some(Duration::from_secs(number.saturating_mul(unit.seconds())))
}

impl<T> Setting<T> {
    /// Admits 0 beside the bounds of a number or a duration; the help text says what it means.
    #[must_use]
    pub const fn or_zero(mut self) -> Self {
        self.def.kind = match self.def.kind {
            SettingKind::Integer { least, most, .. } => SettingKind::Integer { least, most, or_zero: true },
            SettingKind::Duration { unit, least, most, .. } => {
                SettingKind::Duration { unit, least, most, or_zero: true }
            }
            other => other,
        };
        self
    }

    /// Returns the definition.
    #[must_use]
    pub const fn def(&self) -> SettingDef {
        self.def
    }

    /// Returns the default.
    #[must_use]
    pub fn default(&self) -> T {
        self.of(None)
    }

    /// Returns `chosen` as the type of the setting; the default without one, or if the definition no longer admits it.
    pub(super) fn of(&self, chosen: Option<&SettingValue>) -> T {
        let converted = |value| (self.convert)(&self.def, value);
        let value = converted(self.def.of(chosen)).or_else(|| converted(self.def.default()));
        // Invariant: the constructors pair each kind with a default and a conversion of its type.
        value.expect("a default has the type of its setting")
    }
}

impl SettingDef {
    /// Returns the key: `forum.first_posts`.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(&self) -> SettingKind {
        self.kind
    }

    /// Returns the plugin that declares it, by its key.
    #[must_use]
    pub fn owner(&self) -> &'static str {
        self.key.split_once('.').map_or(self.key, |(owner, _)| owner)
    }

    /// Returns the name of its field in forms: the key without the owner.
    #[must_use]
    pub fn field(&self) -> &'static str {
        self.key.split_once('.').map_or(self.key, |(_, name)| name)
    }

    /// Returns the key of the message that names it: `setting-forum-first-posts`. Its help is `…-help`, and a choice is
    /// named by `…-{choice}`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("setting-{}", self.key.replace(['.', '_'], "-"))
    }

    /// Returns the keys of all its messages.
    #[must_use]
    pub fn messages(&self) -> Vec<String> {
        let label = self.label();
        let choices: &[&str] = if let SettingKind::Choice(choices) = self.kind { choices } else { &[] };
        let choices = choices.iter().map(|choice| format!("{label}-{}", choice.replace('_', "-")));
        [label.clone(), format!("{label}-help")].into_iter().chain(choices).collect()
    }

    /// Returns the default.
    #[must_use]
    pub fn default(&self) -> SettingValue {
        match self.default {
            Constant::Switch(on) => SettingValue::Switch(on),
            Constant::Number(number) => SettingValue::Number(number),
            Constant::Text(text) => SettingValue::Text(text.to_owned()),
        }
    }

    /// Returns `chosen`; the default without one, or if this definition does not admit it.
    pub(super) fn of(&self, chosen: Option<&SettingValue>) -> SettingValue {
        chosen.filter(|value| self.check(value).is_ok()).cloned().unwrap_or_else(|| self.default())
    }

    /// Returns the value that `text` of a form says.
    ///
    /// # Errors
    /// Returns a message for the person if it is not a value of this setting.
    pub fn parse(&self, text: &str) -> Result<SettingValue, Message> {
        let value = match self.kind {
            SettingKind::Switch => match text {
                "true" => SettingValue::Switch(true),
                "false" => SettingValue::Switch(false),
                _ => return Err(Message::new("field-unknown-choice")),
            },
            SettingKind::Integer { .. } | SettingKind::Duration { .. } => {
                let number = text.parse().map_err(|_| self.out_of_bounds())?;
                SettingValue::Number(number)
            }
            SettingKind::Choice(_) | SettingKind::Text { .. } => SettingValue::Text(text.to_owned()),
        };
        self.check(&value).map(|()| value)
    }

    /// Passes if `value` is of this kind and within its bounds.
    ///
    /// # Errors
    /// Returns a message for the person if it is not.
    pub fn check(&self, value: &SettingValue) -> Result<(), Message> {
        match (self.kind, value) {
            (SettingKind::Switch, SettingValue::Switch(_)) => Ok(()),
            (SettingKind::Switch, _) => Err(Message::new("field-unknown-choice")),
            (SettingKind::Choice(choices), SettingValue::Text(text)) if choices.contains(&text.as_str()) => Ok(()),
            (SettingKind::Choice(_), _) => Err(Message::new("field-unknown-choice")),
            (SettingKind::Text { longest }, SettingValue::Text(text)) => {
                if text.chars().count() > longest {
                    Err(Message::new("field-too-long").with("max", longest))
                } else if text.chars().any(char::is_control) {
                    Err(Message::new("field-control-characters"))
                } else {
                    Ok(())
                }
            }
            (SettingKind::Text { .. }, _) => Err(Message::new("field-required")),
            (kind, SettingValue::Number(number)) => {
                let admits = |(least, most, or_zero)| (least..=most).contains(number) || (or_zero && *number == 0);
                if kind.bounds().is_some_and(admits) { Ok(()) } else { Err(self.out_of_bounds()) }
            }
            _ => Err(self.out_of_bounds()),
        }
    }

    fn out_of_bounds(&self) -> Message {
        let (least, most, or_zero) = self.kind.bounds().unwrap_or_default();
        let key = if or_zero { "field-range-or-zero" } else { "field-range" };
        Message::new(key).with("min", least).with("max", most)
    }
}

impl std::fmt::Display for SettingValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Switch(on) => on.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POSTS: Setting<i64> = Setting::integer("forum.first_posts", 3, 1, 50).or_zero();
    const KEEP: Setting<Duration> = Setting::duration("help.keep", 2, SettingUnit::Days, 1, 30);
    const TONE: Setting<String> = Setting::choice("help.tone", "plain", &["plain", "warm"]);
    const TITLE: Setting<String> = Setting::text("help.title", "Aide", 10);
    const OPEN: Setting<bool> = Setting::switch("help.is_open", true);

    #[test]
    fn a_setting_has_its_default_until_something_admitted_is_chosen() {
        assert_eq!(POSTS.of(None), 3);
        assert_eq!(POSTS.of(Some(&SettingValue::Number(50))), 50);
        assert_eq!(POSTS.of(Some(&SettingValue::Number(51))), 3);
        assert_eq!(POSTS.of(Some(&SettingValue::Number(0))), 0);
        assert_eq!(POSTS.of(Some(&SettingValue::Text("9".into()))), 3);
        assert_eq!(KEEP.of(Some(&SettingValue::Number(3))), Duration::from_secs(3 * 86_400));
        assert_eq!(KEEP.of(Some(&SettingValue::Number(0))), Duration::from_secs(2 * 86_400));
        assert_eq!(TONE.of(Some(&SettingValue::Text("cold".into()))), "plain");
        assert!(!OPEN.of(Some(&SettingValue::Switch(false))));
    }

    #[test]
    fn what_a_form_says_is_read_or_refused_with_the_bounds() {
        assert_eq!(POSTS.def().parse("12"), Ok(SettingValue::Number(12)));
        for wrong in ["", "douze", "51", "-1", "1.5", "99999999999999999999"] {
            assert_eq!(POSTS.def().parse(wrong).unwrap_err().key, "field-range-or-zero", "{wrong}");
        }
        assert_eq!(KEEP.def().parse("0").unwrap_err().key, "field-range");
        assert_eq!(TONE.def().parse("cold").unwrap_err().key, "field-unknown-choice");
        assert_eq!(TITLE.def().parse("onze lettres").unwrap_err().key, "field-too-long");
        assert_eq!(TITLE.def().parse("a\u{7}").unwrap_err().key, "field-control-characters");
        assert_eq!(OPEN.def().parse("oui").unwrap_err().key, "field-unknown-choice");
    }

    #[test]
    fn its_messages_follow_from_its_key() {
        assert_eq!(
            TONE.def().messages(),
            ["setting-help-tone", "setting-help-tone-help", "setting-help-tone-plain", "setting-help-tone-warm"]
        );
        assert_eq!((TONE.def().owner(), TONE.def().field()), ("help", "tone"));
    }

    proptest! {
        /// What a form prints of a value, it reads back; and a value that is admitted is what the setting says.
        #[test]
        fn values_survive_a_form(number in -5_i64..80, text in "\\PC{0,12}", on: bool) {
            for (def, value) in [
                (POSTS.def(), SettingValue::Number(number)),
                (KEEP.def(), SettingValue::Number(number)),
                (TITLE.def(), SettingValue::Text(text.clone())),
                (TONE.def(), SettingValue::Text(text)),
                (OPEN.def(), SettingValue::Switch(on)),
            ] {
                let admitted = def.check(&value).is_ok();
                prop_assert_eq!(def.parse(&value.to_string()) == Ok(value.clone()), admitted);
                let json = serde_json::to_string(&value).unwrap();
                prop_assert_eq!(serde_json::from_str::<SettingValue>(&json).unwrap(), value);
            }
            prop_assert_eq!(POSTS.of(Some(&SettingValue::Number(number))) == number, POSTS.def().check(&SettingValue::Number(number)).is_ok() || number == 3);
        }
    }
}
