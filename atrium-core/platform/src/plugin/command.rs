//! Commands that plugins bring to a program's command line.

use std::fmt;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use clap::{ArgMatches, Command};

use super::PluginContext;
use crate::error::Result;

/// A command of a plugin: how it is read, and what runs it.
#[derive(Clone)]
pub struct CommandDef {
    command: Command,
    run: Arc<dyn RunCommand>,
    without_site: fn(&ArgMatches) -> bool,
}

/// Runs a command.
#[async_trait]
pub trait RunCommand: Send + Sync + 'static {
    /// Runs it on a platform without index and background work, beside the nodes that serve. `matches` are those of the
    /// command itself.
    ///
    /// # Errors
    /// Returns an error that the program prints before it ends with a failure.
    async fn run(&self, cx: &PluginContext, matches: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<ExitCode>;
}

/// Where a command prints. A reader that stops early, as `head` does, does not end the program.
#[non_exhaustive]
pub struct Terminal<'t> {
    out: &'t mut (dyn Write + Send),
    err: &'t mut (dyn Write + Send),
}

impl<'t> Terminal<'t> {
    /// Creates a terminal that prints to `out`, and what is wrong to `err`.
    pub fn new(out: &'t mut (dyn Write + Send), err: &'t mut (dyn Write + Send)) -> Self {
        Self { out, err }
    }

    /// Prints a line.
    pub fn say(&mut self, line: impl fmt::Display) {
        let _ = writeln!(self.out, "{line}");
    }

    /// Prints a line about what is wrong.
    pub fn warn(&mut self, line: impl fmt::Display) {
        let _ = writeln!(self.err, "{line}");
    }
}

impl CommandDef {
    /// Creates a command with the name, the subcommands and the options of `command`.
    pub fn new(command: Command, run: impl RunCommand) -> Self {
        Self { command, run: Arc::new(run), without_site: |_| false }
    }

    /// Lets it run on an empty platform where there is no database yet, if `needs_none` says so of what was typed: to
    /// check files, say.
    #[must_use]
    pub fn without_site(mut self, needs_none: fn(&ArgMatches) -> bool) -> Self {
        self.without_site = needs_none;
        self
    }

    /// Returns its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.command.get_name()
    }

    /// Returns how it is read.
    #[must_use]
    pub fn command(&self) -> Command {
        self.command.clone()
    }

    /// Returns `true` if what was typed can run on an empty platform.
    #[must_use]
    pub fn runs_without_site(&self, matches: &ArgMatches) -> bool {
        (self.without_site)(matches)
    }

    /// Runs it.
    ///
    /// # Errors
    /// Returns the error of the command.
    pub async fn run(&self, cx: &PluginContext, matches: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<ExitCode> {
        self.run.run(cx, matches, terminal).await
    }
}
