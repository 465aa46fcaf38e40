//! What each command does.

pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod help;
pub(crate) mod search;
pub(crate) mod serve;
