//! Keeps the memory of a struct within a budget with a unit test.
//!
//! ```text
//! cargo test --example unit_test_budget
//! cargo run --example unit_test_budget
//! ```
//!
//! The first runs the test at the end of this file, which is part of `cargo test`. The second prints the used share of the budget.

use std::collections::BTreeMap;

use deep_size::DeepSize;

/// The limit for one session, in bytes. A server has a hundred thousand of them.
const BUDGET: usize = 1024;

/// The state of one logged-in user.
#[derive(DeepSize)]
struct Session {
    user: u64,
    token: Box<[u8; 32]>,
    roles: Vec<String>,
    settings: BTreeMap<String, String>,
}

impl Session {
    /// A large session, but not an unusual one.
    fn typical() -> Self {
        let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Self {
            user: 4711,
            token: Box::new([7; 32]),
            roles: ["reader", "writer", "moderator"].map(str::to_owned).to_vec(),
            settings: BTreeMap::from([setting("language", "en"), setting("theme", "dark")]),
        }
    }
}

fn main() {
    let session = Session::typical();
    let size = session.deep_size();
    println!("session of user {}", session.user);
    println!("  the struct itself  {:>5} B", size_of_val(&session));
    println!("  token              {:>5} B", session.token.heap_size());
    println!("  {} roles            {:>5} B", session.roles.len(), session.roles.heap_size());
    println!("  {} settings         {:>5} B", session.settings.len(), session.settings.heap_size());
    println!("  together           {size:>5} B, {} % of {BUDGET} B", 100 * size / BUDGET);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_stays_within_its_budget() {
        let size = Session::typical().deep_size();
        assert!(size <= BUDGET, "a session takes {size} B, {} B over its budget", size - BUDGET);
    }
}
