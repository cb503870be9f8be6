use core::char::{
    CharTryFromError, DecodeUtf16Error, EscapeDebug, EscapeDefault, EscapeUnicode, ParseCharError,
    ToLowercase, ToUppercase, TryFromCharError,
};

flat! {
    CharTryFromError, DecodeUtf16Error, ParseCharError, TryFromCharError,
    EscapeDebug, EscapeDefault, EscapeUnicode, ToLowercase, ToUppercase,
}
