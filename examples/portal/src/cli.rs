//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use atrium_core::plugin::CommandDef;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

/// The ATRIUM assistance platform: online help and moderated forum.
#[derive(Debug, Parser)]
#[command(name = "atrium-portal", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Returns the names of the program's own commands.
pub(crate) fn own_commands() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// What was typed.
pub(crate) enum Typed {
    /// A command of the program itself.
    Own(Cli),
    /// A command of a plugin, by its name.
    OfPlugin(Common, String, ArgMatches),
}

impl Typed {
    /// Reads the command line, to which plugins bring the commands `of_plugins`; ends the program with a message if it
    /// cannot be read.
    pub(crate) fn read(of_plugins: &[CommandDef]) -> Self {
        let command = Cli::command().subcommands(of_plugins.iter().map(CommandDef::command));
        let matches = command.get_matches();
        if let Some((name, inside)) = matches.subcommand()
            && of_plugins.iter().any(|def| def.name() == name)
        {
            // Options for every command may stand on either side of its name, and clap gives them to the innermost.
            let common = Common::from_arg_matches(inside).unwrap_or_else(|error| error.exit());
            return Self::OfPlugin(common, name.to_owned(), inside.clone());
        }
        Self::Own(Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()))
    }

    /// Returns what every command takes.
    pub(crate) fn common(&self) -> &Common {
        match self {
            Self::Own(cli) => &cli.common,
            Self::OfPlugin(common, ..) => common,
        }
    }
}

/// What every command takes. Settings not given here come from `ATRIUM_*` variables, then from the file.
#[derive(Debug, Default, Args)]
pub(crate) struct Common {
    /// Configuration file; `atrium.toml` is read when it is there
    #[arg(long, global = true, value_name = "FILE", env = "ATRIUM_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Directory of the database, the index and the files [default: ./atrium-data; for `demo`, a temporary one]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// `postgres://…` or `sqlite://…` [default: a SQLite file in the data directory]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// Address to listen on [default: 127.0.0.1:3000]
    #[arg(long, global = true, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// Folder of help content, instead of the one in the binary
    #[arg(long, global = true, value_name = "DIR", env = "ATRIUM_CONTENT")]
    pub(crate) content: Option<PathBuf>,
    /// What is logged, as `tracing` filters spell it [default: info]
    #[arg(long, global = true, value_name = "FILTER", env = "ATRIUM_LOG")]
    pub(crate) log: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the platform
    Serve,
    /// Show the platform with demo schools, people and a living forum, in a temporary directory
    Demo(DemoOptions),
    /// People with a local account
    #[command(subcommand)]
    User(UserCommand),
    /// Roles
    #[command(subcommand)]
    Role(RoleCommand),
    /// The search index
    #[command(subcommand)]
    Search(SearchCommand),
    /// Copy everything that is truth into a new folder, while the site runs; on PostgreSQL, say which tool does
    Backup {
        /// The folder to make
        folder: PathBuf,
    },
    /// Put a backup back, while the site is stopped; on PostgreSQL, say which tool does
    Restore {
        /// The folder that `backup` made
        folder: PathBuf,
        /// Set a database that is there aside, under another name
        #[arg(long)]
        replace: bool,
    },
    /// The secret key of the site
    #[command(subcommand)]
    Key(KeyCommand),
    /// Say what is wrong with a set-up
    Doctor,
}

/// How the demo is made.
#[derive(Debug, Args)]
pub(crate) struct DemoOptions {
    /// The same number makes the same people
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
}

/// Commands on the secret key.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Go on with the key of this node, or with a new one if it has none, after the one of the site was lost
    Replace,
}

/// Commands on people.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Add a person with a local account, and print the link by which they set a password
    Create {
        /// What they sign in as
        login: String,
        /// Given name
        #[arg(long)]
        given: String,
        /// Family name
        #[arg(long)]
        family: String,
        /// Their profile in a school: student, guardian, teacher, leadership, school_life or staff
        #[arg(long, requires = "school")]
        profile: Option<String>,
        /// The school's UAI
        #[arg(long, value_name = "UAI", requires = "profile")]
        school: Option<String>,
    },
    /// Print a link by which a person sets a password, or set it
    Password {
        /// What they sign in as
        login: String,
        /// Read the new password from standard input
        #[arg(long)]
        stdin: bool,
    },
}

/// Commands on roles.
#[derive(Debug, Subcommand)]
pub(crate) enum RoleCommand {
    /// Give a role
    Grant {
        /// Whose account, or `person:N`
        login: String,
        /// The role's key
        role: String,
        /// `platform`, or a school's UAI
        #[arg(long, default_value = "platform")]
        scope: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Take a role back
    Revoke {
        /// Whose account, or `person:N`
        login: String,
        /// The role's key
        role: String,
        /// `platform`, or a school's UAI
        #[arg(long, default_value = "platform")]
        scope: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Say why somebody may or may not
    Explain {
        /// Whose account, or `person:N`
        login: String,
        /// The permission's key
        permission: String,
        /// `platform`, or a school's UAI
        #[arg(long, default_value = "platform")]
        scope: String,
    },
}

/// Commands on the index.
#[derive(Debug, Subcommand)]
pub(crate) enum SearchCommand {
    /// Have every node fill its index again from the database
    Reindex,
}
