//! The whole assistance platform in one binary: `cargo run --release -- demo` shows it, `-- serve` keeps it.

/// Prints a line; a reader that stops early, as `head` does, does not end the program.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}

mod cli;
mod commands;
mod content;
mod demo;
mod logging;
mod platform;

use std::process::ExitCode;
use std::time::Duration;

use atrium_core::config::Settings;

use cli::{Command, Common, KeyCommand, Typed};
use platform::Content;

/// Threads that come and go leave glibc's arenas full of holes: the demo keeps 130 MB with it, half of that with this.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long work on other threads may go on once everything has ended.
const LEFT_OVER: Duration = Duration::from_secs(3);

fn main() -> ExitCode {
    // The plugins' commands do not depend on what is typed.
    let builder = platform::builder(&Common::default(), Settings::default(), Content::Kept);
    let of_plugins = match builder.commands(&cli::own_commands().iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(commands) => commands,
        Err(error) => return fail(&error),
    };
    let typed = Typed::read(&of_plugins);
    logging::start(typed.common().log.as_deref());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let done = runtime.block_on(run(typed));
    // A name that a resolver never answers, say, keeps no process from ending.
    runtime.shutdown_timeout(LEFT_OVER);
    match done {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

async fn run(typed: Typed) -> atrium_core::Result<ExitCode> {
    let cli = match typed {
        Typed::Own(cli) => cli,
        Typed::OfPlugin(common, name, matches) => return commands::of_plugin::run(&common, &name, &matches).await,
    };
    let common = &cli.common;
    match cli.command {
        Command::Serve => commands::serve::run(common).await,
        Command::Demo(options) => commands::demo::run(common, &options).await,
        Command::User(command) => commands::user::run(common, command).await,
        Command::Role(command) => commands::role::run(common, command).await,
        Command::Search(command) => commands::search::run(common, command).await,
        Command::Backup { folder } => commands::backup::run(common, &folder).await,
        Command::Restore { folder, replace } => commands::restore::run(common, &folder, replace).await,
        Command::Key(KeyCommand::Replace) => commands::key::replace(common).await,
        Command::Doctor => commands::doctor::run(common).await,
    }
}

/// Says what failed, down to its first cause.
fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("atrium-portal: {error}");
    let mut cause = error.source();
    while let Some(inner) = cause {
        eprintln!("  because: {inner}");
        cause = inner.source();
    }
    ExitCode::FAILURE
}
