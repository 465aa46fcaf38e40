//! The fields of the sign-in forms.

use crate::Form;
use crate::resume_form::ResumeForm;
use atrium_platform::{Error, Message, Result};

/// A name and a password, the next page, and a form that waits for the sign-in.
#[derive(Default)]
pub(super) struct SignInForm {
    pub(super) login: String,
    pub(super) password: String,
    pub(super) next: String,
    pub(super) resume_form: Option<ResumeForm>,
}

impl SignInForm {
    pub(super) fn read(form: &Form) -> Self {
        Self {
            login: form.text("login"),
            password: form.raw("password").to_owned(),
            next: own_path(form.raw("suite")).unwrap_or_default().to_owned(),
            resume_form: ResumeForm::carried_by(form),
        }
    }
}

impl Form {
    /// Returns the password typed twice, in the fields `password` and `again`.
    ///
    /// # Errors
    /// Returns `is_invalid` if the two differ.
    pub fn new_password(&self) -> Result<&str> {
        let password = self.raw("password");
        if password == self.raw("again") {
            Ok(password)
        } else {
            Err(Error::invalid_field("again", Message::new("field-mismatch")))
        }
    }
}

/// Returns `path` if it is one of ours, below the mount point, so that sign-in never redirects to another site.
/// Browsers drop tabs and line ends and take `\` for `/`, so that `/\t/elsewhere` would be an address of another
/// host.
pub(crate) fn own_path(path: &str) -> Option<&str> {
    let inside = path.starts_with('/') && !path.starts_with("//");
    let plain = path.chars().all(|c| !c.is_control() && !c.is_whitespace() && c != '\\');
    let loops = ["/connexion", "/deconnexion"].iter().any(|own| path.starts_with(own));
    (inside && plain && !loops && path.len() <= 1000).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_gone_back_to() {
        for own in ["/", "/forum/sujets/3-bonjour?page=2", "/aide/casier/rendre#etapes"] {
            assert_eq!(own_path(own), Some(own));
        }
        for foreign in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/e",
            "javascript:x",
        ] {
            assert_eq!(own_path(foreign), None, "{foreign:?}");
        }
        assert_eq!(own_path("/deconnexion"), None);
    }
}
