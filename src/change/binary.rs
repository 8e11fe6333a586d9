//! A binary file in a patch, in the form that `git apply` takes: literal, base 85, zlib. Does not know files or modes.
//!
//! The zlib stream is stored and not compressed, so that its bytes are no compressor's.

/// Most bytes of a line.
const LINE: usize = 52;
/// Most bytes of a stored block.
const BLOCK: usize = 65_535;

const DIGITS: &[u8; 85] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/// Appends one side: its length, its lines, an empty line.
pub(super) fn literal(content: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(format!("literal {}\n", content.len()).as_bytes());
    let stream = stored(content);
    for line in stream.chunks(LINE) {
        let length = u8::try_from(line.len()).unwrap_or_default();
        out.push(if length <= 26 {
            b'A'.saturating_add(length).saturating_sub(1)
        } else {
            b'a'.saturating_add(length).saturating_sub(27)
        });
        for four in line.chunks(4) {
            let mut bytes = [0; 4];
            for (to, from) in bytes.iter_mut().zip(four) {
                *to = *from;
            }
            let mut number = u32::from_be_bytes(bytes);
            let mut digits = [0; 5];
            for digit in digits.iter_mut().rev() {
                *digit = usize::try_from(number % 85).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or(b'0');
                number /= 85;
            }
            out.extend_from_slice(&digits);
        }
        out.push(b'\n');
    }
    out.push(b'\n');
}

/// RFC 1950 and 1951: header, stored blocks, checksum.
fn stored(content: &[u8]) -> Vec<u8> {
    let mut stream = Vec::with_capacity(content.len().saturating_add(content.len() / 8192).saturating_add(16));
    stream.extend([0x78, 0x01]);
    let mut blocks = content.chunks(BLOCK).peekable();
    if content.is_empty() {
        stream.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(block) = blocks.next() {
        stream.push(u8::from(blocks.peek().is_none()));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend_from_slice(block);
    }
    stream.extend(adler32(content).to_be_bytes());
    stream
}

fn adler32(content: &[u8]) -> u32 {
    const PRIME: u32 = 65_521;
    let (mut low, mut high) = (1_u32, 0_u32);
    // So many sums fit into 32 bits before the remainder is taken.
    for chunk in content.chunks(5552) {
        for byte in chunk {
            low = low.wrapping_add(u32::from(*byte));
            high = high.wrapping_add(low);
        }
        low %= PRIME;
        high %= PRIME;
    }
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::{adler32, literal};

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
        assert_eq!(adler32(b""), 1);
    }

    /// Lengths around a line, a group of four and a block; git takes them back in `tests/change.rs`.
    #[test]
    fn every_line_but_the_last_is_full() {
        for length in [0, 1, 15, 16, 41, 42, 65_535, 65_536, 200_000] {
            let mut out = Vec::new();
            literal(&vec![7; length], &mut out);
            let text = String::from_utf8(out).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines[0], format!("literal {length}"));
            assert_eq!(*lines.last().unwrap(), "");
            assert!(lines[1..lines.len() - 2].iter().all(|line| line.len() == 66 && line.starts_with('z')));
        }
    }
}
