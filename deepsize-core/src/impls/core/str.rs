use core::str;

text! { |text: str| text.as_bytes() }

// The iterators borrow their string. Iterators with a pattern have no impl, because the pattern may be a closure.
flat! {
    str::ParseBoolError,
    str::Utf8Error,
    str::Bytes<'_>,
    str::CharIndices<'_>,
    str::Chars<'_>,
    str::EncodeUtf16<'_>,
    str::EscapeDebug<'_>,
    str::EscapeDefault<'_>,
    str::EscapeUnicode<'_>,
    str::Lines<'_>,
    str::SplitAsciiWhitespace<'_>,
    str::SplitWhitespace<'_>,
    str::Utf8Chunk<'_>,
    str::Utf8Chunks<'_>,
}
