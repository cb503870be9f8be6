//! The part of protobuf's wire format that pprof's `profile.proto` (github.com/google/pprof, 2024) needs: numbers, strings and
//! nested messages.

/// An encoded message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message(Vec<u8>);

impl Message {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Adds a field. Zero is the default of a missing field, so it is not written.
    pub(crate) fn number(&mut self, tag: u64, number: u64) {
        if number != 0 {
            self.varint(tag << 3);
            self.varint(number);
        }
    }

    /// Adds a repeated field.
    pub(crate) fn numbers(&mut self, tag: u64, numbers: impl IntoIterator<Item = u64>) {
        let mut packed = Self::default();
        numbers.into_iter().for_each(|number| packed.varint(number));
        self.message(tag, packed);
    }

    pub(crate) fn message(&mut self, tag: u64, message: Self) {
        self.bytes(tag, &message.0);
    }

    pub(crate) fn bytes(&mut self, tag: u64, bytes: &[u8]) {
        self.varint(tag << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    /// Writes seven bits to a byte, lowest first. The top bit is set on all bytes except the last.
    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }
}

/// A message of numbers, with their tags.
impl FromIterator<(u64, u64)> for Message {
    fn from_iter<I: IntoIterator<Item = (u64, u64)>>(fields: I) -> Self {
        let mut message = Self::default();
        fields.into_iter().for_each(|(tag, number)| message.number(tag, number));
        message
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn messages_match_the_examples_of_the_encoding_guide() {
        // From protobuf.dev/programming-guides/encoding.
        let of = |number| Message::from_iter([(1, number)]);
        assert_eq!(of(150).into_bytes(), [0x08, 0x96, 0x01]);
        let mut message = Message::default();
        message.bytes(2, b"testing");
        assert_eq!(message.into_bytes(), *b"\x12\x07testing");
        let mut message = Message::default();
        message.message(3, of(150));
        assert_eq!(message.into_bytes(), [0x1a, 0x03, 0x08, 0x96, 0x01]);
        let mut message = Message::default();
        message.numbers(6, [3, 270, 86942]);
        assert_eq!(message.into_bytes(), [0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05]);
        assert_eq!(of(u64::MAX).into_bytes().len(), 11);
    }
}
