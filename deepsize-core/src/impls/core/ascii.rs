use core::ascii::EscapeDefault;

flat! { EscapeDefault }
