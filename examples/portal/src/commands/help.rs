//! `help sync`, `help check`: content from a folder, while other nodes serve.

use std::path::Path;
use std::process::ExitCode;

use atrium_core::{Atrium, Error, Result};
use atrium_help::content::Folder;
use atrium_help::sync::{self, Report};

use crate::cli::{Common, HelpCommand};
use crate::platform::{self, Content};

pub(crate) async fn run(common: &Common, command: HelpCommand) -> Result<ExitCode> {
    let settings = platform::settings(common)?;
    let atrium = platform::builder(common, settings, Content::Kept).offline().build().await?;
    let report = match &command {
        HelpCommand::Sync { folder, allow_removals } => {
            let folder = read(folder)?;
            if !allow_removals {
                refuse_removals(&atrium, &folder).await?;
            }
            sync::sync(atrium.db(), &atrium.operator(), folder).await?
        }
        HelpCommand::Check { folder } => sync::check(atrium.db(), read(folder)?).await?,
    };
    atrium.stop().await?;
    let done = matches!(command, HelpCommand::Sync { .. });
    print(&report, done);
    Ok(if report.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// Articles that may always go.
const FEW: usize = 10;

/// An empty or wrong folder does not remove most of what is kept from the folder it is named after.
async fn refuse_removals(atrium: &Atrium, folder: &Folder) -> Result<()> {
    let plan = sync::check(atrium.db(), folder.clone()).await?.plan;
    let gone = plan.removed.len();
    let kept = gone + plan.changed.len() + plan.unchanged;
    match gone > FEW && gone * 2 > kept {
        true => Err(Error::bug(format!(
            "this would remove {gone} of the {kept} articles kept from a folder named `{}`: \
             if that is meant, say `--allow-removals`",
            folder.root
        ))),
        false => Ok(()),
    }
}

fn read(folder: &Path) -> Result<Folder> {
    if !folder.is_dir() {
        return Err(Error::bug(format!("`{}` is not a folder", folder.display())));
    }
    Folder::read(folder)
}

fn print(report: &Report, done: bool) {
    let plan = &report.plan;
    for (what, sources) in [("added", &plan.added), ("changed", &plan.changed), ("removed", &plan.removed)] {
        for source in sources.iter().take(20) {
            println!("{what:8} {source}");
        }
        if sources.len() > 20 {
            println!("{what:8} … and {} more", sources.len() - 20);
        }
    }
    for broken in &report.broken {
        eprintln!("{broken}");
    }
    let verb = if done { "" } else { "would be " };
    println!(
        "{} {verb}added, {} {verb}changed, {} {verb}removed, {} unchanged, {} problems",
        plan.added.len(),
        plan.changed.len(),
        plan.removed.len(),
        plan.unchanged,
        report.broken.len()
    );
}
