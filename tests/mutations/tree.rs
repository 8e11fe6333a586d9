//! JSON as it is written: members in their order, twice where they stand twice, numbers as their letters. A reader and a
//! writer of its own, so that nothing of it is shared with what it tests.

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    /// The letters of the number.
    Number(String),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// Reads one value; nothing where the bytes are no JSON.
pub(crate) fn read(bytes: &[u8]) -> Option<Tree> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = Reader { rest: text, depth: 0 };
    let value = reader.value()?;
    reader.blank();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
    depth: u32,
}

impl Reader<'_> {
    fn blank(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn eat(&mut self, word: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(())
    }

    fn value(&mut self) -> Option<Tree> {
        self.blank();
        match self.rest.chars().next()? {
            'n' => self.eat("null").map(|()| Tree::Null),
            't' => self.eat("true").map(|()| Tree::Bool(true)),
            'f' => self.eat("false").map(|()| Tree::Bool(false)),
            '"' => self.text().map(Tree::Text),
            '[' => self.list('[', ']', Self::value).map(Tree::List),
            '{' => self.list('{', '}', Self::member).map(Tree::Object),
            _ => self.number(),
        }
    }

    fn member(&mut self) -> Option<(String, Tree)> {
        self.blank();
        let name = self.text()?;
        self.blank();
        self.eat(":")?;
        Some((name, self.value()?))
    }

    fn list<T>(&mut self, open: char, close: char, item: fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.depth += 1;
        if self.depth > 200 {
            return None;
        }
        self.rest = self.rest.strip_prefix(open)?;
        let mut items = Vec::new();
        self.blank();
        if !self.rest.starts_with(close) {
            loop {
                items.push(item(self)?);
                self.blank();
                if self.eat(",").is_none() {
                    break;
                }
            }
        }
        self.rest = self.rest.strip_prefix(close)?;
        self.depth -= 1;
        Some(items)
    }

    fn number(&mut self) -> Option<Tree> {
        let end = self.rest.find(|it: char| !matches!(it, '0'..='9' | '+' | '-' | '.' | 'e' | 'E'));
        let (letters, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (mantissa, exponent) = letters.split_once(['e', 'E']).map_or((letters, None), |(it, e)| (it, Some(e)));
        let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(it, f)| (it, Some(f)));
        let whole = whole.strip_prefix('-').unwrap_or(whole);
        let fits = digits(whole)
            && (whole == "0" || !whole.starts_with('0'))
            && fraction.is_none_or(digits)
            && exponent.is_none_or(|it| digits(it.strip_prefix(['+', '-']).unwrap_or(it)));
        self.rest = rest;
        fits.then(|| Tree::Number(letters.to_owned()))
    }

    fn text(&mut self) -> Option<String> {
        self.eat("\"")?;
        let mut text = String::new();
        loop {
            let letter = self.rest.chars().next()?;
            self.rest = self.rest.split_at(letter.len_utf8()).1;
            match letter {
                '"' => return Some(text),
                '\\' => text.push(self.escape()?),
                '\0'..='\x1f' => return None,
                letter => text.push(letter),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        self.rest = self.rest.split_at(letter.len_utf8()).1;
        Some(match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = self.hex()?;
                if !(0xd800..0xdc00).contains(&first) {
                    return char::from_u32(first);
                }
                self.eat("\\u")?;
                let second = self.hex()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                return char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second);
            }
            _ => return None,
        })
    }

    fn hex(&mut self) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    }
}

impl Tree {
    /// Its letters. With `escaped`, every letter of a text is written as `\u....`: the same meaning in other bytes.
    pub(crate) fn write(&self, escaped: bool, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(letters) => out.push_str(letters),
            Self::Text(text) => quote(text, escaped, out),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    item.write(escaped, out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (at, (name, value)) in members.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { "," });
                    quote(name, escaped, out);
                    out.push(':');
                    value.write(escaped, out);
                }
                out.push('}');
            }
        }
    }

    /// How many values it holds, itself too.
    pub(crate) fn size(&self) -> usize {
        1 + match self {
            Self::List(items) => items.iter().map(Self::size).sum(),
            Self::Object(members) => members.iter().map(|(_, value)| value.size()).sum(),
            _ => 0,
        }
    }

    /// The value that stands at `at` where all are counted from 0, the outer before the inner.
    pub(crate) fn nth(&mut self, at: usize) -> Option<&mut Self> {
        fn find<'t>(tree: &'t mut Tree, left: &mut usize) -> Option<&'t mut Tree> {
            if *left == 0 {
                return Some(tree);
            }
            *left -= 1;
            match tree {
                Tree::List(items) => items.iter_mut().find_map(|it| find(it, left)),
                Tree::Object(members) => members.iter_mut().find_map(|(_, it)| find(it, left)),
                _ => None,
            }
        }
        let mut left = at;
        find(self, &mut left)
    }

    /// The member of that name: the last, where there are several.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().rev().find(|(it, _)| it == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// A member below members, `a/b/c`.
    pub(crate) fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |tree, name| tree.get(name))
    }

    /// The text at a path; empty where there is none.
    pub(crate) fn text(&self, path: &str) -> &str {
        match self.at(path) {
            Some(Self::Text(text)) => text,
            _ => "",
        }
    }

    /// The items at a path; none where there is no list.
    pub(crate) fn items(&self, path: &str) -> &[Self] {
        match self.at(path) {
            Some(Self::List(items)) => items,
            _ => &[],
        }
    }

    /// The integer at a path, as its letters say it.
    pub(crate) fn integer(&self, path: &str) -> Option<i128> {
        match self.at(path) {
            Some(Self::Number(letters)) => letters.parse().ok(),
            _ => None,
        }
    }

    /// Whether a member of one name stands twice anywhere.
    pub(crate) fn has_twins(&self) -> bool {
        match self {
            Self::List(items) => items.iter().any(Self::has_twins),
            Self::Object(members) => {
                let twin = |at: usize, name: &String| members.iter().skip(at + 1).any(|(other, _)| other == name);
                members.iter().enumerate().any(|(at, (name, value))| twin(at, name) || value.has_twins())
            }
            _ => false,
        }
    }
}

fn quote(text: &str, escaped: bool, out: &mut String) {
    use std::fmt::Write as _;
    out.push('"');
    for letter in text.chars() {
        if escaped || letter < ' ' || matches!(letter, '"' | '\\') {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(letter);
        }
    }
    out.push('"');
}
