//! The forum from outside: effects and refusals of its actions, and the content of its pages per reader.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod again;
mod answers;
mod api;
mod api_acts;
mod api_moderation;
mod categories;
mod clocks;
mod confidentiality;
mod counters;
mod edits;
mod explain;
mod explain_places;
mod feeds;
mod flags;
mod follow;
mod heads;
mod incidents;
mod journal;
mod kept;
mod languages;
mod letters;
mod matrix;
mod migrations;
mod notices;
mod of_region;
mod pages;
mod paging;
mod plans;
mod posts;
mod privacy;
mod public_api;
mod quotations;
mod rate_limit;
mod readers;
mod review;
mod roles;
mod rooms;
mod search;
mod templates;
mod topics;
mod unsubscribe;
mod versions;
mod webhooks;
mod world;
