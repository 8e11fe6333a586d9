//! The tables, and the only place that touches SQLite. A file may have come with a cloned repository: its schema is compared
//! byte by byte with ours before anything else is asked of it, and nothing in it is ever run.
//!
//! Does not know where the file lies, and what becomes of one that is not ours.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row, TransactionBehavior, params};

use super::{BYTES, Contents, DIGESTS, PATIENCE_MILLIS, Seen, SeenDigest, SeenRef, SeenTime, TEXT_BYTES};

/// `PRAGMA user_version`.
const VERSION: i64 = 1;

/// The tables. They hold what was seen, and no judgement of it.
const TABLES: &str = "\
CREATE TABLE refs (
  key TEXT NOT NULL PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 64),
  value TEXT NOT NULL CHECK (length(value) <= 512),
  last_seen_at TEXT NOT NULL CHECK (length(last_seen_at) = 20)
) STRICT, WITHOUT ROWID;
CREATE TABLE digests (
  algorithm TEXT NOT NULL CHECK (algorithm = 'sha256'),
  digest TEXT NOT NULL CHECK (length(digest) = 64 AND digest NOT GLOB '*[^0-9a-f]*'),
  kind TEXT NOT NULL CHECK (kind IN ('patch', 'tree', 'file')),
  path TEXT NOT NULL CHECK (length(path) <= 512),
  last_seen_at TEXT NOT NULL CHECK (length(last_seen_at) = 20),
  PRIMARY KEY (algorithm, digest, kind, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE timestamps (
  name TEXT NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64),
  value TEXT NOT NULL CHECK (length(value) = 20),
  last_seen_at TEXT NOT NULL CHECK (length(last_seen_at) = 20)
) STRICT, WITHOUT ROWID;
";

/// What keeps a cache from being used.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Another process has it.
    Busy,
    /// The machine refuses: the file may be whole.
    Refused(String),
    /// It is no cache of this version.
    Foreign(String),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(
                ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure
                | ErrorCode::DiskFull
                | ErrorCode::OutOfMemory
                | ErrorCode::CannotOpen,
            ) => Self::Refused(error.to_string()),
            _ => Self::Foreign(format!("is broken ({error})")),
        }
    }
}

/// Opens a file that is there, with all doors shut that a foreign one could come through.
fn open(path: &Path, writes: bool) -> Result<Connection, Trouble> {
    let way = if writes { OpenFlags::SQLITE_OPEN_READ_WRITE } else { OpenFlags::SQLITE_OPEN_READ_ONLY };
    let flags = way | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(path, flags)?;
    close_doors(&connection)?;
    Ok(connection)
}

fn close_doors(connection: &Connection) -> Result<(), Trouble> {
    connection.busy_timeout(Duration::from_millis(PATIENCE_MILLIS))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    for door in [
        DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA,
        DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER,
        DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW,
        DbConfig::SQLITE_DBCONFIG_DQS_DML,
        DbConfig::SQLITE_DBCONFIG_DQS_DDL,
    ] {
        connection.set_db_config(door, false)?;
    }
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, 1 << 20),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 64 << 10),
        (Limit::SQLITE_LIMIT_COLUMN, 64),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 64),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
    ] {
        connection.set_limit(limit, most)?;
    }
    // A journal in memory leaves nothing behind; what a crash leaves broken is set aside the next time.
    connection.execute_batch(
        "PRAGMA journal_mode = MEMORY; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;",
    )?;
    Ok(())
}

/// Kind, name, table and text of a part of a schema.
type Part = (String, String, String, Option<String>);

/// What a schema consists of, each part as it was written.
fn schema(connection: &Connection) -> Result<Vec<Part>, rusqlite::Error> {
    let mut parts = connection.prepare("SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY rowid")?;
    // One more than ours is enough to see that it is another.
    let rows = parts.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    rows.take(8).collect()
}

/// Whether this is a cache of this version, whole; `false` where it is empty.
fn is_ours(connection: &Connection) -> Result<bool, Trouble> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let found = schema(connection)?;
    if version == 0 && found.is_empty() {
        return Ok(false);
    }
    if version > VERSION {
        return Err(Trouble::Foreign(format!("is of version {version}, and this attest knows {VERSION}")));
    }
    let own = Connection::open_in_memory()?;
    own.execute_batch(TABLES)?;
    if version != VERSION || found != schema(&own)? {
        return Err(Trouble::Foreign(String::from("has other tables than a cache has")));
    }
    let whole: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if whole == "ok" { Ok(true) } else { Err(Trouble::Foreign(format!("is broken ({})", whole.replace('\n', " ")))) }
}

/// Writes down what was seen, all of it or nothing.
pub(super) fn write(path: &Path, seen: &Seen) -> Result<(), Trouble> {
    let mut connection = open(path, true)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !is_ours(&transaction)? {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    let page: i64 = transaction.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let pages = i64::try_from(BYTES).unwrap_or(i64::MAX).checked_div(page).unwrap_or(1);
    transaction.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
    // From here on the file is ours: what fails is no fault of it.
    insert(&transaction, seen).and_then(|()| transaction.commit()).map_err(|error| match Trouble::from(error) {
        Trouble::Foreign(problem) => Trouble::Refused(problem),
        trouble => trouble,
    })
}

fn insert(connection: &Connection, seen: &Seen) -> Result<(), rusqlite::Error> {
    let at = seen.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let fits = |text: &str| !text.is_empty() && text.len() <= TEXT_BYTES;
    let mut refs = connection.prepare("INSERT OR REPLACE INTO refs VALUES (?1, ?2, ?3)")?;
    let commits = [("repo.baseCommit", &seen.base_commit), ("repo.headCommit", &seen.head_commit)];
    for (key, value) in seen.repo_url.iter().map(|url| ("repo.url", url)).chain(commits) {
        if fits(value) {
            refs.execute(params![key, value, at])?;
        }
    }
    let whole = std::iter::once(("patch", "patch.diff", &seen.patch));
    let whole = whole.chain(seen.tree.iter().map(|tree| ("tree", "repo-tree", tree)));
    let files = seen.files.iter().map(|(path, digest)| ("file", path.as_str(), digest));
    let rows: Vec<_> = whole.chain(files).filter(|(_, path, _)| fits(path)).take(DIGESTS).collect();
    // Room first: the old and the new at once may be more than the file holds.
    connection.execute(
        "DELETE FROM digests WHERE (algorithm, digest, kind, path) IN (SELECT algorithm, digest, kind, path FROM digests \
         ORDER BY last_seen_at DESC, kind DESC, path, digest LIMIT -1 OFFSET ?1)",
        params![i64::try_from(DIGESTS.saturating_sub(rows.len())).unwrap_or(0)],
    )?;
    let mut digests = connection.prepare("INSERT OR REPLACE INTO digests VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (kind, path, digest) in rows {
        digests.execute(params![digest.algorithm.name(), digest.hex, kind, path, at])?;
    }
    connection.execute("INSERT OR REPLACE INTO timestamps VALUES ('digest.lastComputedAt', ?1, ?1)", params![at])?;
    Ok(())
}

/// All that a cache holds; of an empty file nothing.
pub(super) fn read(path: &Path) -> Result<Contents, Trouble> {
    let mut connection = open(path, false)?;
    let transaction = connection.transaction()?;
    if !is_ours(&transaction)? {
        return Ok(Contents::default());
    }
    let refs = rows(&transaction, "SELECT key, value, last_seen_at FROM refs ORDER BY key", |row| {
        Ok(SeenRef { key: row.get(0)?, value: row.get(1)?, last_seen_at: row.get(2)? })
    })?;
    let digests = "SELECT algorithm, digest, kind, path, last_seen_at FROM digests ORDER BY kind DESC, path, digest";
    let digests = rows(&transaction, digests, |row| {
        Ok(SeenDigest {
            algorithm: row.get(0)?,
            digest: row.get(1)?,
            kind: row.get(2)?,
            path: row.get(3)?,
            last_seen_at: row.get(4)?,
        })
    })?;
    let timestamps = rows(&transaction, "SELECT name, value, last_seen_at FROM timestamps ORDER BY name", |row| {
        Ok(SeenTime { name: row.get(0)?, value: row.get(1)?, last_seen_at: row.get(2)? })
    })?;
    Ok(Contents { refs, digests, timestamps })
}

fn rows<T>(
    connection: &Connection,
    question: &str,
    make: impl FnMut(&Row<'_>) -> Result<T, rusqlite::Error>,
) -> Result<Vec<T>, Trouble> {
    let mut statement = connection.prepare(question)?;
    let rows = statement.query_map([], make)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_table_holds_a_judgement() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLES).unwrap();
        let parts = schema(&connection).unwrap();
        assert_eq!(parts.iter().map(|part| part.1.as_str()).collect::<Vec<_>>(), ["refs", "digests", "timestamps"]);
        for word in ["verif", "result", "verdict", "valid", "level", "blob", "content"] {
            assert!(!TABLES.to_lowercase().contains(word), "{word}");
        }
    }
}
