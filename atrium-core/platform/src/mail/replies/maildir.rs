//! A directory into which a mail server delivers (maildir): each message in `new` is taken, and moved to `cur`.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Inbox;
use super::inbox::MOST_BYTES;

/// The interval at which the directory is looked at.
const LOOK: Duration = Duration::from_secs(5);
/// The end of the name of a message that was seen.
const SEEN: &str = ":2,S";

/// Takes the messages of the maildir `directory` until `stop`. One that cannot be taken now stays where it is.
pub(crate) async fn watch(inbox: Inbox, directory: PathBuf, stop: CancellationToken) {
    let mut told = false;
    loop {
        match take_all(&inbox, &directory, &stop).await {
            Ok(()) => told = false,
            Err(error) if told => tracing::debug!(error, "messages still cannot be taken"),
            Err(error) => {
                told = true;
                tracing::error!(error, directory = %directory.display(), "messages cannot be taken");
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn take_all(inbox: &Inbox, directory: &Path, stop: &CancellationToken) -> Result<(), String> {
    let new = directory.join("new");
    let mut entries = tokio::fs::read_dir(&new).await.map_err(|error| error.to_string())?;
    while let Some(entry) = entries.next_entry().await.map_err(|error| error.to_string())? {
        if stop.is_cancelled() {
            return Ok(());
        }
        let path = entry.path();
        let raw = match read(&path).await {
            Ok(raw) => raw,
            // Another node over the same directory was first.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error.to_string()),
        };
        inbox.take(&raw).await.map_err(|error| error.told())?;
        let name = entry.file_name();
        let seen = directory.join("cur").join(format!("{}{SEEN}", name.to_string_lossy()));
        match tokio::fs::rename(&path, &seen).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.to_string()),
            _ => {}
        }
    }
    Ok(())
}

/// Reads a message, and one byte more than is taken of one that is too large.
async fn read(path: &Path) -> io::Result<Vec<u8>> {
    use tokio::io::AsyncReadExt as _;

    let mut raw = Vec::new();
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    tokio::fs::File::open(path).await?.take(most).read_to_end(&mut raw).await?;
    Ok(raw)
}
