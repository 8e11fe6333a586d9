//! Names that stand for one text: every binding of the name in the file is a declaration with that literal. It follows
//! no name into another file, and gives up on one that is also a parameter, assigned, or whose address is taken.

use std::collections::{HashMap, HashSet};

use tree_sitter::{Node, Tree};

use super::super::treesitter::{Source, named_children};
use super::literal;

/// The texts of those names that stand for one.
pub(super) fn texts<'t>(source: &Source<'t>, tree: &Tree, names: &HashSet<&'t str>) -> HashMap<&'t str, &'t str> {
    let mut bindings = Bindings { source, names, texts: HashMap::new() };
    let mut cursor = tree.walk();
    loop {
        bindings.visit(cursor.node());
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return bindings.texts.into_iter().filter_map(|(name, text)| Some((name, text?))).collect();
            }
        }
    }
}

struct Bindings<'s, 't> {
    source: &'s Source<'t>,
    names: &'s HashSet<&'t str>,
    texts: HashMap<&'t str, Option<&'t str>>,
}

impl<'t> Bindings<'_, 't> {
    fn visit(&mut self, node: Node<'_>) {
        match node.kind() {
            "const_spec" | "var_spec" => {
                self.declare(&names(node), node.child_by_field_name("value"));
            }
            "short_var_declaration" => {
                let names = node.child_by_field_name("left").map(named_children).unwrap_or_default();
                self.declare(&names, node.child_by_field_name("right"));
            }
            "assignment_statement" | "range_clause" | "receive_statement" => {
                self.bind(node.child_by_field_name("left"));
            }
            "type_switch_statement" => self.bind(node.child_by_field_name("alias")),
            "parameter_declaration" | "variadic_parameter_declaration" => {
                for name in names(node) {
                    self.insert(name, None);
                }
            }
            "unary_expression" if node.child_by_field_name("operator").is_some_and(|it| it.kind() == "&") => {
                node.child_by_field_name("operand").into_iter().for_each(|operand| self.insert(operand, None));
            }
            _ => {}
        }
    }

    fn declare(&mut self, names: &[Node<'_>], values: Option<Node<'_>>) {
        let values = values.map(named_children).unwrap_or_default();
        for (at, name) in names.iter().enumerate() {
            let value = values.get(at).filter(|_| values.len() == names.len());
            self.insert(*name, value.and_then(|value| literal(self.source, *value)));
        }
    }

    fn bind(&mut self, list: Option<Node<'_>>) {
        list.map(named_children).unwrap_or_default().into_iter().for_each(|name| self.insert(name, None));
    }

    fn insert(&mut self, node: Node<'_>, text: Option<&'t str>) {
        if node.kind() == "identifier"
            && let Some(name) = self.names.get(self.source.text(node))
        {
            let known = self.texts.entry(name).or_insert(text);
            if *known != text {
                *known = None;
            }
        }
    }
}

/// The names that a declaration lists, without the commas.
fn names(declaration: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = declaration.walk();
    declaration.children_by_field_name("name", &mut cursor).filter(Node::is_named).collect()
}
