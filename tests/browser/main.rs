//! The page in a real browser: reading, labelling by keyboard, undo, adjudication, retraining, export, and whether people
//! who do not see it or use no mouse can do all that.
//!
//! `STANCE_RENEW_SCREENSHOTS=1 cargo test --release --test browser` writes the pictures in docs/screenshots.
#![cfg(feature = "serve")]

#[path = "../common/mod.rs"]
mod common;

mod access;
mod browser;
mod labelling;
mod pictures;
mod reading;
mod webdriver;
