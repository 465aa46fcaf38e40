//! Fills an empty database with a region's data: schools, people, topics, posts, journal.
//!
//! ```text
//! cargo run --release -p atrium-benches --bin region -- --data-dir /tmp/region --people 300000
//! cargo run --release -p atrium-benches --bin region -- --database-url postgres://atrium@127.0.0.1/region
//! cargo run --release -- serve --data-dir /tmp/region
//! ```

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use atrium_benches::region::{PASSWORD, Region, fill};
use atrium_benches::{ROLES, SERVICES};
use atrium_core::Atrium;
use atrium_core::config::Settings;
use atrium_forum::Forum;
use atrium_help::Help;
use clap::Parser;

/// Fills an empty database with a region's data.
#[derive(Clone, Debug, Parser)]
struct Fill {
    /// Where the SQLite database goes, and what a node keeps
    #[arg(long)]
    data_dir: PathBuf,
    /// A PostgreSQL database instead of SQLite
    #[arg(long)]
    database_url: Option<String>,
    /// Establishments
    #[arg(long, default_value_t = 310, value_parser = clap::value_parser!(i64).range(10..=2_000))]
    schools: i64,
    /// People
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(i64).range(10_000..=2_000_000))]
    people: i64,
    /// Topics
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(i64).range(100..=1_000_000))]
    topics: i64,
    /// Posts, at least as many as topics
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(i64).range(100..=10_000_000))]
    posts: i64,
    /// Lines of the journal
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(i64).range(0..=10_000_000))]
    journal: i64,
    /// What the data are drawn from
    #[arg(long, default_value_t = 7)]
    seed: u64,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Fill::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(asked: Fill) -> Result<(), Box<dyn std::error::Error>> {
    if asked.posts < asked.topics {
        return Err("`--posts`: each topic has a post".into());
    }
    let mut settings = Settings::default().data_dir(&asked.data_dir).not_durable();
    if let Some(url) = &asked.database_url {
        settings = settings.database(url);
    }
    let builder = Atrium::builder()
        .settings(settings)
        .services("services.toml", SERVICES)
        .roles("roles.toml", ROLES)
        .plugin(Help::new())
        .plugin(Forum::default());
    let atrium = builder.work_later().build().await?;
    let mut region = Region::default();
    (region.schools, region.people, region.topics) = (asked.schools, asked.people, asked.topics);
    (region.posts, region.journal, region.seed) = (asked.posts, asked.journal, asked.seed);
    let start = Instant::now();
    let accounts = fill(&atrium, &region, |step| println!("{step}")).await?;
    atrium.stop().await?;
    println!("all: {:.1} s\npassword {PASSWORD}:", start.elapsed().as_secs_f64());
    for account in accounts {
        println!("  {} ({})", account.name, account.who);
    }
    Ok(())
}
