//! Servers in Python that tests talk to, which others wrote.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

/// A script that runs until it is dropped.
pub(crate) struct Script {
    child: Child,
}

impl Script {
    /// Starts the script at `path` below these tests, for which Python has `modules`, and returns it with its input. `None` where
    /// Python lacks them, unless CI is to pass.
    pub(crate) fn start(path: &str, modules: &str, arguments: &[&std::ffi::OsStr]) -> Option<(Self, ChildStdin)> {
        let python = std::env::var("ATRIUM_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let has_them = Command::new(&python).args(["-c", &format!("import {modules}")]).stderr(Stdio::null()).status();
        if !has_them.is_ok_and(|status| status.success()) {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "no {modules}, and CI is not to pass without");
            println!("left out: {modules} are not installed");
            return None;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(path);
        let mut command = Command::new(&python);
        command.arg(script).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let input = child.stdin.take().unwrap();
        Some((Self { child }, input))
    }

    /// Waits for the script's first line.
    pub(crate) fn first_line(&mut self) -> String {
        let mut line = String::new();
        BufReader::new(self.child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
