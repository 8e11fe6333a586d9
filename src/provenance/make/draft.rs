//! A predicate that grows from several sources, each value with the source that gave it. A value that stands is not replaced:
//! whoever speaks first wins. Lists add up. Does not know which members there are; the schema says that.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

/// Who gave a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line, as it is written: `--agent-name`.
    Flag(&'static str),
    /// The file of `--input`.
    Input,
    /// The environment of a CI system, by its title.
    Ci(&'static str),
    /// The repository.
    Git,
    /// Nobody: what stands where nothing is said.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "`{flag}`"),
            Self::Input => f.write_str("the file of `--input`"),
            Self::Ci(title) => write!(f, "the environment of {title}"),
            Self::Git => f.write_str("the repository"),
            Self::Default => f.write_str("the default"),
        }
    }
}

/// A predicate in the making.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    predicate: Value,
    origins: BTreeMap<String, Origin>,
}

impl Draft {
    /// An empty one.
    pub fn new() -> Self {
        Self { predicate: Value::Object(Map::new()), origins: BTreeMap::new() }
    }

    /// The predicate as far as it is.
    pub fn predicate(&self) -> &Value {
        &self.predicate
    }

    /// What stands at a JSON pointer.
    pub fn get(&self, pointer: &str) -> Option<&Value> {
        self.predicate.pointer(pointer)
    }

    /// The text at a JSON pointer.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.get(pointer).and_then(Value::as_str)
    }

    /// Puts a value at a JSON pointer of plain names, unless something stands there or on the way.
    pub fn fill(&mut self, pointer: &str, value: impl Into<Value>, origin: Origin) {
        let value = value.into();
        if self.get(pointer).is_some() {
            return;
        }
        if let Some(Value::Object(members)) = self.parent(pointer) {
            members.insert(last(pointer).to_owned(), value);
            self.origins.insert(pointer.to_owned(), origin);
        }
    }

    /// The same of a value that may not be there.
    pub fn fill_some(&mut self, pointer: &str, value: Option<impl Into<Value>>, origin: Origin) {
        if let Some(value) = value {
            self.fill(pointer, value, origin);
        }
    }

    /// Adds an item to the list at a JSON pointer.
    pub fn append(&mut self, pointer: &str, item: impl Into<Value>, origin: Origin) {
        self.fill(pointer, Value::Array(Vec::new()), origin.clone());
        if let Some(Value::Array(items)) = self.predicate.pointer_mut(pointer) {
            self.origins.insert(format!("{pointer}/{}", items.len()), origin);
            items.push(item.into());
        }
    }

    /// Puts a member of any name into the object at a JSON pointer, unless it is there.
    pub fn insert(&mut self, pointer: &str, name: String, value: Value, origin: &Origin) {
        let place = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        self.put(pointer, &place, name, value, origin);
    }

    /// Puts a value in the place of another that only the default or the file gave.
    pub fn replace(&mut self, pointer: &str, value: Value, origin: Origin) {
        if let Some(place) = self.predicate.pointer_mut(pointer) {
            *place = value;
            self.origins.insert(pointer.to_owned(), origin);
        } else {
            self.fill(pointer, value, origin);
        }
    }

    /// Fills in all members of an object, and of the objects in it.
    pub fn fill_all(&mut self, members: Map<String, Value>, origin: &Origin) {
        let mut pending: Vec<(String, Map<String, Value>)> = vec![(String::new(), members)];
        while let Some((at, members)) = pending.pop() {
            for (name, value) in members {
                let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                match value {
                    Value::Object(inner) if self.get(&pointer).is_some_and(Value::is_object) => {
                        pending.push((pointer, inner));
                    }
                    value => self.put(&at, &pointer, name, value, origin),
                }
            }
        }
    }

    fn put(&mut self, parent: &str, pointer: &str, name: String, value: Value, origin: &Origin) {
        if self.get(pointer).is_none()
            && let Some(Value::Object(members)) = self.predicate.pointer_mut(parent)
        {
            members.insert(name, value);
            self.origins.insert(pointer.to_owned(), origin.clone());
        }
    }

    /// Who gave the value at a JSON pointer, or the nearest thing around it.
    pub fn origin(&self, pointer: &str) -> Option<&Origin> {
        let mut pointer = pointer;
        loop {
            if let Some(origin) = self.origins.get(pointer) {
                return Some(origin);
            }
            pointer = pointer.rsplit_once('/')?.0;
        }
    }

    /// The object that holds the value at `pointer`; objects on the way are made.
    fn parent(&mut self, pointer: &str) -> Option<&mut Value> {
        let mut here = &mut self.predicate;
        let names: Vec<&str> = pointer.split('/').skip(1).collect();
        let (_, way) = names.split_last()?;
        for name in way {
            let Value::Object(members) = here else { return None };
            here = members.entry((*name).to_owned()).or_insert_with(|| Value::Object(Map::new()));
        }
        Some(here)
    }
}

fn last(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or(pointer, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Draft, Origin};

    #[test]
    fn who_speaks_first_wins_and_lists_add_up() {
        let mut draft = Draft::new();
        draft.fill("/agent/name", "a", Origin::Flag("--agent-name"));
        let Value::Object(input) = json!({
            "agent": {"name": "b", "version": "2"}, "evidence": [1], "extensions": {"https://x/y": {"uri": "u"}}, "model": 3
        }) else {
            panic!("an object")
        };
        draft.fill_all(input, &Origin::Input);
        draft.append("/evidence", 2, Origin::Flag("--evidence"));
        draft.fill("/agent/version", "3", Origin::Default);
        // What is of a wrong type stays, for the schema to say.
        draft.fill("/model/provider", "p", Origin::Default);
        assert_eq!(
            draft.predicate(),
            &json!({
                "agent": {"name": "a", "version": "2"}, "evidence": [1, 2], "extensions": {"https://x/y": {"uri": "u"}},
                "model": 3
            })
        );
        assert_eq!(draft.origin("/evidence/1/digest"), Some(&Origin::Flag("--evidence")));
        assert_eq!(draft.origin("/evidence/0/digest"), Some(&Origin::Input));
        assert_eq!(draft.origin("/agent/name"), Some(&Origin::Flag("--agent-name")));
        assert_eq!(draft.origin("/agent/version"), Some(&Origin::Input));
        assert_eq!(draft.origin("/nothing"), None);
    }
}
