//! What queries run on.

use sea_orm::ConnectionTrait;

use super::{Db, Tx};

/// A handle that queries run on: a [`Db`], which only reads, or a [`Tx`]. Other types cannot implement it.
///
/// A plugin that has tables of its own passes either to sea-orm, whose connection this is.
pub trait Connection: ConnectionTrait + sealed::Sealed {}

impl Connection for Db {}
impl Connection for Tx {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Db {}
    impl Sealed for super::Tx {}
}

/// Converts rows of a table to the type that callers see.
pub(crate) fn into_rows<M, R: From<M>>(models: Vec<M>) -> Vec<R> {
    models.into_iter().map(R::from).collect()
}
