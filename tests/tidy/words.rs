//! Limits on the wording of the repository, which `tests/test_tidy.rs` checks. Each limit may only be lowered.

/// A discouraged word or phrase, its largest number of occurrences in the repository, and plainer words.
///
/// A comma in a phrase is a word. A phrase that begins with "what" may occur in questions.
pub(crate) const WORDS: &[(&str, usize, &str)] = &[
    ("tells", 0, "shows, returns, reports"),
    ("told", 0, "passed, returned, reported; told apart: distinguished"),
    ("nobody", 0, "no one, or the passive"),
    ("but for", 0, "except"),
    ("from below", 0, "a lower bound"),
    ("held against", 0, "compared with, checked against"),
    ("hold against", 0, "compare with, check against"),
    ("holds against", 0, "compares with, checks against"),
    ("mostly", 0, "usually"),
    ("sake", 0, "because of"),
    ("the one which", 0, "the noun"),
    ("the ones which", 0, "the noun"),
    ("the one that", 2, "the noun"),
    ("that of", 12, "the noun"),
    ("those of", 11, "the noun"),
    ("as well be", 0, "can be"),
    ("as well have", 0, "can have"),
    ("may as well", 0, "can"),
    ("knows", 1, "has, records, contains"),
    ("asks", 0, "calls, requests, checks"),
    ("asked", 0, "called, requested"),
    ("wants", 0, "needs, requires"),
    ("believes", 0, "assumes"),
    ("is given", 1, "takes, receives"),
    ("are given", 0, "take, receive"),
    ("finds out", 0, "determines, checks"),
    ("find out", 0, "determine, check"),
    ("learnt", 0, "found, determined"),
    ("lies", 0, "is, is stored"),
    ("lie", 0, "are, are stored"),
    ("stands", 5, "is, appears; stands for: represents"),
    ("leads to", 2, "points to, reaches, causes"),
    ("lead to", 1, "point to, reach, cause"),
    ("met", 10, "visited, found"),
    ("what", 24, "a noun"),
    ("whatever", 2, "any, regardless of"),
    ("whoever", 0, "any caller, the code that"),
    ("all that", 0, "everything, or the noun"),
    ("by itself", 1, "alone, or nothing"),
    ("of its own", 5, "its own, separate"),
    ("of their own", 2, "their own, separate"),
    ("as with", 2, "as for, like"),
    ("as it is", 1, "unchanged"),
    ("as they are", 1, "unchanged"),
    ("none is", 3, "no, and the noun"),
    ("none are", 0, "no, and the noun"),
    ("there is none", 6, "it does not exist"),
    ("there are none", 2, "they do not exist"),
    ("this is no", 0, "this is not a"),
    ("nothing but", 1, "only"),
    ("no more than", 2, "at most, only"),
    ("so many", 0, "the number"),
    ("apart", 3, "separate, distinct"),
    ("has to do with", 0, "belongs to"),
    ("it is there", 0, "it exists"),
    ("is not known", 0, "cannot be determined, does not implement"),
    ("passed on", 0, "forwarded"),
    ("anew", 1, "again"),
    ("upon", 0, "on"),
    (", for", 50, "because"),
];

/// The most words in a sentence. A code span is one word.
pub(crate) const LONGEST: usize = 25;

/// How many sentences in comments may be longer.
pub(crate) const LONG_IN_COMMENTS: usize = 20;

/// How many sentences in documents may be longer.
pub(crate) const LONG_IN_DOCUMENTS: usize = 5;
