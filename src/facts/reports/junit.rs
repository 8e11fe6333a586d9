//! `JUnit` XML: each test case with its status, and the commit that a suite's `commit` property names.
//!
//! Document types are refused, so no entity is ever expanded. A root that is no suite is an error: an empty report is not
//! the same as a file that is none.

use std::sync::Arc;

use roxmltree::{Document, Node, ParsingOptions};

use crate::base::limits;
use crate::facts::documents::shown;
use crate::facts::model::Range;

/// Most XML nodes of a report.
const NODES: u32 = 4_000_000;
/// Most attributes of one element; the parser compares each with each.
const ATTRIBUTES: usize = 256;

/// How a test ended; the names are those of the relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It ran and held.
    Passed,
    /// It ran and did not hold.
    Failed,
    /// It did not run to its end.
    Error,
    /// It did not run.
    Skipped,
}

impl Status {
    /// As the language spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Error => "error",
            Self::Skipped => "skipped",
        }
    }
}

/// One test case of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResult {
    /// Its name as written.
    pub name: Arc<str>,
    /// The class or file that it belongs to; empty where the report says none.
    pub classname: Arc<str>,
    /// How it ended.
    pub status: Status,
    /// The `commit` property of the innermost suite around it that has one.
    pub commit: Option<Arc<str>>,
    /// The name's place: the evidence.
    pub span: Range,
}

/// Why a file is no report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportError {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where.
    pub span: Range,
}

fn fault(message: impl Into<String>, start: usize, end: usize) -> ReportError {
    ReportError { message: message.into(), span: Range::new(start, end) }
}

/// Parses a `JUnit` report: its test cases in the order of the file.
///
/// # Errors
/// Where the text is not well-formed, has a document type, is too deep, is no `JUnit` report, or a case has no name.
pub fn parse(text: &str) -> Result<Vec<TestResult>, ReportError> {
    bounded_shape(text)?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        let at = byte_of(text, error.pos().row, error.pos().col);
        let worded = error.to_string();
        let message = if matches!(error, roxmltree::Error::DtdDetected) {
            String::from("a report with a document type is refused: remove the DOCTYPE")
        } else {
            worded.chars().take(1).flat_map(char::to_lowercase).chain(worded.chars().skip(1)).collect()
        };
        fault(message, at, at)
    })?;
    let root = document.root_element();
    if !matches!(root.tag_name().name(), "testsuites" | "testsuite") {
        let message = format!("`{}` is no element of a JUnit report", shown(root.tag_name().name()));
        return Err(fault(message, root.range().start, root.range().start + 1));
    }
    let mut results = Vec::new();
    // Suites that are still to read, the first one last.
    let mut open: Vec<(Node<'_, '_>, Option<Arc<str>>)> = vec![(root, None)];
    while let Some((node, outer)) = open.pop() {
        if node.tag_name().name() == "testcase" {
            results.push(result(node, outer)?);
            continue;
        }
        let commit = commit_of(node).or(outer);
        let inner = node.children().filter(|child| matches!(child.tag_name().name(), "testsuite" | "testcase"));
        let before = open.len();
        open.extend(inner.map(|child| (child, commit.clone())));
        if let Some(added) = open.get_mut(before..) {
            added.reverse();
        }
    }
    Ok(results)
}

/// The `commit` property of a suite.
fn commit_of(suite: Node<'_, '_>) -> Option<Arc<str>> {
    let properties = suite.children().filter(|child| child.has_tag_name("properties"));
    let mut all =
        properties.flat_map(|properties| properties.children()).filter(|child| child.has_tag_name("property"));
    let property = all.find(|property| property.attribute("name") == Some("commit"))?;
    let value = property.attribute("value").or_else(|| property.text())?.trim();
    (!value.is_empty()).then(|| Arc::from(value))
}

fn result(case: Node<'_, '_>, commit: Option<Arc<str>>) -> Result<TestResult, ReportError> {
    let range = case.range();
    let Some(name) = case.attribute_node("name") else {
        return Err(fault("a test case without a name", range.start, range.start + 1));
    };
    let place = name.range_value();
    let has = |tag: &str| case.children().any(|child| child.tag_name().name() == tag);
    // The worst that is said counts: a case may be retried, or fail in its own teardown.
    let said = case.attribute("status").or_else(|| case.attribute("result")).unwrap_or_default().to_ascii_lowercase();
    let status = if has("error") || said == "error" {
        Status::Error
    } else if has("failure") || said == "failed" || said == "failure" {
        Status::Failed
    } else if has("skipped") || matches!(said.as_str(), "skipped" | "disabled" | "notrun" | "suppressed" | "ignored") {
        Status::Skipped
    } else {
        Status::Passed
    };
    Ok(TestResult {
        name: Arc::from(name.value()),
        classname: Arc::from(case.attribute("classname").unwrap_or_default()),
        status,
        commit,
        span: Range::new(place.start, place.end),
    })
}

/// Refuses what would cost the parser more than its length: deep nesting, and elements of very many attributes.
fn bounded_shape(text: &str) -> Result<(), ReportError> {
    let mut depth = 0_usize;
    let mut rest = text;
    let mut at = 0;
    while let Some(open) = rest.find('<') {
        at += open;
        let inside = rest.get(open..).unwrap_or_default();
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
            .into_iter()
            .find(|(from, _)| inside.starts_with(from));
        let length = if let Some((from, to)) = skipped {
            inside
                .get(from.len()..)
                .and_then(|body| body.find(to))
                .map_or(inside.len(), |end| from.len() + end + to.len())
        } else {
            let mut quote = None;
            let mut attributes = 0_usize;
            let mut end = inside.len();
            for (byte_at, byte) in inside.bytes().enumerate() {
                match (quote, byte) {
                    (None, b'"' | b'\'') => quote = Some(byte),
                    (Some(open), byte) if byte == open => quote = None,
                    (None, b'=') => attributes += 1,
                    (None, b'>') => {
                        end = byte_at + 1;
                        break;
                    }
                    _ => {}
                }
            }
            if attributes > ATTRIBUTES {
                return Err(fault(format!("an element with more than {ATTRIBUTES} attributes"), at, at + 1));
            }
            let tag = inside.get(..end).unwrap_or(inside);
            if tag.starts_with("</") {
                depth = depth.saturating_sub(1);
            } else if !tag.ends_with("/>") && !tag.starts_with("<!") {
                depth += 1;
            }
            end
        };
        if depth > limits::DOCUMENT_NESTING {
            return Err(fault(format!("nested deeper than {} levels", limits::DOCUMENT_NESTING), at, at + 1));
        }
        rest = inside.get(length..).unwrap_or_default();
        at += length;
    }
    Ok(())
}

/// The byte of a row and a column, both from 1, the column in characters.
fn byte_of(text: &str, row: u32, column: u32) -> usize {
    let mut start = 0;
    for line in text.split_inclusive('\n').take(row.saturating_sub(1) as usize) {
        start += line.len();
    }
    let line = text.get(start..).unwrap_or_default();
    line.char_indices().nth(column.saturating_sub(1) as usize).map_or(text.len(), |(at, _)| start + at)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::string_slice, reason = "tests slice their own fixtures")]

    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn suites_cases_and_commits() {
        let text = r#"<?xml version="1.0"?>
<testsuites><properties><property name="commit" value="aaa"/></properties>
 <testsuite name="one"><testcase name="é a" classname="C"/>
  <testsuite><properties><property name="commit" value=" bbb "/></properties>
   <testcase name="f"><failure/></testcase><testcase name="e"><failure/><error/></testcase></testsuite>
  <testcase name="s"><skipped message="x"/></testcase><testcase name="d" status="disabled"/></testsuite>
</testsuites>"#;
        let results = parse(text).unwrap();
        let rows: Vec<String> = results
            .iter()
            .map(|row| {
                let at = &text[row.span.start as usize..row.span.end as usize];
                assert_eq!(at, &*row.name);
                format!("{} {} {} {}", row.name, row.classname, row.status.name(), row.commit.as_deref().unwrap_or("-"))
            })
            .collect();
        assert_eq!(rows, ["é a C passed aaa", "f  failed bbb", "e  error bbb", "s  skipped aaa", "d  skipped aaa"]);
        assert_eq!(parse("<testsuite><testcase name='x'/></testsuite>").unwrap()[0].commit, None);
    }

    #[test]
    fn what_is_no_report_is_an_error() {
        for (text, message) in [
            ("", "root"),
            ("<testsuite>", ""),
            ("<html/>", "no element of a JUnit report"),
            ("<testsuite><testcase/></testsuite>", "without a name"),
            ("<!DOCTYPE x [<!ENTITY a \"aaaa\">]><testsuite>&a;</testsuite>", "document type"),
            ("not xml", ""),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.message.contains(message), "{text}: {}", error.message);
        }
        assert!(parse(&"<testsuite>".repeat(100_000)).unwrap_err().message.contains("deeper"));
        let mut many = String::new();
        for number in 0..10_000 {
            write!(many, " a{number}='x'").unwrap();
        }
        assert!(parse(&format!("<testsuite{many}/>")).unwrap_err().message.contains("attributes"));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(<testsuite>|</testsuite>|<testcase name='a'/>|<!--|-->|<|>|\"|é|&|=|\\PC){0,20}") {
            if let Err(error) = parse(&text) {
                prop_assert!(text.get(error.span.start as usize..(error.span.end as usize).min(text.len())).is_some());
            }
        }
    }
}
