//! The demo, running: one for all tests of this binary that only look, or that write what is theirs.

use std::io::{BufReader, Lines, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::ChildStdout;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, OnceLock};

use atrium_core::testing::TestDatabase;
use tokio::runtime::Builder;

use crate::process::Leashed;

/// The built binary.
pub(crate) const PORTAL: &str = env!("CARGO_BIN_EXE_atrium-portal");

/// A running demo.
#[derive(Debug)]
pub(crate) struct Demo {
    printed: Printed,
    /// The maildir that it reads replies from.
    inbox: PathBuf,
    _process: Leashed,
    _database: Option<TestDatabase>,
}

/// What the demo says when it is ready.
#[derive(Debug)]
pub(crate) struct Printed {
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
    more: Mutex<Receiver<String>>,
}

impl Demo {
    /// Creates the demo all tests share.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Demo> = OnceLock::new();
        SHARED.get_or_init(|| {
            let database = server_database();
            let inbox = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("inbox-{}", std::process::id()));
            for folder in ["new", "cur"] {
                std::fs::create_dir_all(inbox.join(folder)).unwrap();
            }
            let set = format!("ATRIUM_MAIL_INBOX={}", inbox.display());
            let set = [set.as_str(), "ATRIUM_MAIL_REPLIES=reponse@example.org", PORTAL];
            let arguments = [&set[..], &arguments(database.as_ref())].concat();
            let (process, lines) = Leashed::start("env", &arguments);
            Self { printed: Printed::read(lines), inbox, _process: process, _database: database }
        })
    }

    /// Returns the address of one of its pages.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.printed.address)
    }

    /// Returns the password of all demo accounts, as the demo prints it below its address.
    pub(crate) fn password(&self) -> &str {
        static PASSWORD: OnceLock<String> = OnceLock::new();
        PASSWORD.get_or_init(|| {
            let more = self.printed.more.lock().unwrap();
            let said = more.iter().find_map(|line| line.split_once("password ").map(|(_, rest)| rest.to_owned()));
            said.expect("the demo says its password").trim_end_matches(':').to_owned()
        })
    }

    /// Returns the directory of the letters it sent, as the demo prints it below the logins.
    pub(crate) fn mail(&self) -> &Path {
        static MAIL: OnceLock<PathBuf> = OnceLock::new();
        MAIL.get_or_init(|| {
            self.password();
            let more = self.printed.more.lock().unwrap();
            let said =
                more.iter().find_map(|line| line.split_once("Mail goes to file://").map(|(_, rest)| rest.into()));
            said.expect("the demo says where mail goes")
        })
    }

    /// Returns the status of a form sent by a program without cookies.
    pub(crate) fn post(&self, path: &str, form: &str) -> u16 {
        let length = form.len();
        let head = format!("content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n");
        ask(&self.printed.address, &format!("POST {path}"), &head, form).0
    }

    /// Delivers a message to the address for replies, as a mail server does.
    pub(crate) fn deliver(&self, message: &str) {
        let beside = self.inbox.join("message");
        std::fs::write(&beside, message).unwrap();
        std::fs::rename(beside, self.inbox.join("new/1.message")).unwrap();
    }
}

impl Printed {
    /// Reads up to the line that says the address; the rest as it comes.
    pub(crate) fn read(mut lines: Lines<BufReader<ChildStdout>>) -> Self {
        let mut before = Vec::new();
        for line in lines.by_ref() {
            let line = line.unwrap();
            if let Some((_, address)) = line.split_once("http://") {
                let address = address.split(['/', ' ']).next().unwrap().to_owned();
                // An unread pipe would block its writer.
                let (send, more) = mpsc::channel();
                std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(send.send(line))));
                return Self { address, more: Mutex::new(more) };
            }
            before.push(line);
        }
        panic!("the demo ended before it was ready: {before:#?}");
    }
}

/// Returns the arguments that start the demo, on a port of the system's choice.
pub(crate) fn arguments(database: Option<&TestDatabase>) -> Vec<&str> {
    let mut arguments = vec!["demo", "--listen", "127.0.0.1:0", "--log", "warn"];
    if let Some(database) = database {
        arguments.extend(["--database-url", database.url()]);
    }
    arguments
}

/// Returns a database for a demo when the tests run on PostgreSQL; on SQLite it makes its own. The one of the
/// shared demo, which is never dropped, stays on the server.
pub(crate) fn server_database() -> Option<TestDatabase> {
    std::env::var_os("ATRIUM_TEST_POSTGRES_URL")?;
    // Tests may run in a runtime, which must not be blocked.
    let made = std::thread::spawn(|| {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(TestDatabase::new())
    });
    Some(made.join().unwrap())
}

/// Returns the status and the body of a page, without a browser.
pub(crate) fn get(address: &str, path: &str) -> (u16, String) {
    ask(address, &format!("GET {path}"), "accept: text/html\r\n", "")
}

fn ask(address: &str, what: &str, headers: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{what} HTTP/1.0\r\nhost: {address}\r\n{headers}\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}
