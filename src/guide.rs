//! The guide: a tutorial, recipes by question, and the meaning of the numbers.
//!
//! The same pages are an mdBook in `docs/guide`. Their programs need the features `derive` and `exports`.

/// Declares a module for each page. Markdown uses the first definition of a link, so these replace the file names at the end of the page.
macro_rules! pages {
    ($($name:ident: $file:literal)*) => {$(
        /// [introduction]: crate::guide::introduction
        /// [tutorial]: crate::guide::tutorial
        /// [cookbook]: crate::guide::cookbook
        /// [why-larger]: crate::guide::why_larger
        /// [layout]: crate::guide::layout
        /// [who-keeps-alive]: crate::guide::who_keeps_alive
        /// [what-grew]: crate::guide::what_grew
        /// [is-it-a-leak]: crate::guide::is_it_a_leak
        /// [bound-in-a-test]: crate::guide::bound_in_a_test
        /// [weigh-cache-entries]: crate::guide::weigh_cache_entries
        /// [raw-pointer]: crate::guide::raw_pointer
        /// [without-std]: crate::guide::without_std
        /// [foreign-type]: crate::guide::foreign_type
        /// [find-the-line]: crate::guide::find_the_line
        /// [production]: crate::guide::production
        /// [whole-process]: crate::guide::whole_process
        /// [faq]: crate::guide::faq
        /// [numbers]: crate::guide::numbers
        /// [proofs]: crate::guide::proofs
        /// [contract]: crate#the-contract
        /// [types]: crate::types
        ///
        #[doc = include_str!(concat!("../docs/guide/src/", $file))]
        pub mod $name {}
    )*};
}

pages! {
    introduction: "introduction.md"
    tutorial: "tutorial.md"
    cookbook: "cookbook.md"
    why_larger: "why-larger.md"
    layout: "layout.md"
    who_keeps_alive: "who-keeps-alive.md"
    what_grew: "what-grew.md"
    is_it_a_leak: "is-it-a-leak.md"
    bound_in_a_test: "bound-in-a-test.md"
    weigh_cache_entries: "weigh-cache-entries.md"
    raw_pointer: "raw-pointer.md"
    without_std: "without-std.md"
    foreign_type: "foreign-type.md"
    find_the_line: "find-the-line.md"
    production: "production.md"
    whole_process: "whole-process.md"
    faq: "faq.md"
    numbers: "numbers.md"
    proofs: "proofs.md"
}
