//! The target's code beyond the scopes of the plan: who mentions a name. Looked into only when a question's evidence asks
//! for callers or tests; a file is parsed only where a name occurs in its text.

use std::collections::BTreeSet;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use rayon::prelude::*;

use super::super::language::{self, Language};
use super::super::{encoding, languages};
use super::{Fault, FileId, SourceFile, Store};
use crate::target::EntryKind;

/// A name to look for in code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wanted {
    /// The name.
    pub name: Arc<str>,
    /// Languages that call each other, as [`Store::family`] has it.
    pub family: &'static str,
}

/// Where names occur.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// For each name that was wanted the files, in the order of their paths.
    pub files: Vec<Vec<FileId>>,
    /// Where they may occur too, for all that is known.
    pub problems: Vec<String>,
}

/// Languages whose code calls each other.
fn family(language: Language) -> &'static str {
    match language.name {
        "javascript" | "typescript" | "tsx" => "ecmascript",
        name => name,
    }
}

impl Store<'_> {
    /// The family of a file's language.
    pub fn family(&self, id: FileId) -> &'static str {
        family(self.language(id))
    }

    /// The code files of the target, in a scope or not, in whose text the names occur; each is read once, over all cores.
    pub fn mentions(&self, wanted: &[Wanted]) -> Mentions {
        let mut found = Mentions { files: vec![Vec::new(); wanted.len()], problems: Vec::new() };
        if wanted.is_empty() {
            return found;
        }
        let names = wanted.iter().map(|it| it.name.as_bytes());
        let finder = match AhoCorasick::builder().match_kind(MatchKind::Standard).build(names) {
            Ok(finder) => finder,
            Err(error) => {
                found.problems.push(format!("the names cannot be looked for: {error}"));
                return found;
            }
        };
        let more = match self.elsewhere.get_or_init(|| self.unscoped()) {
            Ok(more) => more.as_slice(),
            Err(message) => {
                found.problems.push(message.clone());
                &[]
            }
        };
        if let Ok(listing) = self.target.files() {
            found.problems.extend(listing.problems().iter().map(|it| format!("`{}`: {}", it.path, it.message)));
        }
        let families: BTreeSet<&str> = wanted.iter().map(|it| it.family).collect();
        let ids = (0..self.files.len().saturating_add(more.len())).filter_map(|at| u32::try_from(at).ok().map(FileId));
        let mut searched: Vec<(FileId, &SourceFile)> = ids
            .filter_map(|id| Some((id, self.file(id)?)))
            .filter(|(_, file)| file.kind == EntryKind::Regular && families.contains(family(file.language)))
            .collect();
        searched.sort_by(|left, right| left.1.path.cmp(&right.1.path));
        let hits: Vec<(FileId, Result<BTreeSet<usize>, String>)> =
            searched.into_par_iter().map(|(id, file)| (id, self.search(file, &finder, wanted))).collect();
        for (id, hits) in hits {
            match hits {
                Ok(hits) => {
                    for at in hits {
                        if let Some(files) = found.files.get_mut(at) {
                            files.push(id);
                        }
                    }
                }
                Err(message) => found.problems.push(message),
            }
        }
        found
    }

    /// Which of the names occur in a file. What has none is not kept in memory.
    fn search(&self, file: &SourceFile, finder: &AhoCorasick, wanted: &[Wanted]) -> Result<BTreeSet<usize>, String> {
        let worded = |message: &str| format!("`{}`: {message}", file.path);
        let read = match file.content.get() {
            Some(Ok(_)) => None,
            Some(Err(fault)) => return Err(worded(&fault.message)),
            None => {
                let bytes = self.target.read(&file.path).map_err(|error| worded(&error.to_string()))?;
                Some(encoding::decode(&bytes, file.language.name).map_err(|message| worded(&message))?)
            }
        };
        let text = match (&read, file.content.get()) {
            (Some(content), _) | (None, Some(Ok(content))) => &content.text,
            _ => return Ok(BTreeSet::new()),
        };
        let own = family(file.language);
        let most = wanted.iter().filter(|it| it.family == own).count();
        let mut hits = BTreeSet::new();
        for found in finder.find_overlapping_iter(text.as_bytes()) {
            let at = found.pattern().as_usize();
            if wanted.get(at).is_some_and(|it| it.family == own) && hits.insert(at) && hits.len() == most {
                break;
            }
        }
        if let Some(content) = read.filter(|_| !hits.is_empty()) {
            file.content.get_or_init(|| Ok::<_, Fault>(content));
        }
        Ok(hits)
    }

    /// The code of the target that no scope names and that can be understood, by path.
    fn unscoped(&self) -> Result<Vec<SourceFile>, String> {
        let listing = self.target.files().map_err(|error| error.to_string())?;
        let is_new = |path: &str| self.files.binary_search_by(|file| (*file.path).cmp(path)).is_err();
        let entries = listing.entries().iter().filter(|entry| {
            entry.kind == EntryKind::Regular
                && languages::adapter(language::of_path(&entry.path).name).is_some()
                && is_new(&entry.path)
        });
        Ok(entries.cloned().map(SourceFile::new).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::store::Settings;
    use crate::target::MemoryTarget;

    #[test]
    fn names_are_found_in_code_of_the_family_only() {
        let files = [
            ("a.py", "verify_token()"),
            ("b/c.py", "x = verify"),
            ("b/d.md", "verify"),
            ("e.ts", "verify()"),
            ("f.jsx", "verify()"),
            ("z.py", "other"),
        ];
        let target = MemoryTarget::new(files.map(|(path, text)| (path, text.as_bytes())));
        let store = Store::open(&target, ["z.py", "b/c.py"], Settings::default());
        let wanted = |name: &str, family| Wanted { name: name.into(), family };
        let found =
            store.mentions(&[wanted("verify", "python"), wanted("verify", "ecmascript"), wanted("token", "python")]);
        let paths: Vec<Vec<&str>> =
            found.files.iter().map(|files| files.iter().map(|id| &*store.file(*id).unwrap().path).collect()).collect();
        assert_eq!(paths, [vec!["a.py", "b/c.py"], vec!["e.ts", "f.jsx"], vec!["a.py"]]);
        assert!(found.problems.is_empty(), "{:?}", found.problems);
        let id = store.id_of("a.py").unwrap();
        assert_eq!(store.calls_of(id, "verify_token").len(), 1);
        assert!(store.calls_of(id, "verify").is_empty());
        assert_eq!(store.files().count(), 2, "the scopes stay what they are");
    }

    #[test]
    fn code_that_cannot_be_read_is_said() {
        let target = MemoryTarget::new([("a.py", b"verify\xff\xfe".as_slice())]);
        let store = Store::open(&target, [], Settings::default());
        let found = store.mentions(&[Wanted { name: "verify".into(), family: "python" }]);
        assert_eq!(found.files, [vec![]]);
        assert!(found.problems.iter().any(|it| it.starts_with("`a.py`: is not UTF-8")), "{:?}", found.problems);
    }
}
