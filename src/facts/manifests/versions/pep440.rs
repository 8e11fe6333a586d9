//! Versions of PEP 440 and their order: epochs, releases of any length, pre-, post-, dev- and local parts.

use std::cmp::Ordering;

/// A version; also the edges of what belongs to one, which no version is.
#[derive(Clone, Debug)]
pub(super) struct Pep440 {
    pub(super) epoch: u64,
    pub(super) release: Vec<u64>,
    pub(super) pre: Option<(Phase, u64)>,
    pub(super) post: Option<u64>,
    pub(super) dev: Option<u64>,
    pub(super) local: Local,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Alpha,
    Beta,
    Candidate,
}

/// The local part; numbers are after words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Local {
    None,
    Some(Vec<Part>),
    /// Above every local part of the same version: an edge.
    Most,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Word(String),
    Number(u64),
}

impl Pep440 {
    /// Parses a version as written, by the forms that PEP 440 normalises.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let (public, local) = match text.split_once('+') {
            Some((public, local)) => (public, Local::parse(local)?),
            None => (text.as_str(), Local::None),
        };
        let mut scan = Scan { rest: public.strip_prefix('v').unwrap_or(public) };
        let first = scan.number()?;
        let (epoch, first) = if scan.eat("!") { (first, scan.number()?) } else { (0, first) };
        let mut release = vec![first];
        while let Some(number) = scan.after_dot() {
            release.push(number);
        }
        let pre = scan.labelled(&[
            ("alpha", Phase::Alpha),
            ("a", Phase::Alpha),
            ("beta", Phase::Beta),
            ("b", Phase::Beta),
            ("preview", Phase::Candidate),
            ("pre", Phase::Candidate),
            ("rc", Phase::Candidate),
            ("c", Phase::Candidate),
        ]);
        let post = scan.labelled(&[("post", ()), ("rev", ()), ("r", ())]).map(|((), number)| number);
        let post = post.or_else(|| scan.implicit_post());
        let dev = scan.labelled(&[("dev", ())]).map(|((), number)| number);
        scan.rest.is_empty().then_some(Self { epoch, release, pre, post, dev, local })
    }

    pub(super) fn of_release(epoch: u64, release: Vec<u64>) -> Self {
        Self { epoch, release, pre: None, post: None, dev: None, local: Local::None }
    }

    /// The least version of this release: `1.2.dev0`.
    pub(super) fn least(&self) -> Self {
        Self { dev: Some(0), ..Self::of_release(self.epoch, self.release.clone()) }
    }

    /// The edge above the local versions of this one.
    pub(super) fn with_locals(&self) -> Self {
        Self { local: Local::Most, ..self.clone() }
    }

    /// The edge above the post-releases of this release.
    pub(super) fn with_posts(&self) -> Self {
        let release = Self::of_release(self.epoch, self.release.clone());
        Self { post: Some(u64::MAX), local: Local::Most, ..release }
    }

    pub(super) fn is_prerelease(&self) -> bool {
        self.pre.is_some() || self.dev.is_some()
    }

    /// The first release above all that agree with this one in the first `count` numbers.
    pub(super) fn above(&self, count: usize) -> Option<Self> {
        let mut release: Vec<u64> = self.release.iter().copied().chain(std::iter::repeat(0)).take(count).collect();
        let last = release.last_mut()?;
        *last = last.checked_add(1)?;
        Some(Self::of_release(self.epoch, release))
    }

    /// The release without the zeros at its end, which do not count.
    fn significant(&self) -> &[u64] {
        let kept = self.release.iter().rposition(|number| *number != 0).map_or(0, |at| at + 1);
        self.release.get(..kept).unwrap_or_default()
    }
}

impl Ord for Pep440 {
    fn cmp(&self, other: &Self) -> Ordering {
        // A dev release of the release itself is before every pre-release; a missing pre part is after them.
        let pre = |version: &Self| match (version.pre, version.post, version.dev) {
            (None, None, Some(_)) => (0, None),
            (Some(pre), ..) => (1, Some(pre)),
            (None, ..) => (2, None),
        };
        let dev = |version: &Self| version.dev.map_or((1, 0), |number| (0, number));
        (self.epoch.cmp(&other.epoch))
            .then_with(|| self.significant().cmp(other.significant()))
            .then_with(|| pre(self).cmp(&pre(other)))
            .then_with(|| self.post.cmp(&other.post))
            .then_with(|| dev(self).cmp(&dev(other)))
            .then_with(|| self.local.cmp(&other.local))
    }
}

impl PartialOrd for Pep440 {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Pep440 {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Pep440 {}

impl Local {
    fn parse(text: &str) -> Option<Self> {
        let part = |part: &str| {
            let whole = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
            whole.then(|| part.parse().map_or_else(|_| Part::Word(part.to_owned()), Part::Number))
        };
        text.split(['.', '-', '_']).map(part).collect::<Option<Vec<_>>>().map(Self::Some)
    }
}

struct Scan<'a> {
    rest: &'a str,
}

impl Scan<'_> {
    fn eat(&mut self, sign: &str) -> bool {
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn number(&mut self) -> Option<u64> {
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = self.rest.split_at_checked(digits)?;
        let number = number.parse().ok()?;
        self.rest = rest;
        Some(number)
    }

    /// What `read` reads, or nothing and no step.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.rest;
        let read = read(self);
        if read.is_none() {
            self.rest = before;
        }
        read
    }

    fn after_dot(&mut self) -> Option<u64> {
        self.attempt(|scan| if scan.eat(".") { scan.number() } else { None })
    }

    fn separator(&mut self) -> bool {
        self.eat(".") || self.eat("-") || self.eat("_")
    }

    /// `[.-_] label [.-_] number?`; a missing number is 0.
    fn labelled<T: Copy>(&mut self, labels: &[(&str, T)]) -> Option<(T, u64)> {
        self.attempt(|scan| {
            scan.separator();
            let (_, value) = labels.iter().find(|(label, _)| scan.eat(label))?;
            let number = scan.attempt(|scan| {
                scan.separator();
                scan.number()
            });
            if number.is_none() && scan.rest.starts_with(|letter: char| letter.is_ascii_digit()) {
                return None;
            }
            Some((*value, number.unwrap_or(0)))
        })
    }

    /// `-1`, a post-release without a word.
    fn implicit_post(&mut self) -> Option<u64> {
        self.attempt(|scan| if scan.eat("-") { scan.number() } else { None })
    }
}
