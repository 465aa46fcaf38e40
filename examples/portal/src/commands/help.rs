//! `help sync`, `help check`: content from a folder, while other nodes serve.

use std::path::Path;
use std::process::ExitCode;

use atrium_core::config::Settings;
use atrium_core::{Error, Result};
use atrium_help::content::{Folder, Severity};
use atrium_help::sync::{self, Removals, Report};
use tempfile::TempDir;

use crate::cli::{Common, HelpCommand};
use crate::content;
use crate::platform::{self, Content};

pub(crate) async fn run(common: &Common, command: HelpCommand) -> Result<ExitCode> {
    let mut builder = platform::builder(common, platform::settings(common)?, Content::Kept).offline();
    // What is only checked needs no site: authors check their folder anywhere.
    let mut scratch = None;
    if matches!(command, HelpCommand::Check { .. }) && !builder.finds_database() {
        let directory = TempDir::new().map_err(|source| Error::internal("a temporary directory", source))?;
        let settings = Settings::default().data_dir(directory.path());
        builder = platform::builder(common, settings, Content::Kept).work_later();
        scratch = Some(directory);
    }
    let atrium = builder.build().await?;
    let report = match &command {
        HelpCommand::Sync { folder, name, allow_removals } => {
            let removals = if *allow_removals { Removals::All } else { Removals::Few };
            let folder = read(common, folder.as_deref(), name.as_deref())?;
            sync::sync(atrium.db(), &atrium.operator(), folder, removals).await
        }
        HelpCommand::Check { folder, name } => {
            sync::check(atrium.db(), read(common, folder.as_deref(), name.as_deref())?).await
        }
    };
    atrium.stop().await?;
    drop(scratch);
    let done = matches!(command, HelpCommand::Sync { .. });
    let report = match report {
        Err(refused) if refused.is_conflict() => {
            eprintln!("{refused}");
            return Ok(ExitCode::FAILURE);
        }
        report => report?,
    };
    print(&report, done);
    Ok(match report.faults.iter().map(|fault| fault.severity).max() {
        Some(Severity::Error) => ExitCode::from(2),
        Some(Severity::Warning) => ExitCode::from(3),
        Some(Severity::Note) | None => ExitCode::SUCCESS,
    })
}

/// Returns the folder under `name`; without one, the folder that `serve` brings under the name that `serve` keeps
/// it as, any other under its own. Without a folder, what `serve` brings: that of `--content`, or what is in the
/// binary.
fn read(common: &Common, folder: Option<&Path>, name: Option<&str>) -> Result<Folder> {
    let Some(folder) = folder.or(common.content.as_deref()) else {
        return Ok(content::folder(name.unwrap_or(content::ROOT)));
    };
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
    for (old, new) in &plan.moved {
        say!("moved    {old} → {new}");
    }
    for fault in &report.faults {
        eprintln!("{:8} {fault}", fault.severity.as_str());
    }
    let verb = if done { "" } else { "would be " };
    let (errors, warnings) = (report.of(Severity::Error).count(), report.of(Severity::Warning).count());
    say!(
        "{} {verb}added, {} {verb}changed, {} {verb}removed, {} {verb}moved, {} unchanged, {} problems ({errors} errors, {warnings} warnings)",
        plan.added.len(),
        plan.changed.len(),
        plan.removed.len(),
        plan.moved.len(),
        plan.unchanged,
        errors + warnings
    );
}
