//! Go that is newer than the grammar, in a spelling that the grammar reads: `new(expression)` (Go 1.26) and methods with type
//! parameters (Go 1.27). What it does not spell: `new` of a composite literal whose type is written out (`new([]int{1})`).

/// How a type begins that is no expression: of such a `new` the grammar knows.
const TYPE_STARTS: &[&str] =
    &["[", "map[", "chan ", "chan\t", "func(", "struct{", "struct {", "interface{", "interface {"];

/// The text in that spelling, of the same length; nothing where none of it is written.
pub(super) fn respell(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let mut changed = false;
    for (at, word) in text.match_indices("new(") {
        let glued = text.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || c == '_'));
        let argument = text.get(at.saturating_add(word.len())..).unwrap_or_default().trim_start();
        if glued || TYPE_STARTS.iter().any(|start| argument.starts_with(start)) {
            continue;
        }
        // An ordinary name, whose arguments are expressions.
        if let Some(last) = bytes.get_mut(at.saturating_add(2)) {
            *last = b'W';
            changed = true;
        }
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((from, to)) = method_type_parameters(line) {
            let range = start + from..start + to;
            bytes.get_mut(range).unwrap_or_default().fill(b' ');
            changed = true;
        }
        start += line.len();
    }
    changed.then(|| String::from_utf8(bytes).ok()).flatten()
}

/// Where in a line that begins a method its type parameters stand, brackets included.
fn method_type_parameters(line: &str) -> Option<(usize, usize)> {
    let receiver = line.strip_prefix("func (")?;
    let name = receiver.get(receiver.find(')')? + 1..)?.trim_start();
    let list = name.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    if list.len() == name.len() || !list.starts_with('[') {
        return None;
    }
    let from = line.len().checked_sub(list.len())?;
    let mut depth = 0_usize;
    for (at, byte) in list.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.checked_sub(1)?,
            // Nothing that could open or close a literal or a comment is blanked.
            b'"' | b'`' | b'\'' | b'/' | 0x80.. => return None,
            _ => {}
        }
        if depth == 0 {
            return list.get(at + 1..)?.starts_with('(').then_some((from, from + at + 1));
        }
    }
    None
}
