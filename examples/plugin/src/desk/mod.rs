//! A school's desk: its tablets, and who has one. It lends to its own pupils of certain levels, one tablet each; it
//! does not depend on the Region's part.

pub mod actions;
mod entity;
mod form;
pub(crate) mod routes;
pub mod store;
mod view;

use atrium_core::sea_orm;

pub use entity::{Level, loan, tablet};
pub use form::{Label, NewLoan};

atrium_core::id_type! {
    /// A tablet of a school's stock.
    pub struct TabletId;
    /// A tablet in the hands of a pupil, now or once.
    pub struct LoanId;
}
