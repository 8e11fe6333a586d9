//! Where the verdict store is: what the invoker names, else the user's cache directory; never where the code under judgement
//! can put a verdict of its own. `attest.toml` has no say, for whoever changes the rules may write it.

use std::path::{Component, Path, PathBuf};

use super::StoreError;
use crate::base::system::{FileKind, System};

/// The variable that names the store.
const VARIABLE: &str = "ATTEST_TIER2_STORE";

/// Where the store is, before anybody looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The directory.
    pub path: PathBuf,
    /// Whether the invoker named it.
    pub named: bool,
}

/// The place that the flag names, else `ATTEST_TIER2_STORE`, else `attest/tier2` in the user's cache directory; nothing where
/// none of them is known. Variables that are empty, and cache directories that are not absolute, are passed over.
pub fn place(flag: Option<&Path>, env: &dyn Fn(&str) -> Option<String>) -> Option<Place> {
    let set = |name: &str| env(name).filter(|value| !value.trim().is_empty()).map(PathBuf::from);
    let named = flag.map(Path::to_owned).or_else(|| set(VARIABLE));
    if let Some(path) = named {
        return Some(Place { path, named: true });
    }
    let absolute = |name: &str| set(name).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME").or_else(|| {
        if cfg!(windows) {
            absolute("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            Some(absolute("HOME")?.join("Library").join("Caches"))
        } else {
            Some(absolute("HOME")?.join(".cache"))
        }
    })?;
    Some(Place { path: cache.join("attest").join("tier2"), named: false })
}

/// The store's directory for a run on a target, links resolved; nothing where no place is known. It need not be there yet.
///
/// # Errors
/// Where it lies inside of the target, or holds it. A place that the invoker named may not lie elsewhere in the target's
/// repository either, which commits it just the same; a cache directory may, for a home directory can be a repository.
pub fn directory(system: &dyn System, flag: Option<&Path>, target_root: &Path) -> Result<Option<PathBuf>, StoreError> {
    let Some(Place { path, named }) = place(flag, &|name| system.env_var(name)) else { return Ok(None) };
    let store = resolved(system, &path)?;
    let target = resolved(system, target_root)?;
    let repository = if named { repository(system, &target)? } else { None };
    let outer = repository.unwrap_or_else(|| target.clone());
    if store.starts_with(&outer) {
        return Err(StoreError::Inside { store, outer });
    }
    if target.starts_with(&store) {
        return Err(StoreError::Around { store, target });
    }
    Ok(Some(store))
}

/// The repository that a directory lies in.
fn repository(system: &dyn System, directory: &Path) -> Result<Option<PathBuf>, StoreError> {
    for above in directory.ancestors() {
        if system.symlink_metadata(&above.join(".git"))?.is_some() {
            return Ok(Some(above.to_owned()));
        }
    }
    Ok(None)
}

/// An absolute path without links, as far as it exists; beyond that by its letters, which is where it would be made.
fn resolved(system: &dyn System, path: &Path) -> Result<PathBuf, StoreError> {
    let absolute = if path.is_absolute() { path.to_owned() } else { system.current_dir()?.join(path) };
    let mut real = PathBuf::new();
    for component in absolute.components() {
        match component {
            Component::CurDir => continue,
            // There is no link left in it that could lead elsewhere.
            Component::ParentDir => {
                real.pop();
                continue;
            }
            Component::Prefix(_) => {
                real.push(component);
                continue;
            }
            Component::RootDir | Component::Normal(_) => real.push(component),
        }
        match system.canonicalize(&real) {
            Ok(canonical) => real = canonical,
            Err(error) if error.is_missing() => {
                let there = system.symlink_metadata(&real)?;
                if there.is_some_and(|info| info.kind == FileKind::Link) {
                    return Err(StoreError::Dangling { path: real });
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(real)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::system::{MemorySystem, OsSystem};

    fn of(flag: Option<&str>, env: &[(&str, &str)]) -> Option<(String, bool)> {
        let env = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        place(flag.map(Path::new), &env).map(|place| (place.path.display().to_string(), place.named))
    }

    #[test]
    fn the_flag_comes_before_the_environment_and_that_before_the_cache() {
        let all = [("ATTEST_TIER2_STORE", "/env"), ("XDG_CACHE_HOME", "/xdg"), ("HOME", "/home/u")];
        assert_eq!(of(Some("/flag"), &all), Some(("/flag".to_owned(), true)));
        assert_eq!(of(None, &all), Some(("/env".to_owned(), true)));
        assert_eq!(of(None, &[("ATTEST_TIER2_STORE", " "), all[1]]), Some(("/xdg/attest/tier2".to_owned(), false)));
        assert_eq!(of(None, &[]), None);
        assert_eq!(of(None, &[("HOME", "")]), None);
        assert_eq!(of(None, &[("HOME", "relative")]), None);
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn without_a_cache_directory_it_is_below_home() {
        let home = ("HOME", "/home/u");
        for relative in [("XDG_CACHE_HOME", ""), ("XDG_CACHE_HOME", "cache"), ("XDG_CACHE_HOME", "./x")] {
            assert_eq!(of(None, &[relative, home]), Some(("/home/u/.cache/attest/tier2".to_owned(), false)));
        }
    }

    fn inside(system: &dyn System, flag: Option<&str>, target: &str) -> bool {
        match directory(system, flag.map(Path::new), Path::new(target)) {
            Ok(found) => {
                assert!(found.is_some());
                false
            }
            Err(StoreError::Inside { .. } | StoreError::Around { .. }) => true,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn no_store_is_inside_of_the_target_or_around_it() {
        let system = MemorySystem::new()
            .with_file("/work/app/src/a.py", "")
            .with_file("/work/app/.git/HEAD", "")
            .with_file("/work/plain/b.py", "")
            .with_env("HOME", "/work");
        for (refused, store, target) in [
            (true, "/work/app", "/work/app"),
            (true, "/work/app/cache", "/work/app"),
            (true, "/work/app/cache", "/work/app/"),
            (true, "work/app/deep/er", "/work/app"),
            (true, "/work/other/../app/x", "/work/app"),
            (true, "/nowhere/at/../../work/app/x", "/work/./app"),
            (true, "/work/app/store", "/work/app/src"),
            (true, "/work", "/work/app"),
            (true, "/", "/work/app"),
            (true, "x", "."),
            (false, "/work/app2", "/work/app"),
            (false, "/work/plain2/x", "/work/plain"),
            (false, "/work/app/../cache", "/work/app"),
        ] {
            assert_eq!(inside(&system, Some(store), target), refused, "{store} for {target}");
        }
        assert!(!inside(&system, None, "/work/app"));
        assert!(inside(&system, None, "/work"));
        let message =
            directory(&system, Some(Path::new("/work/app/c")), Path::new("/work/app")).unwrap_err().to_string();
        for part in ["`/work/app/c` lies inside of `/work/app`", "forged", "--store", "ATTEST_TIER2_STORE"] {
            assert!(message.contains(part), "{message}");
        }
        let none = directory(&MemorySystem::new(), None, Path::new("/work")).unwrap();
        assert_eq!(none, None);
    }

    #[test]
    fn a_home_that_is_a_repository_keeps_its_cache() {
        let system = MemorySystem::new()
            .with_file("/home/u/.git/HEAD", "")
            .with_file("/home/u/app/a.py", "")
            .with_env("HOME", "/home/u")
            .with_env("XDG_CACHE_HOME", "/home/u/.cache");
        assert!(!inside(&system, None, "/home/u/app"));
        assert!(inside(&system, Some("/home/u/store"), "/home/u/app"));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_before_it_is_judged() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let target = root.join("target");
        OsSystem.create_dir_all(&target.join("inner")).unwrap();
        let link = |from: &str, to: &Path| std::os::unix::fs::symlink(to, root.join(from)).unwrap();
        link("to-inner", &target.join("inner"));
        link("to-target", &target);
        link("to-nowhere", &target.join("later"));
        link("to-file-system", &root);
        let ask = |store: &str, target: &Path| directory(&OsSystem, Some(&root.join(store)), target);
        assert!(matches!(ask("to-inner/tier2", &target), Err(StoreError::Inside { .. })));
        assert!(matches!(ask("target/x", &root.join("to-target")), Err(StoreError::Inside { .. })));
        assert!(matches!(ask("to-inner/../x", &target), Err(StoreError::Inside { .. })));
        assert!(matches!(ask("to-nowhere/x", &target), Err(StoreError::Dangling { .. })));
        assert!(matches!(ask("to-file-system", &target), Err(StoreError::Around { .. })));
        assert_eq!(ask("to-file-system/store", &target).unwrap(), Some(root.join("store")));
        // `inner/..` is above what the link leads to, and not beside the link.
        assert_eq!(ask("to-target/../store", &target).unwrap(), Some(root.join("store")));
    }
}
