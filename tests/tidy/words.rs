//! Words that make a sentence hard to read, and the length of sentences. `tests/test_tidy.rs` counts them.
//!
//! A count may fall, and is lowered here when it does. It must not rise.

/// A word or phrase, how often it may occur in the whole repository, and a plainer way to write it.
///
/// A comma in a phrase is a word. A phrase that begins with "what" may occur in questions.
pub const WORDS: &[(&str, usize, &str)] = &[
    ("tells", 68, "shows, returns, reports"),
    ("told", 55, "passed, returned, reported; told apart: distinguished"),
    ("nobody", 29, "no one, or the passive"),
    ("but for", 22, "except"),
    ("from below", 15, "a lower bound"),
    ("held against", 19, "compared with, checked against"),
    ("hold against", 0, "compare with, check against"),
    ("holds against", 2, "compares with, checks against"),
    ("mostly", 16, "usually"),
    ("sake", 4, "because of"),
    ("the one which", 0, "the noun"),
    ("the ones which", 0, "the noun"),
    ("the one that", 26, "the noun"),
    ("that of", 47, "the noun"),
    ("those of", 98, "the noun"),
    ("as well be", 4, "can be"),
    ("as well have", 0, "can have"),
    ("may as well", 3, "can"),
    ("knows", 32, "has, records, contains"),
    ("asks", 65, "calls, requests, checks"),
    ("asked", 37, "called, requested"),
    ("wants", 7, "needs, requires"),
    ("believes", 0, "assumes"),
    ("is given", 10, "takes, receives"),
    ("are given", 1, "take, receive"),
    ("finds out", 4, "determines, checks"),
    ("find out", 0, "determine, check"),
    ("learnt", 3, "found, determined"),
    ("lies", 87, "is, is stored"),
    ("lie", 120, "are, are stored"),
    ("stands", 48, "is, appears; stands for: represents"),
    ("leads to", 66, "points to, reaches, causes"),
    ("lead to", 47, "point to, reach, cause"),
    ("met", 114, "visited, found"),
    ("what", 1233, "a noun"),
    ("whatever", 39, "any, regardless of"),
    ("whoever", 14, "any caller, the code that"),
    ("all that", 51, "everything, or the noun"),
    ("by itself", 5, "alone, or nothing"),
    ("of its own", 83, "its own, separate"),
    ("of their own", 20, "their own, separate"),
    ("as with", 7, "as for, like"),
    ("as it is", 17, "unchanged"),
    ("as they are", 13, "unchanged"),
    ("none is", 10, "no, and the noun"),
    ("none are", 1, "no, and the noun"),
    ("there is none", 12, "it does not exist"),
    ("there are none", 4, "they do not exist"),
    ("this is no", 11, "this is not a"),
    ("nothing but", 23, "only"),
    ("no more than", 20, "at most, only"),
    ("so many", 67, "the number"),
    ("apart", 60, "separate, distinct"),
    ("has to do with", 2, "belongs to"),
    ("upon", 3, "on"),
    (", for", 95, "because"),
];

/// The most words in a sentence. A code span is one word.
pub const LONGEST: usize = 25;

/// How many sentences in comments may be longer.
pub const LONG_IN_COMMENTS: usize = 228;

/// How many sentences in documents may be longer.
pub const LONG_IN_DOCUMENTS: usize = 54;
