//! `help sync`, `help check`: content from a folder, while other nodes serve.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use async_trait::async_trait;
use atrium_core::access::{Actor, Via};
use atrium_core::clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use atrium_core::plugin::{CommandDef, PluginContext, RunCommand, Terminal};
use atrium_core::{Error, Result};

use crate::content::{Folder, Severity};
use crate::source::{Source, read_folder};
use crate::sync::{Content, Removals, Report};

/// The sources of one kind of change that are printed.
const PRINTED: usize = 20;

/// The command, with the content that the help itself brings.
pub(crate) struct ContentCommand {
    source: Source,
    root: Option<String>,
}

impl ContentCommand {
    pub(crate) fn new(source: Source, root: Option<String>) -> Self {
        Self { source, root }
    }

    /// Returns the command as plugins declare it.
    pub(crate) fn definition(self) -> CommandDef {
        let folder = Arg::new("folder")
            .value_parser(value_parser!(PathBuf))
            .help("The folder; each of its folders is a collection [default: what `serve` brings]");
        let name = Arg::new("name").long("as").value_name("NAME").help(
            "The name under which it is kept apart from other folders [default: that of what `serve` brings for the same \
             folder; any other folder's own]",
        );
        let removals = Arg::new("allow-removals")
            .long("allow-removals")
            .action(ArgAction::SetTrue)
            .help("Remove articles though it is all or most of those kept from a folder of this name");
        let sync = Command::new("sync").about("Bring the database to what a folder of Markdown says").args([
            folder.clone(),
            name.clone(),
            removals,
        ]);
        let check =
            Command::new("check").about("Read and render a folder of Markdown, and write nothing").args([folder, name]);
        let command = Command::new("help").about("Help content").subcommand_required(true).arg_required_else_help(true);
        // What is only checked needs no site: authors check their folder anywhere.
        CommandDef::new(command.subcommands([sync, check]), self)
            .without_site(|matches| matches.subcommand_name() == Some("check"))
    }

    /// Returns the folder that was named under `name`; without one, what the help brings, under the name that it is kept
    /// as.
    async fn read(&self, folder: Option<&PathBuf>, name: Option<&String>) -> Result<Folder> {
        let (read, own) = match folder {
            Some(folder) => {
                if !folder.is_dir() {
                    return Err(Error::bug(format!("`{}` is not a folder", folder.display())));
                }
                (read_folder(folder.clone()).await?, self.is_source(folder))
            }
            None => {
                let brought = self.source.read().await?;
                (brought.ok_or_else(|| Error::bug("no folder: name one, since the help brings none"))?, true)
            }
        };
        Ok(match name.or(self.root.as_ref().filter(|_| own)) {
            Some(name) => read.kept_as(name),
            None => read,
        })
    }

    fn is_source(&self, folder: &Path) -> bool {
        let Source::Directory(own) = &self.source else { return false };
        matches!((own.canonicalize(), folder.canonicalize()), (Ok(one), Ok(other)) if one == other)
    }
}

#[async_trait]
impl RunCommand for ContentCommand {
    async fn run(&self, cx: &PluginContext, matches: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<ExitCode> {
        let Some((command, matches)) = matches.subcommand() else {
            return Err(Error::bug("expected `sync` or `check`"));
        };
        let folder = self.read(matches.get_one("folder"), matches.get_one("name")).await?;
        let report = if command == "sync" {
            let removals = if matches.get_flag("allow-removals") { Removals::All } else { Removals::Few };
            Content::of(&cx.db).sync(&Actor::system(Via::Cli, cx.db.now()), folder, removals).await
        } else {
            Content::of(&cx.db).check(folder).await
        };
        let report = match report {
            Err(refused) if refused.is_conflict() => {
                terminal.warn(refused);
                return Ok(ExitCode::FAILURE);
            }
            report => report?,
        };
        print(terminal, &report, command == "sync");
        Ok(match report.faults.iter().map(|fault| fault.severity).max() {
            Some(Severity::Error) => ExitCode::from(2),
            Some(Severity::Warning) => ExitCode::from(3),
            Some(Severity::Note) | None => ExitCode::SUCCESS,
        })
    }
}

fn print(terminal: &mut Terminal<'_>, report: &Report, done: bool) {
    let plan = &report.plan;
    for (what, sources) in [("added", &plan.added), ("changed", &plan.changed), ("removed", &plan.removed)] {
        for source in sources.iter().take(PRINTED) {
            terminal.say(format_args!("{what:8} {source}"));
        }
        if sources.len() > PRINTED {
            terminal.say(format_args!("{what:8} … and {} more", sources.len() - PRINTED));
        }
    }
    for (old, new) in &plan.moved {
        terminal.say(format_args!("moved    {old} → {new}"));
    }
    for fault in &report.faults {
        terminal.warn(format_args!("{:8} {fault}", fault.severity.as_str()));
    }
    let verb = if done { "" } else { "would be " };
    let (errors, warnings) = (report.of(Severity::Error).count(), report.of(Severity::Warning).count());
    terminal.say(format_args!(
        "{} {verb}added, {} {verb}changed, {} {verb}removed, {} {verb}moved, {} unchanged, {} problems ({errors} errors, \
         {warnings} warnings)",
        plan.added.len(),
        plan.changed.len(),
        plan.removed.len(),
        plan.moved.len(),
        plan.unchanged,
        errors + warnings
    ));
}
