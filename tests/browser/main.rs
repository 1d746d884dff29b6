//! The page in a browser: headless Chromium, driven over the protocol of its developer tools.
//!
//! Without a browser the tests say so and pass; where `CI=true` that is a failure. Chromium is found
//! on the path, or by `CHROMIUM`; axe-core, which looks for what keeps people out, by `AXE`.
#![cfg(unix)]

mod access;
mod chromium;
mod composing;
mod searching;
mod site;
