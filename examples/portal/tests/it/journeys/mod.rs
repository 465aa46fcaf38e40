//! What people come for, from the first page to the last, with scripts and without.

mod bell;
mod find;
mod forced_colours;
mod forum;
mod letters;
mod sign_in;
