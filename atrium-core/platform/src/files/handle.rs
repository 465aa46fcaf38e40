//! Sending files, and reading them.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures::Stream;
use futures::stream::BoxStream;
use sha2::{Digest, Sha256};

use super::incoming::Incoming;
use super::kind::HEAD;
use super::objects::Objects;
use super::picture::{Picture, renewed};
use super::store::{self, Blob, Readers};
use super::{Attachment, FILE_SENT, FileId, FileKind, FileOwner, FileScanner};
use crate::access::Actor;
use crate::config::Settings;
use crate::db::Db;
use crate::error::{Error, Message, Result};
use crate::events::Act;
use crate::id::{EstablishmentId, PersonId, unique_name};

/// The end of the name of a small picture in the store.
pub(super) const SMALL: &str = "-small";
/// The most files that somebody has sent and not attached.
const MOST_LOOSE: i64 = 60;

/// The name of the small picture of what is kept under `object`.
pub(super) fn small_of(object: &str) -> String {
    format!("{object}{SMALL}")
}

/// Takes files, and gives them to those who may read them. Cheap to clone.
#[derive(Clone)]
pub struct Files(Arc<Inner>);

struct Inner {
    db: Db,
    settings: Arc<Settings>,
    objects: Objects,
    scanner: Option<Arc<dyn FileScanner>>,
    owners: OnceLock<Vec<(&'static str, Arc<dyn FileOwner>)>>,
}

/// Which of a file's contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// All of it.
    Whole,
    /// Its small picture.
    Small,
}

/// What is about to be kept of a file.
struct Ready {
    kind: FileKind,
    size: u64,
    digest: String,
    picture: Option<Picture>,
}

impl Files {
    /// Creates the files of the platform on `db`, whose owners come later.
    ///
    /// # Errors
    /// Returns an error if a setting cannot be used.
    pub(crate) fn without_owners(
        db: Db,
        settings: Arc<Settings>,
        scanner: Option<Arc<dyn FileScanner>>,
    ) -> Result<Self> {
        let objects = Objects::of(&settings)?;
        Ok(Self(Arc::new(Inner { db, settings, objects, scanner, owners: OnceLock::new() })))
    }

    /// Sets the owners by the ids of their plugins, once.
    pub(crate) fn set_owners(&self, owners: impl IntoIterator<Item = (&'static str, Arc<dyn FileOwner>)>) {
        let _ = self.0.owners.set(owners.into_iter().collect());
    }

    pub(super) fn objects(&self) -> &Objects {
        &self.0.objects
    }

    /// Returns the most bytes of one file, whatever it is.
    #[must_use]
    pub fn most_bytes(&self) -> u64 {
        self.limit_of(None).max(self.limit_of(Some(FileKind::JPEG)))
    }

    /// Returns the most bytes of a picture, or of something else.
    fn limit_of(&self, kind: Option<FileKind>) -> u64 {
        let settings = &self.0.settings;
        let is_picture = kind.is_some_and(FileKind::is_picture);
        u64::from(if is_picture { settings.picture_megabytes } else { settings.document_megabytes }) << 20
    }

    /// Takes a file called `name`, which its sender attaches within a day.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor; `is_invalid` for the field `files` if the file is empty, of a kind that is
    /// not taken, too large, refused by the scanner, a picture that cannot be read, or more than the sender or their school may
    /// keep; the error of `content`; or an error if the database or the store fails. Nothing is kept then.
    pub async fn send<B, S>(&self, actor: &Actor, name: &str, content: S) -> Result<Attachment>
    where
        B: AsRef<[u8]> + Send,
        S: Stream<Item = Result<B>> + Send,
    {
        let person = actor.require_person()?;
        if store::loose_of(&self.0.db, person).await? >= MOST_LOOSE {
            return Err(refused(Message::new("file-too-many-loose")));
        }
        let most = self.most_bytes();
        let written = Incoming::write(&self.0.settings, content, most).await;
        let incoming = written.map_err(|error| if error.is_too_large() { too_large(most) } else { error })?;
        let ready = self.look_at(&incoming).await?;
        let school = actor.rights().memberships(actor.now()).next().map(|held| held.establishment);
        self.require_room(school, ready.size).await?;

        let object = format!("{}/{}-{}", &ready.digest[..2], ready.digest, unique_name());
        let kept = self.keep(actor, (person, school), name, &incoming, &ready, &object).await;
        if !matches!(kept, Ok((_, true))) {
            self.drop_object(&object, &ready).await;
        }
        let id = kept?.0;
        let found = store::find(&self.0.db, id).await?;
        found.map(|(file, _)| file).ok_or_else(|| Error::bug("a file that was just sent is gone"))
    }

    /// Tells what a file is, and makes what is kept of it.
    async fn look_at(&self, incoming: &Incoming) -> Result<Ready> {
        if incoming.size == 0 {
            return Err(refused(Message::new("file-empty")));
        }
        let kind = FileKind::of(&incoming.head, incoming.size <= HEAD as u64);
        let kind = kind.ok_or_else(|| refused(Message::new("file-kind")))?;
        if incoming.size > self.limit_of(Some(kind)) {
            return Err(too_large(self.limit_of(Some(kind))));
        }
        if let Some(scanner) = &self.0.scanner
            && !scanner.admits(incoming.path()).await?
        {
            return Err(refused(Message::new("file-unsafe")));
        }
        if !kind.is_picture() {
            return Ok(Ready { kind, size: incoming.size, digest: incoming.digest.clone(), picture: None });
        }
        let picture = renewed(incoming.bytes().await?).await?;
        let digest = hex::encode(Sha256::digest(&picture.bytes));
        Ok(Ready { kind: picture.kind, size: picture.bytes.len() as u64, digest, picture: Some(picture) })
    }

    /// Passes if the people of a school may keep so many bytes more. What is sent at the same moment is not counted.
    async fn require_room(&self, school: Option<EstablishmentId>, size: u64) -> Result<()> {
        let most = u64::from(self.0.settings.school_files_megabytes) << 20;
        let Some(school) = school.filter(|_| most > 0) else { return Ok(()) };
        if store::sum_of(&self.0.db, school).await? + size > most {
            return Err(refused(Message::new("file-no-room")));
        }
        Ok(())
    }

    /// Puts what is kept into the store and notes it; returns the file, and `true` if what was put is what is kept.
    async fn keep(
        &self,
        actor: &Actor,
        (person, school): (PersonId, Option<EstablishmentId>),
        name: &str,
        incoming: &Incoming,
        ready: &Ready,
        object: &str,
    ) -> Result<(FileId, bool)> {
        let objects = &self.0.objects;
        match &ready.picture {
            Some(picture) => {
                objects.put(object, picture.bytes.clone()).await?;
                if let Some(small) = &picture.small {
                    objects.put(&small_of(object), small.clone()).await?;
                }
            }
            None => objects.put_file(object, incoming).await?,
        }
        let blob = Blob {
            digest: &ready.digest,
            object,
            kind: ready.kind,
            size: ready.size,
            sides: ready.picture.as_ref().map(|picture| (picture.width, picture.height)),
            small: ready.picture.as_ref().and_then(|picture| picture.small.as_ref()).map(|small| small.len() as u64),
        };
        let tx = self.0.db.begin().await?;
        let is_ours = store::keep(&tx, &blob).await? == object;
        let id = store::add_use(&tx, &ready.digest, &ready.kind.name(name), person, school).await?;
        tx.record(Act::new(actor, FILE_SENT).on(format!("file:{id}"))).await?;
        tx.commit().await?;
        Ok((id, is_ours))
    }

    /// Takes back what was put into the store; what cannot be removed now is a stray, which a job removes.
    async fn drop_object(&self, object: &str, ready: &Ready) {
        let small = ready.picture.as_ref().filter(|picture| picture.small.is_some()).map(|_| small_of(object));
        for name in std::iter::once(object.to_owned()).chain(small) {
            if let Err(error) = self.0.objects.remove(&name).await {
                tracing::warn!(%error, "a file that is not kept stays in the store until tomorrow");
            }
        }
    }

    /// Returns a file that the actor may read: what it is attached to is theirs to see, or they have just sent it.
    ///
    /// # Errors
    /// Returns `is_not_found` if there is no such file or they may not read it, or an error if the database fails.
    pub async fn find(&self, actor: &Actor, id: FileId) -> Result<Attachment> {
        let absent = || Error::not_found(format!("file {id}"));
        let (file, readers) = store::find(&self.0.db, id).await?.ok_or_else(absent)?;
        if self.may_read(actor, &readers).await? { Ok(file) } else { Err(absent()) }
    }

    async fn may_read(&self, actor: &Actor, readers: &Readers) -> Result<bool> {
        let Some((owner, subject)) = &readers.attached else {
            return Ok(actor.person().is_some() && actor.person() == readers.sender);
        };
        let owners = self.0.owners.get().map_or(&[][..], Vec::as_slice);
        match owners.iter().find(|(id, _)| id == owner) {
            Some((_, plugin)) => plugin.may_see(&self.0.db, actor, subject).await,
            // Its plugin is not there to ask.
            None => Ok(false),
        }
    }

    /// Reads a part of a file that was [found](Self::find).
    ///
    /// # Errors
    /// Returns `is_unavailable` if the store does not answer.
    pub async fn read(
        &self,
        file: &Attachment,
        content: Content,
        part: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes>>> {
        match content {
            Content::Whole => self.0.objects.read(&file.object, part).await,
            Content::Small => self.0.objects.read(&small_of(&file.object), part).await,
        }
    }
}

fn refused(message: Message) -> Error {
    Error::invalid_field("files", message)
}

fn too_large(most: u64) -> Error {
    refused(Message::new("file-too-large").with("max", most >> 20))
}
