//! `user create`, `user password`: people with a local account, from the machine's own command line.

use std::io::Read;
use std::process::ExitCode;

use atrium_core::directory::actions::{NewPerson, Place};
use atrium_core::directory::{self, Profile, Uai};
use atrium_core::login::{self, LoginName};
use atrium_core::{Atrium, Error, Result};

use super::words;
use crate::cli::{Common, UserCommand};
use crate::platform::{self, Content};

pub(crate) async fn run(common: &Common, command: UserCommand) -> Result<ExitCode> {
    let settings = platform::settings(common)?;
    let atrium = platform::builder(common, settings, Content::Kept).offline().build().await?;
    let done = match command {
        UserCommand::Create { login, given, family, profile, school } => {
            create(&atrium, &login, (&given, &family), profile.as_deref(), school.as_deref()).await
        }
        UserCommand::Password { login, stdin } => password(&atrium, &login, stdin).await,
    };
    let done = done.map_err(|error| words::explained(&atrium, &error));
    atrium.stop().await?;
    done?;
    Ok(ExitCode::SUCCESS)
}

async fn create(
    atrium: &Atrium,
    login: &str,
    (given, family): (&str, &str),
    profile: Option<&str>,
    school: Option<&str>,
) -> Result<()> {
    let place = place(atrium, profile, school).await?;
    let login = LoginName::parse(login).map_err(|message| Error::invalid_field("login", message))?;
    let (access, operator, new) = (atrium.access(), atrium.operator(), NewPerson::new(place, given, family));
    let (id, link) = access.login().create_person_with_link(&operator, new, &login).await?;
    say!("{given} {family} is person {id}. They set a password, once, within {} hours, at", login::LINK_HOURS);
    tell_link(atrium, link.secret());
    Ok(())
}

/// Prints the link, as far as this command knows the address: the node that serves may have been told another one.
fn tell_link(atrium: &Atrium, secret: &str) {
    let settings = atrium.settings();
    say!("{}", platform::link(settings, settings.listen, secret));
    if settings.public_url.is_none() {
        eprintln!("(If the portal is reached elsewhere, set `public_url`, or give this command the same `--listen`.)");
    }
}

async fn place(atrium: &Atrium, profile: Option<&str>, school: Option<&str>) -> Result<Place> {
    let (profile, school) = match (profile, school) {
        (None, None) => return Ok(Place::Region),
        (Some(profile), Some(school)) => (profile, school),
        _ => return Err(Error::bug("`--profile` and `--school` go together")),
    };
    let known = "student, guardian, teacher, leadership, school_life, staff";
    let profile = Profile::from_key(profile)
        .ok_or_else(|| Error::bug(format!("`--profile` is `{profile}`: expected one of {known}")))?;
    let uai: Uai = school.parse().map_err(|source| Error::bug(format!("`--school` is `{school}`: {source}")))?;
    let school = directory::establishment_by_uai(atrium.db(), uai.as_str()).await?;
    let school = school.ok_or_else(|| Error::not_found(format!("establishment {uai}")))?;
    Ok(Place::Member(school.id, profile))
}

async fn password(atrium: &Atrium, login: &str, stdin: bool) -> Result<()> {
    let person = super::person_of(atrium, login).await?;
    let operator = atrium.operator();
    if !stdin {
        let link = atrium.login().one_time_link(&operator, person).await?;
        say!("{login} sets a new password, once, within {} hours, at", login::LINK_HOURS);
        tell_link(atrium, link.secret());
        return Ok(());
    }
    let mut typed = String::new();
    std::io::stdin().read_to_string(&mut typed).map_err(|source| Error::internal("standard input", source))?;
    atrium.login().give_password(&operator, person, typed.trim_end_matches(['\r', '\n'])).await?;
    say!("The password of {login} is set; their other sessions have ended.");
    Ok(())
}
