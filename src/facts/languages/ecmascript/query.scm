; What JavaScript, TypeScript and TSX share. The vocabulary is described in `treesitter/mod.rs`.

; --- functions ---

(function_declaration name: (_) @function.name parameters: (_) @function.parameters) @function
(generator_function_declaration name: (_) @function.name parameters: (_) @function.parameters) @function
(function_expression name: (_) @function.name parameters: (_) @function.parameters) @function
(generator_function name: (_) @function.name parameters: (_) @function.parameters) @function

((method_definition name: (_) @function.name parameters: (_) @function.parameters) @function
  (#set! kind "method"))

; Bindings: `const f = () => …`, `f = function …`, `exports.f = …`, `Foo.prototype.f = …`, `{ f: … }`.

((variable_declarator
  name: (identifier) @function.name
  value: [
    (arrow_function parameters: (_) @function.parameters)
    (arrow_function parameter: (_) @function.parameters)
  ] @function.code) @function
  (#set! kind "lambda"))
((variable_declarator
  name: (identifier) @function.name
  value: [
    (function_expression parameters: (_) @function.parameters)
    (generator_function parameters: (_) @function.parameters)
  ] @function.code) @function
  (#set! kind "function"))
((assignment_expression
  left: (identifier) @function.name
  right: [
    (arrow_function parameters: (_) @function.parameters)
    (arrow_function parameter: (_) @function.parameters)
  ] @function.code) @function
  (#set! kind "lambda"))
((assignment_expression
  left: (identifier) @function.name
  right: [
    (function_expression parameters: (_) @function.parameters)
    (generator_function parameters: (_) @function.parameters)
  ] @function.code) @function
  (#set! kind "function"))
((assignment_expression
  left: (member_expression object: (_) @function.qualifier property: (_) @function.name)
  right: [
    (arrow_function parameters: (_) @function.parameters)
    (arrow_function parameter: (_) @function.parameters)
  ] @function.code) @function
  (#set! kind "lambda"))
((assignment_expression
  left: (member_expression object: (_) @function.qualifier property: (_) @function.name)
  right: [
    (function_expression parameters: (_) @function.parameters)
    (generator_function parameters: (_) @function.parameters)
  ] @function.code) @function
  (#set! kind "function"))
((pair
  key: (_) @function.name
  value: [
    (arrow_function parameters: (_) @function.parameters)
    (arrow_function parameter: (_) @function.parameters)
  ] @function.code) @function
  (#set! kind "lambda"))
((pair
  key: (_) @function.name
  value: [
    (function_expression parameters: (_) @function.parameters)
    (generator_function parameters: (_) @function.parameters)
  ] @function.code) @function
  (#set! kind "method"))

(function_expression parameters: (_) @scope.parameters) @scope
(generator_function parameters: (_) @scope.parameters) @scope
(arrow_function parameters: (_) @scope.parameters) @scope
(arrow_function parameter: (_) @scope.parameters) @scope
(arrow_function parameter: (identifier) @parameter @parameter.name)

; Objects give their name to what they hold.

(variable_declarator name: (identifier) @scope.name value: (object)) @scope
(assignment_expression left: (identifier) @scope.name right: (object)) @scope
(pair key: (_) @scope.name value: (object)) @scope

; --- calls ---

(call_expression function: (_) @call.callee arguments: (_) @call.arguments) @call
(new_expression constructor: (_) @call.callee arguments: (_)? @call.arguments) @call

; --- imports ---

(import_statement "import" . source: (string) @import.module) @import
((import_statement
  (import_clause (identifier) @import.alias)
  source: (string) @import.module) @import
  (#set! member "default"))
((import_statement
  (import_clause (namespace_import (identifier) @import.alias))
  source: (string) @import.module) @import
  (#set! member "*"))
(import_statement
  (import_clause (named_imports (import_specifier name: (_) @import.member alias: (_)? @import.alias)))
  source: (string) @import.module) @import
(export_statement
  (export_clause (export_specifier name: (_) @import.member alias: (_)? @import.alias))
  source: (string) @import.module) @import
(export_statement "*" @import.member source: (string) @import.module) @import
((export_statement
  (namespace_export (_) @import.alias)
  source: (string) @import.module) @import
  (#set! member "*"))

; --- handlers ---

(catch_clause parameter: (_)? @handler.head) @handler

; --- conditions ---

(if_statement condition: (_) @guard.condition consequence: (_) @guard.branch) @guard
(if_statement condition: (_) @guard.condition alternative: (else_clause (_) @guard.branch)) @guard
(switch_statement value: (_) @guard.condition body: (switch_body (_) @guard.branch)) @guard
((binary_expression left: (_) @guard.condition operator: ["||" "??"] right: (call_expression) @guard.branch) @guard
  (#set! leaves "only"))

; --- what the hooks look at ---

((member_expression object: (member_expression) @note.value property: (property_identifier) @note.key) @note
  (#set! note "member"))
((subscript_expression object: (member_expression) @note.value index: (string) @note.key) @note
  (#set! note "subscript"))
((assignment_expression left: (_) @note.key right: (_) @note.value) @note (#set! note "assignment"))
((unary_expression operator: "delete" argument: (_) @note.key) @note (#set! note "deletion"))
((binary_expression left: (string) @note.key operator: "in" right: (_) @note.value) @note
  (#set! note "membership"))
((binary_expression left: (_) @note.key operator: "instanceof" right: (_) @note.value) @note
  (#set! note "instance"))
((variable_declarator name: (_) @note.key value: (_) @note.value) @note (#set! note "declarator"))
((pair key: (property_identifier) @note.key value: (array) @note.value) @note (#set! note "pair"))
; Decorators are no calls, also those of fields that are no functions.
((decorator (call_expression) @note.key) @note (#set! note "decoration"))
