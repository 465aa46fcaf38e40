//! One open index: a long-lived writer and a reader that is reloaded when the writer says so.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tantivy::index::SegmentComponent;
use tantivy::indexer::{LogMergePolicy, MergePolicy, NoMergePolicy, UserOperation};
use tantivy::schema::Schema;
use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, SegmentMeta, TantivyDocument, TantivyError, Term,
};

use super::schema::{Fields, Preparation, schema, shares_head, tantivy_document};
use crate::SearchDocument;
use crate::rank::SegmentCaches;
use crate::{Error, Result};

/// Memory the writer may fill before it cuts a segment.
const WRITER_BYTES: usize = 48 << 20;
/// Share of deleted documents from which a segment is worth rewriting.
const DELETED_SHARE: f32 = 0.25;
/// Blocks of stored documents that a reader keeps decompressed.
const STORE_BLOCKS: usize = 64;

/// What to do with the documents of one subject.
#[derive(Clone, Debug)]
pub enum Change {
    /// These documents, and no others, are the subject's.
    Put {
        /// The article or topic.
        subject: String,
        /// All of its documents. Invariant: each carries the same subject.
        documents: Vec<SearchDocument>,
    },
    /// The subject is gone.
    Remove {
        /// The article or topic.
        subject: String,
    },
}

/// How far the index has read of what feeds it: a text of the caller's, kept inside the index's own commit, so that the two
/// can never disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint(pub String);

/// The one writer of an index, which holds the lock of its directory.
enum Writer {
    Open(Box<IndexWriter>),
    /// Could not be opened again; the next use tries once more.
    Absent,
    /// Another engine may have the directory: work that comes late is refused.
    Closed,
}

impl Writer {
    /// Takes the writer out, if it is open, and leaves `state`.
    fn replace(&mut self, state: Self) -> Option<Box<IndexWriter>> {
        match std::mem::replace(self, state) {
            Self::Open(writer) => Some(writer),
            Self::Absent | Self::Closed => None,
        }
    }
}

/// An open index.
pub(crate) struct Live {
    index: Index,
    /// The directory; `None` in memory.
    dir: Option<PathBuf>,
    reader: IndexReader,
    writer: Mutex<Writer>,
    preparation: Mutex<Preparation>,
    schema: Schema,
    fields: Fields,
    caches: SegmentCaches,
}

impl Live {
    /// Creates a new index in `dir`.
    pub(crate) fn create(dir: &Path) -> Result<Self> {
        let (schema, _) = schema();
        let index = Index::create_in_dir(dir, schema).map_err(|e| Error::internal("create the search index", e))?;
        Self::over(index, Some(dir))
    }

    /// Opens the index in `dir`; returns `None` if it cannot be read, as it is disposable and rebuilt.
    ///
    /// # Errors
    /// Unavailable when another process has it open.
    pub(crate) fn open(dir: &Path) -> Result<Option<Self>> {
        let opened = Index::open_in_dir(dir).map_err(|e| Error::internal("open the search index", e));
        match opened.and_then(|index| Self::over(index, Some(dir))) {
            Err(error) if !error.is_unavailable() => {
                tracing::warn!(dir = %dir.display(), ?error, "the search index cannot be read and is rebuilt");
                Ok(None)
            }
            other => other.map(Some),
        }
    }

    /// Creates a new index in memory.
    pub(crate) fn in_memory() -> Result<Self> {
        Self::over(Index::create_in_ram(schema().0), None)
    }

    fn over(index: Index, dir: Option<&Path>) -> Result<Self> {
        let (schema, fields) = schema();
        if index.schema() != schema {
            return Err(Error::bug("the search index has another schema than its directory says"));
        }
        let writer = open_writer(&index)?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(STORE_BLOCKS)
            .try_into()
            .map_err(|e| Error::internal("read the search index", e))?;
        Ok(Self {
            index,
            dir: dir.map(Path::to_owned),
            reader,
            writer: Mutex::new(Writer::Open(Box::new(writer))),
            preparation: Mutex::default(),
            schema,
            fields,
            caches: SegmentCaches::default(),
        })
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    pub(crate) fn caches(&self) -> &SegmentCaches {
        &self.caches
    }

    pub(crate) fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    /// Returns the position of the last commit.
    pub(crate) fn checkpoint(&self) -> Result<Option<Checkpoint>> {
        let meta = self.index.load_metas().map_err(|e| Error::internal("read the search index", e))?;
        Ok(meta.payload.map(Checkpoint))
    }

    /// Returns `true` if every file of the last commit still exists. An open index answers searches either way, but
    /// cannot be written without them.
    pub(crate) fn is_on_disk(&self) -> bool {
        let Some(dir) = &self.dir else { return true };
        let mut seen = None;
        loop {
            let Ok(meta) = self.index.load_metas() else { return false };
            if meta.segments.iter().all(|segment| files_are_there(dir, segment)) {
                return true;
            }
            // A merge may have taken their place in between.
            if seen.replace(meta.opstamp) == Some(meta.opstamp) {
                return false;
            }
        }
    }

    /// Returns the position of the last commit of the index in `dir`, opened for reading only.
    pub(crate) fn kept_checkpoint(dir: &Path) -> Result<Option<Checkpoint>> {
        let fault = |e| Error::internal("read the search index", e);
        let meta = Index::open_in_dir(dir).map_err(fault)?.load_metas().map_err(fault)?;
        Ok(meta.payload.map(Checkpoint))
    }

    /// Queues the changes; they are searchable after [`commit`](Self::commit).
    pub(crate) fn apply(&self, changes: Vec<Change>) -> Result<()> {
        let mut prepared = Vec::with_capacity(changes.len());
        {
            let mut known = self.preparation.lock().unwrap_or_else(PoisonError::into_inner);
            for change in changes {
                prepared.push(match change {
                    Change::Put { subject, documents } => self.operations(subject, documents, &mut known),
                    Change::Remove { subject } => self.operations(subject, Vec::new(), &mut known),
                });
            }
        }
        let mut guard = self.writer();
        let writer = self.present(&mut guard)?;
        for operations in prepared {
            // Invariant: one batch per subject, so that its sections are neighbours in one segment.
            writer.run(operations).map_err(|e| Error::internal("write to the search index", e))?;
        }
        Ok(())
    }

    /// Replaces the documents of a subject by these.
    fn operations(
        &self,
        subject: String,
        documents: Vec<SearchDocument>,
        known: &mut Preparation,
    ) -> Vec<UserOperation<TantivyDocument>> {
        let mut operations = Vec::with_capacity(documents.len() + 1);
        operations.push(UserOperation::Delete(Term::from_field_text(self.fields.subject, &subject)));
        let mut before: Option<SearchDocument> = None;
        for document in documents.into_iter().flat_map(SearchDocument::into_passages) {
            // A document filed under another subject could never be replaced.
            let document = SearchDocument { subject: subject.clone(), ..document };
            let is_head = before.as_ref().is_none_or(|before| !shares_head(&document, before));
            let indexed = tantivy_document(&self.fields, &self.schema, &document, is_head, known);
            operations.push(UserOperation::Add(indexed));
            before = Some(document);
        }
        operations
    }

    /// Makes what was applied durable and visible, and remembers `position` (or the previous one).
    pub(crate) fn commit(&self, position: Option<&Checkpoint>) -> Result<()> {
        let kept = match position {
            Some(position) => Some(position.clone()),
            None => self.checkpoint()?,
        };
        let mut guard = self.writer();
        let writer = self.present(&mut guard)?;
        let fault = |e| Error::internal("commit the search index", e);
        let mut prepared = writer.prepare_commit().map_err(fault)?;
        if let Some(position) = &kept {
            prepared.set_payload(&position.0);
        }
        prepared.commit().map_err(fault)?;
        drop(guard);
        self.reload()
    }

    fn reload(&self) -> Result<()> {
        self.reader.reload().map_err(|e| Error::internal("reload the search index", e))?;
        self.caches.follow(&self.reader.searcher(), &self.fields)
    }

    /// Forgets everything that was applied since the last commit.
    pub(crate) fn rollback(&self) -> Result<()> {
        let mut guard = self.writer();
        self.present(&mut guard)?.rollback().map(drop).map_err(|e| Error::internal("roll the search index back", e))
    }

    /// Rewrites every segment that still holds deleted documents, and removes unreferenced files.
    pub(crate) fn purge(&self) -> Result<()> {
        let fault = |e| Error::internal("purge the search index", e);
        let mut guard = self.writer();
        // A merge already under way would hold the segments concerned: it ends first, and no other starts meanwhile.
        self.present(&mut guard)?;
        if let Some(writer) = guard.replace(Writer::Absent) {
            writer.wait_merging_threads().map_err(fault)?;
        }
        let writer = self.present(&mut guard)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        // Invariant: no segment description is held here when the garbage is collected: tantivy keeps the files of
        // every held segment.
        let segments = self.index.searchable_segment_metas().map_err(fault)?;
        let stained: Vec<_> = segments.iter().filter(|s| s.num_deleted_docs() > 0).map(|s| s.id()).collect();
        drop(segments);
        if !stained.is_empty() {
            writer.merge(&stained).wait().map_err(fault)?;
        }
        self.reload()?;
        writer.garbage_collect_files().wait().map_err(fault)?;
        writer.set_merge_policy(merge_policy());
        Ok(())
    }

    /// Refuses changes from now on, and returns the writer, which holds the lock until it is [ended](end).
    pub(crate) fn close(&self) -> Option<Box<IndexWriter>> {
        self.writer().replace(Writer::Closed)
    }

    /// Returns `true` after [`close`](Self::close).
    pub(crate) fn is_closed(&self) -> bool {
        matches!(*self.writer(), Writer::Closed)
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // A panic while holding the writer leaves it usable: tantivy's own state is guarded by its threads.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn present<'g>(&self, writer: &'g mut Writer) -> Result<&'g mut IndexWriter> {
        if let Writer::Absent = writer {
            *writer = Writer::Open(Box::new(open_writer(&self.index)?));
        }
        match writer {
            Writer::Open(writer) => Ok(writer),
            Writer::Absent | Writer::Closed => Err(Error::unavailable("the search index is closed")),
        }
    }
}

/// Ends a writer, once the merges under way have ended, and lets go of the lock of its directory.
pub(crate) fn end(writer: Box<IndexWriter>) -> Result<()> {
    writer.wait_merging_threads().map_err(|e| Error::internal("close the search index", e))
}

fn files_are_there(dir: &Path, segment: &SegmentMeta) -> bool {
    use SegmentComponent::{Delete, FastFields, FieldNorms, Positions, Postings, Store, Terms};
    let always = [Postings, Positions, Terms, Store, FastFields, FieldNorms].into_iter();
    always
        .chain(segment.has_deletes().then_some(Delete))
        .all(|component| dir.join(segment.relative_path(component)).is_file())
}

/// Returns the one writer of an index. One thread: the sections of an article stay together in one segment, in
/// order.
fn open_writer(index: &Index) -> Result<IndexWriter> {
    let writer: IndexWriter = index.writer_with_num_threads(1, WRITER_BYTES).map_err(|error| match error {
        TantivyError::LockFailure(..) => Error::unavailable("the search index is open in another process"),
        error => Error::internal("open the search index for writing", error),
    })?;
    writer.set_merge_policy(merge_policy());
    Ok(writer)
}

fn merge_policy() -> Box<dyn MergePolicy> {
    let mut policy = LogMergePolicy::default();
    policy.set_del_docs_ratio_before_merge(DELETED_SHARE);
    policy.set_min_num_segments(4);
    Box::new(policy)
}
