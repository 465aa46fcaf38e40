//! Files in a bucket of an S3 store.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::ChildStdin;

use atrium_core::clock::Clock;
use atrium_core::directory::Profile;
use atrium_core::files::Content;
use atrium_core::testing::TestSite;
use futures::StreamExt;

use super::{Drawer, attach, kept, png, read, send};
use crate::python::Script;

/// A store of `moto` from PyPI.
struct Store {
    _script: Script,
    _input: ChildStdin,
    port: String,
}

impl Store {
    fn start() -> Option<Self> {
        let (mut script, input) = Script::start("files/store.py", "boto3, moto.server", &[])?;
        let port = script.first_line();
        Some(Self { _script: script, _input: input, port })
    }

    fn url(&self) -> String {
        format!("s3://atrium:s%2Fcret@attached/site?endpoint=http://127.0.0.1:{}&region=us-east-1", self.port)
    }

    /// Returns the names in the bucket.
    fn names(&self) -> Vec<String> {
        let mut stream = TcpStream::connect(format!("127.0.0.1:{}", self.port)).unwrap();
        write!(stream, "GET /attached?list-type=2 HTTP/1.0\r\nhost: 127.0.0.1:{}\r\n\r\n", self.port).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let names = answer.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
        names.map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn a_bucket_keeps_files_and_pages_go_on_without_it() {
    let Some(store) = Store::start() else { return };
    let site = TestSite::builder().plugin(Drawer).files_in(&store.url()).start().await;
    let sender = site.school().await.member(Profile::Teacher).await;
    let actor = sender.client().await.actor().clone();
    let files = site.atrium().files();
    let picture = send(&site, &actor, "écran.png", &png()).await.unwrap();
    attach(&site, sender.id(), sender.id(), picture.id).await.unwrap();
    // More than the store takes at once.
    let long = "Une pièce jointe qui est longue.\n".repeat(400_000);
    let text = send(&site, &actor, "journal.txt", long.as_bytes()).await.unwrap();
    assert!(text.size > 12 << 20);
    assert_eq!(store.names().len(), 3, "the picture, its small one and the text: {:?}", store.names());
    assert!(store.names().iter().all(|name| name.starts_with("site/")));
    assert!(kept(&site).is_empty(), "nothing stays on the node");

    assert!(read(files, &text).await == long.as_bytes());
    let part: Vec<_> = files.read(&text, Content::Whole, 11 << 20..(11 << 20) + 40).await.unwrap().collect().await;
    let part: Vec<u8> = part.into_iter().flat_map(|part| part.unwrap().to_vec()).collect();
    assert!(part == long.as_bytes()[11 << 20..(11 << 20) + 40]);
    let reader = site.signed_in(sender.id()).await;
    let address = format!("/fichiers/{}", picture.id);
    reader.get(&address).await.assert_status(200);

    // The store's own instants are the machine's.
    site.clock().set(Clock::system().now().plus_days(2));
    site.run_jobs().await;
    assert_eq!(store.names().len(), 2, "what was attached stays");
    let reader = site.signed_in(sender.id()).await;
    reader.get(&address).await.assert_status(200);

    drop(store);
    let answer = reader.get(&address).await;
    answer.assert_status(503);
    assert!(answer.headers.contains_key("retry-after"));
    reader.get("/compte").await.assert_status(200);
}
