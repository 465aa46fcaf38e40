//! `doctor`: what is wrong with a set-up, and what to do about it.

use std::process::ExitCode;

use atrium_core::Result;
use atrium_core::plugin::Severity;

use crate::cli::Common;
use crate::platform::{self, Content};

pub(crate) async fn run(common: &Common) -> Result<ExitCode> {
    let settings = platform::settings(common)?;
    // The content is not synchronised: a named folder is only checked.
    let content = if common.content.is_some() { Content::Synchronised } else { Content::Kept };
    let findings = platform::builder(common, settings, content).examine().await;
    for finding in &findings {
        let mark = match finding.severity {
            Severity::Fine => "ok     ",
            Severity::Warning => "warning",
            Severity::Failure => "FAILURE",
        };
        say!("{mark}  {}: {}", finding.subject, finding.message);
    }
    let worst = findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Fine);
    Ok(if worst == Severity::Failure { ExitCode::from(2) } else { ExitCode::SUCCESS })
}
