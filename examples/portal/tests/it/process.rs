//! Programs that tests start. They never outlive the test binary, however that ends.

use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::demo::PORTAL;

/// Runs its arguments as a program, and ends it when standard input closes: which the system does for us even when a
/// test binary is killed. Only the program holds standard output, so that its end is seen there.
const LEASH: &str =
    r#"exec 3>&1 1>&2; "$@" >&3 3>&- & child=$!; exec 3>&-; read -r _; kill "$child" 2>&-; wait "$child""#;

/// A program that ends with this value, or with the test binary.
#[derive(Debug)]
pub(crate) struct Leashed {
    shell: Child,
}

impl Leashed {
    /// Starts `program`; also what it prints, line by line.
    pub(crate) fn start(program: &str, arguments: &[&str]) -> (Self, Lines<BufReader<ChildStdout>>) {
        let mut command = Command::new("sh");
        command.args(["-c", LEASH, "sh", program]).args(arguments);
        let mut shell = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell starts");
        let printed = BufReader::new(shell.stdout.take().expect("its output is piped")).lines();
        (Self { shell }, printed)
    }
}

impl Drop for Leashed {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Its exit status does not matter to the test.
        let _ = self.shell.wait();
    }
}

/// Makes the database of a site in `data`, as its first start does.
pub(crate) fn set_up(data: &Path) {
    set_up_with(data, &[]);
}

/// Makes the database with more arguments.
pub(crate) fn set_up_with(data: &Path, arguments: &[&str]) {
    let data = data.to_str().expect("a plain path");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data-dir", data];
    let (_leashed, lines) = Leashed::start(PORTAL, &[&serve[..], arguments].concat());
    let listening = lines.map_while(Result::ok).find(|line| line.starts_with("ATRIUM listens on "));
    listening.expect("an address is printed");
}
