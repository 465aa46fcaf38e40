//! Schools, groups, people and their places, as somebody who may and as somebody who may not.

mod acts;
mod hosts;
mod knowing;
