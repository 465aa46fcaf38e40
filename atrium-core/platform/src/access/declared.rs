//! The roles that a site declares in a TOML file, and what is wrong in it.

use std::collections::BTreeSet;

use serde::Deserialize;
use toml::Spanned;

use super::RoleDef;
use super::role::is_role_key;
use crate::config::declared::{Text, Wrong, line_of, read, told};
use crate::error::{Error, Result};

/// The longest name of a role, in characters.
const NAME: usize = 80;

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    role: Vec<WrittenRole>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRole {
    key: Spanned<String>,
    name: Spanned<Text>,
    #[serde(default)]
    speaks_for_region: bool,
    #[serde(default)]
    badge: Option<Spanned<String>>,
    #[serde(default)]
    permissions: Vec<Spanned<String>>,
}

/// A role of the file, with the lines of its key and of what it names.
pub(crate) struct SiteRole {
    pub(crate) role: RoleDef,
    pub(crate) line: usize,
    pub(crate) permissions: Vec<(String, usize)>,
    /// The line of its badge.
    pub(crate) badge: usize,
}

impl RoleDef {
    /// Reads the roles of the TOML `text`; `file` is the name that errors have for it. Permissions of plugins that are absent
    /// count once they are there.
    ///
    /// ```
    /// use atrium_platform::access::RoleDef;
    ///
    /// let text = "[[role]]\nkey = \"support\"\nname = \"Assistance\"\npermissions = [\"core.person.read\"]\n";
    /// assert_eq!(RoleDef::parse("roles.toml", text)?[0].key(), "support");
    /// # Ok::<(), atrium_platform::Error>(())
    /// ```
    ///
    /// # Errors
    /// Returns an error that names every mistake with its line and its key.
    pub fn parse(file: &str, text: &str) -> Result<Vec<Self>> {
        match read_roles(text) {
            Ok(roles) => Ok(roles.into_iter().map(|role| role.role).collect()),
            Err(wrong) => Err(Error::bug(told(file, &wrong))),
        }
    }
}

/// Reads the roles, or returns everything that is wrong, each with its line.
pub(crate) fn read_roles(text: &str) -> Result<Vec<SiteRole>, Vec<Wrong>> {
    let written: Written = read(text)?;
    let (mut known, mut wrong) = (BTreeSet::new(), Vec::new());
    for role in &written.role {
        let key = role.key.get_ref().as_str();
        let at_key = line_of(text, &role.key);
        if !is_role_key(key) {
            let expected = "two to forty small letters, digits and `_`, beginning with a letter";
            wrong.push((at_key, format!("role `{key}`: `key` is malformed: expected {expected}")));
        }
        if !known.insert(key) {
            wrong.push((at_key, format!("role `{key}` is declared twice")));
        }
        if let Some(what) = role.name.get_ref().mistake("name", NAME) {
            wrong.push((line_of(text, &role.name), format!("role `{key}`: {what}")));
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(written.role.into_iter().map(|role| role.site_role(text)).collect())
}

impl WrittenRole {
    fn site_role(self, text: &str) -> SiteRole {
        let line = line_of(text, &self.key);
        let permissions = self.permissions.iter().map(|key| (key.get_ref().clone(), line_of(text, key))).collect();
        let [label_fr, label_en] = self.name.get_ref().both();
        let role = RoleDef::of_site(self.key.get_ref(), [label_fr, label_en], self.speaks_for_region);
        let badge = self.badge.as_ref().map_or(line, |badge| line_of(text, badge));
        let role = role.with_badge_of(self.badge.map(Spanned::into_inner));
        let role = role.with_permissions(self.permissions.into_iter().map(Spanned::into_inner));
        SiteRole { role, line, permissions, badge }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUPPORT: &str = "[[role]]\nkey = \"support\"\nname = { fr = \"Assistance\", en = \"Support\" }\n";

    #[test]
    fn a_role_has_names_and_permissions() {
        let text = format!("{SUPPORT}speaks_for_region = true\npermissions = [\n  \"canteen.menu.read\",\n]\n");
        let roles = read_roles(&text).ok().unwrap();
        let [support] = &roles[..] else { panic!("{}", roles.len()) };
        assert_eq!((support.role.label_fr(), support.role.label_en()), ("Assistance".into(), "Support".into()));
        assert!(support.role.speaks_for_region());
        assert_eq!((support.line, &support.permissions[..]), (2, &[("canteen.menu.read".to_owned(), 6)][..]));
    }

    #[test]
    fn a_mistake_names_file_line_and_key() {
        let cases = [
            (format!("{SUPPORT}\n{SUPPORT}"), "r.toml:6: role `support` is declared twice"),
            (
                SUPPORT.replace("\"support\"", "\"Support\""),
                "r.toml:2: role `Support`: `key` is malformed: expected two",
            ),
            (SUPPORT.replace("Assistance", ""), "r.toml:3: role `support`: `name` is ``: expected one line of 1 to 80"),
            (format!("{SUPPORT}droits = []\n"), "r.toml:4: unknown field `droits`"),
        ];
        for (text, expected) in cases {
            let told = RoleDef::parse("r.toml", &text).unwrap_err().to_string();
            assert!(told.starts_with(expected), "{told}\ninstead of\n{expected}");
        }
    }
}
