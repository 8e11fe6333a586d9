//! As much of DER as a timestamp's request and answer need: values in values, without recursion. Does not know what they mean.

/// `SEQUENCE`.
pub(super) const SEQUENCE: u8 = 0x30;
/// `INTEGER`.
pub(super) const INTEGER: u8 = 0x02;
/// `OCTET STRING`.
pub(super) const OCTETS: u8 = 0x04;
/// `OBJECT IDENTIFIER`.
pub(super) const OBJECT: u8 = 0x06;
/// `[0]`, constructed.
pub(super) const CONTEXT_0: u8 = 0xa0;

/// A value with its tag and length, which is below 65,536.
pub(super) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    match (u8::try_from(content.len()), u16::try_from(content.len())) {
        (Ok(short @ 0..=0x7f), _) => bytes.push(short),
        (Ok(length), _) => bytes.extend([0x81, length]),
        (_, length) => {
            bytes.push(0x82);
            bytes.extend(length.unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    bytes.extend_from_slice(content);
    bytes
}

/// A positive number, big-endian.
pub(super) fn number(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    let mut content = bytes.get(start..).unwrap_or_default().to_vec();
    if content.first().is_none_or(|first| *first >= 0x80) {
        content.insert(0, 0);
    }
    value(INTEGER, &content)
}

/// A reader of values that stand one behind the other.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next value: its tag and content.
    pub(super) fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (digits.iter().fold(0_usize, |length, digit| (length << 8) | usize::from(*digit)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The content of the next value, which has that tag.
    pub(super) fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.any().filter(|(found, _)| *found == tag).map(|(_, content)| content)
    }

    /// The values within the next value, which has that tag.
    pub(super) fn enter(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.expect(tag).map(Reader)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{INTEGER, OCTETS, Reader, SEQUENCE, number, value};

    proptest! {
        #[test]
        fn what_is_written_is_read(tag in 0_u8..0xff, content in proptest::collection::vec(any::<u8>(), 0..70_000)) {
            prop_assume!(content.len() < 65_536);
            let bytes = [value(tag, &content), value(OCTETS, b"x")].concat();
            let mut reader = Reader(&bytes);
            prop_assert_eq!(reader.any(), Some((tag, content.as_slice())));
            prop_assert_eq!(reader.expect(OCTETS), Some(b"x".as_slice()));
            prop_assert_eq!(reader.any(), None);
        }

        #[test]
        fn foreign_bytes_are_read_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut reader = Reader(&bytes);
            let mut left = bytes.len();
            while reader.any().is_some() {
                prop_assert!(reader.0.len() < left);
                left = reader.0.len();
            }
        }
    }

    #[test]
    fn numbers_are_positive_and_short() {
        for (bytes, der) in [
            (&[][..], &[INTEGER, 1, 0][..]),
            (&[0, 0], &[INTEGER, 1, 0]),
            (&[0, 1], &[INTEGER, 1, 1]),
            (&[0x80], &[INTEGER, 2, 0, 0x80]),
            (&[0x7f, 0xff], &[INTEGER, 2, 0x7f, 0xff]),
        ] {
            assert_eq!(number(bytes), der);
        }
        assert!(Reader(&[SEQUENCE, 0x80, 0, 0]).any().is_none(), "no length that is not said");
        assert!(Reader(&[SEQUENCE, 0x84, 0xff, 0xff, 0xff, 0xff]).any().is_none(), "no length beyond the bytes");
        assert!(Reader(&[SEQUENCE, 0x85, 0, 0, 0, 0, 0]).any().is_none());
    }
}
