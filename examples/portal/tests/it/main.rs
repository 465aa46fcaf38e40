//! The built portal from outside: its command line, and people at a browser.

#![expect(clippy::unwrap_used, reason = "a test fails where it stands")]

mod answers;
mod backup;
mod browser;
mod cli;
mod databases;
mod demo;
mod journal;
mod journeys;
mod labels;
mod languages;
mod operations;
mod policy;
mod process;
mod secrets;
mod templates;
mod typography;
mod words;
