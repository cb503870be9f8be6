//! Words that make a sentence hard to read, and the length of sentences. `tests/test_tidy.rs` counts them.
//!
//! A count may fall, and is lowered here when it does. It must not rise.

/// A word or phrase, how often it may occur in the whole repository, and a plainer way to write it.
///
/// A comma in a phrase is a word. A phrase that begins with "what" may occur in questions.
pub(crate) const WORDS: &[(&str, usize, &str)] = &[
    ("tells", 56, "shows, returns, reports"),
    ("told", 46, "passed, returned, reported; told apart: distinguished"),
    ("nobody", 18, "no one, or the passive"),
    ("but for", 21, "except"),
    ("from below", 10, "a lower bound"),
    ("held against", 13, "compared with, checked against"),
    ("hold against", 0, "compare with, check against"),
    ("holds against", 2, "compares with, checks against"),
    ("mostly", 11, "usually"),
    ("sake", 4, "because of"),
    ("the one which", 0, "the noun"),
    ("the ones which", 0, "the noun"),
    ("the one that", 22, "the noun"),
    ("that of", 40, "the noun"),
    ("those of", 88, "the noun"),
    ("as well be", 4, "can be"),
    ("as well have", 0, "can have"),
    ("may as well", 3, "can"),
    ("knows", 30, "has, records, contains"),
    ("asks", 53, "calls, requests, checks"),
    ("asked", 32, "called, requested"),
    ("wants", 5, "needs, requires"),
    ("believes", 0, "assumes"),
    ("is given", 10, "takes, receives"),
    ("are given", 1, "take, receive"),
    ("finds out", 3, "determines, checks"),
    ("find out", 0, "determine, check"),
    ("learnt", 3, "found, determined"),
    ("lies", 79, "is, is stored"),
    ("lie", 103, "are, are stored"),
    ("stands", 46, "is, appears; stands for: represents"),
    ("leads to", 56, "points to, reaches, causes"),
    ("lead to", 40, "point to, reach, cause"),
    ("met", 98, "visited, found"),
    ("what", 1055, "a noun"),
    ("whatever", 35, "any, regardless of"),
    ("whoever", 14, "any caller, the code that"),
    ("all that", 49, "everything, or the noun"),
    ("by itself", 4, "alone, or nothing"),
    ("of its own", 64, "its own, separate"),
    ("of their own", 17, "their own, separate"),
    ("as with", 7, "as for, like"),
    ("as it is", 11, "unchanged"),
    ("as they are", 13, "unchanged"),
    ("none is", 9, "no, and the noun"),
    ("none are", 1, "no, and the noun"),
    ("there is none", 12, "it does not exist"),
    ("there are none", 4, "they do not exist"),
    ("this is no", 10, "this is not a"),
    ("nothing but", 17, "only"),
    ("no more than", 14, "at most, only"),
    ("so many", 47, "the number"),
    ("apart", 49, "separate, distinct"),
    ("has to do with", 1, "belongs to"),
    ("it is there", 14, "it exists"),
    ("is not known", 32, "cannot be determined, does not implement"),
    ("passed on", 10, "forwarded"),
    ("anew", 9, "again"),
    ("upon", 3, "on"),
    (", for", 84, "because"),
];

/// The most words in a sentence. A code span is one word.
pub(crate) const LONGEST: usize = 25;

/// How many sentences in comments may be longer.
pub(crate) const LONG_IN_COMMENTS: usize = 208;

/// How many sentences in documents may be longer.
pub(crate) const LONG_IN_DOCUMENTS: usize = 49;
