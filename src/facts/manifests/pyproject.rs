//! `pyproject.toml`: the tables of PEP 621 and PEP 735, Poetry's, and uv's and PDM's development groups.

use std::sync::Arc;

use super::versions::Syntax;
use super::{Dependency, Manifest, ManifestError, PYPI, beside, names, requirements, text_of};
use crate::facts::documents::{Entry, Node, NodeValue, shown};

/// Parses a `pyproject.toml`.
pub(super) fn parse(manifest: &Manifest<'_>) -> Result<Vec<Dependency>, ManifestError> {
    let root = manifest.document("toml")?;
    let mut rows = Vec::new();
    let tool = |name: &str| root.get("tool").and_then(|tool| tool.get(name));
    if let Some(project) = root.get("project") {
        strings(project.get("dependencies"), &mut rows)?;
        groups(project.get("optional-dependencies"), &mut rows)?;
    }
    groups(root.get("dependency-groups"), &mut rows)?;
    if let Some(poetry) = tool("poetry") {
        poetry_table(poetry.get("dependencies"), &mut rows)?;
        poetry_table(poetry.get("dev-dependencies"), &mut rows)?;
        for group in poetry.get("group").map(Node::entries).unwrap_or_default() {
            poetry_table(group.value.get("dependencies"), &mut rows)?;
        }
    }
    if let Some(uv) = tool("uv") {
        strings(uv.get("dev-dependencies"), &mut rows)?;
        for source in uv.get("sources").map(Node::entries).unwrap_or_default() {
            from_source(source, &mut rows);
        }
    }
    groups(tool("pdm").and_then(|pdm| pdm.get("dev-dependencies")), &mut rows)?;
    dynamic(manifest, &root, &mut rows)?;
    rows.sort_by_key(|row| row.span);
    Ok(rows)
}

/// A list of requirements of PEP 508.
fn strings(list: Option<&Node>, rows: &mut Vec<Dependency>) -> Result<(), ManifestError> {
    let Some(list) = list else { return Ok(()) };
    if !matches!(list.value, NodeValue::List(_)) {
        let message = format!("expected a list of requirements, not {}", list.value.kind());
        return Err(ManifestError::new(message, list.span));
    }
    for element in list.elements() {
        // `{include-group = "x"}` repeats what another group says.
        if element.get("include-group").is_some() {
            continue;
        }
        let requirement = requirements::requirement(text_of(element)?)
            .map_err(|message| ManifestError::new(message, element.span))?;
        rows.push(requirement.row(element.span));
    }
    Ok(())
}

fn groups(table: Option<&Node>, rows: &mut Vec<Dependency>) -> Result<(), ManifestError> {
    table.map(Node::entries).unwrap_or_default().iter().try_for_each(|group| strings(Some(&group.value), rows))
}

fn poetry_table(table: Option<&Node>, rows: &mut Vec<Dependency>) -> Result<(), ManifestError> {
    for entry in table.map(Node::entries).unwrap_or_default() {
        if *entry.key == *"python" {
            continue;
        }
        // One package may have several constraints for several platforms.
        match &entry.value.value {
            NodeValue::List(alternatives) => {
                for alternative in alternatives {
                    rows.push(poetry(entry, alternative)?);
                }
            }
            _ => rows.push(poetry(entry, &entry.value)?),
        }
    }
    Ok(())
}

fn poetry(entry: &Entry, value: &Node) -> Result<Dependency, ManifestError> {
    if let Some(place) = ["git", "url", "path", "file"].iter().find_map(|key| value.get(key)) {
        return Ok(Dependency::opaque(PYPI, &entry.key, text_of(place)?, entry.key_span));
    }
    let range = match &value.value {
        NodeValue::Map(_) => value.get("version").map(text_of).transpose()?.unwrap_or("*"),
        _ => text_of(value)?,
    };
    Ok(Dependency::declared(PYPI, Syntax::Poetry, &entry.key, range, entry.key_span))
}

/// `[tool.uv.sources]` sends a declared package elsewhere: its range then says nothing.
fn from_source(source: &Entry, rows: &mut [Dependency]) {
    let place = ["git", "url", "path"].iter().find_map(|key| source.value.get(key)?.text());
    let workspace = source.value.get("workspace").is_some();
    let Some(place) = place.cloned().or_else(|| workspace.then(|| Arc::from("workspace"))) else { return };
    for row in rows.iter_mut().filter(|row| names::equal(PYPI, &row.name, &source.key)) {
        *row = Dependency::opaque(PYPI, &row.name, &place, row.span);
    }
}

/// Dependencies that the build backend computes: read where setuptools says from which file, else unknown.
fn dynamic(manifest: &Manifest<'_>, root: &Node, rows: &mut Vec<Dependency>) -> Result<(), ManifestError> {
    let listed = root.get("project").and_then(|project| project.get("dynamic")).map(Node::elements).unwrap_or_default();
    let Some(entry) = listed.iter().find(|name| name.text().is_some_and(|name| **name == *"dependencies")) else {
        return Ok(());
    };
    let tool = |path: &[&str]| path.iter().try_fold(root.get("tool")?, |node, key| node.get(key));
    if tool(&["poetry", "dependencies"]).is_some() {
        return Ok(());
    }
    let Some(file) = tool(&["setuptools", "dynamic", "dependencies", "file"]) else {
        let message = "the dependencies are dynamic: name the file that the build backend takes them from";
        return Err(ManifestError::new(message, entry.span));
    };
    let files = match &file.value {
        NodeValue::List(files) => files.iter().collect(),
        _ => vec![file],
    };
    for file in files {
        let at = |message: String| ManifestError::new(message, file.span);
        let written = text_of(file)?;
        let path = beside(manifest.path, written).map_err(at)?;
        let text =
            (manifest.read)(&path).map_err(|message| at(format!("`{}` cannot be read: {message}", shown(&path))))?;
        let included = requirements::parse(&Manifest { path: &path, text: &text, read: manifest.read })
            .map_err(|error| at(format!("in `{}`: {}", shown(&path), error.message)))?;
        rows.extend(included.into_iter().map(|row| Dependency {
            declared_in: row.declared_in.clone().or_else(|| Some(Arc::from(path.as_str()))),
            span: file.span,
            ..row
        }));
    }
    Ok(())
}
