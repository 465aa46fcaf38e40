//! `help sync`, `help check`: content from a folder, while other nodes serve.

use std::path::Path;
use std::process::ExitCode;

use atrium_core::{Error, Result};
use atrium_help::content::Folder;
use atrium_help::sync::{self, Removals, Report};

use crate::cli::{Common, HelpCommand};
use crate::content;
use crate::platform::{self, Content};

pub(crate) async fn run(common: &Common, command: HelpCommand) -> Result<ExitCode> {
    let settings = platform::settings(common)?;
    let atrium = platform::builder(common, settings, Content::Kept).offline().build().await?;
    let report = match &command {
        HelpCommand::Sync { folder, name, allow_removals } => {
            let removals = if *allow_removals { Removals::All } else { Removals::Few };
            sync::sync(atrium.db(), &atrium.operator(), read(common, folder, name.as_deref())?, removals).await
        }
        HelpCommand::Check { folder, name } => sync::check(atrium.db(), read(common, folder, name.as_deref())?).await,
    };
    atrium.stop().await?;
    let done = matches!(command, HelpCommand::Sync { .. });
    let report = match report {
        Err(refused) if refused.is_conflict() => {
            eprintln!("{refused}");
            return Ok(ExitCode::FAILURE);
        }
        report => report?,
    };
    print(&report, done);
    Ok(if report.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// The folder under `name`; without one, the folder that `serve` brings under the name that `serve` keeps it as, any
/// other under its own.
fn read(common: &Common, folder: &Path, name: Option<&str>) -> Result<Folder> {
    if !folder.is_dir() {
        return Err(Error::bug(format!("`{}` is not a folder", folder.display())));
    }
    let read = Folder::read(folder)?;
    let served = common.content.as_deref().is_some_and(|content| same(content, folder));
    Ok(match name.or(served.then_some(content::ROOT)) {
        Some(name) => read.kept_as(name),
        None => read,
    })
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

fn print(report: &Report, done: bool) {
    let plan = &report.plan;
    for (what, sources) in [("added", &plan.added), ("changed", &plan.changed), ("removed", &plan.removed)] {
        for source in sources.iter().take(20) {
            say!("{what:8} {source}");
        }
        if sources.len() > 20 {
            say!("{what:8} … and {} more", sources.len() - 20);
        }
    }
    for broken in &report.broken {
        eprintln!("{broken}");
    }
    let verb = if done { "" } else { "would be " };
    say!(
        "{} {verb}added, {} {verb}changed, {} {verb}removed, {} unchanged, {} problems",
        plan.added.len(),
        plan.changed.len(),
        plan.removed.len(),
        plan.unchanged,
        report.broken.len()
    );
}
