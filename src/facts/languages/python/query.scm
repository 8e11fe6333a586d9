; Python. The vocabulary is described in `treesitter/mod.rs`.

; --- definitions ---

(function_definition
  name: (identifier) @function.name
  parameters: (parameters) @function.parameters) @function

(decorated_definition
  definition: (function_definition
    name: (identifier) @function.name
    parameters: (parameters) @function.parameters) @function.code) @function

((assignment
  left: (identifier) @function.name
  right: (lambda parameters: (lambda_parameters)? @function.parameters)) @function
  (#set! kind "lambda"))

((assignment
  left: (attribute object: (_) @function.qualifier attribute: (identifier) @function.name)
  right: (lambda parameters: (lambda_parameters)? @function.parameters)) @function
  (#set! kind "lambda"))

(lambda parameters: (lambda_parameters) @scope.parameters) @scope

(class_definition
  name: (identifier) @class.name
  superclasses: (argument_list)? @class.bases
  body: (block) @class.body) @class

(decorated_definition
  definition: (class_definition
    name: (identifier) @class.name
    superclasses: (argument_list)? @class.bases
    body: (block) @class.body) @class.code) @class

((type_alias_statement left: (type [
  (identifier) @class.name
  (generic_type . (identifier) @class.name)])) @class
  (#set! kind "alias"))

; --- decorators ---

(decorator [(identifier) (attribute) (subscript)] @decorator.name) @decorator

(decorator (call
  function: (_) @decorator.name
  arguments: (argument_list) @decorator.arguments) @decorator.callee) @decorator

; --- parameters ---

(parameters (identifier) @parameter @parameter.name)
(parameters (list_splat_pattern (identifier) @parameter.name) @parameter)
(parameters (dictionary_splat_pattern (identifier) @parameter.name) @parameter)
(parameters (tuple_pattern) @parameter @parameter.pattern)
(lambda_parameters (identifier) @parameter @parameter.name)
(lambda_parameters (list_splat_pattern (identifier) @parameter.name) @parameter)
(lambda_parameters (dictionary_splat_pattern (identifier) @parameter.name) @parameter)
(default_parameter name: (identifier) @parameter.name value: (_) @parameter.default) @parameter
(typed_parameter
  . [(identifier) @parameter.name
     (list_splat_pattern (identifier) @parameter.name)
     (dictionary_splat_pattern (identifier) @parameter.name)]
  type: (type) @parameter.type) @parameter
(typed_default_parameter
  name: (identifier) @parameter.name
  type: (type) @parameter.type
  value: (_) @parameter.default) @parameter

; --- calls ---

(call function: (_) @call.callee arguments: (_) @call.arguments) @call

; --- imports ---

(import_statement name: (dotted_name) @import.module) @import
(import_statement name: (aliased_import
  name: (dotted_name) @import.module
  alias: (identifier) @import.alias)) @import
(import_from_statement
  module_name: (_) @import.module
  name: (dotted_name) @import.member) @import
(import_from_statement
  module_name: (_) @import.module
  name: (aliased_import name: (dotted_name) @import.member alias: (identifier) @import.alias)) @import
(import_from_statement
  module_name: (_) @import.module
  (wildcard_import) @import.member) @import
(future_import_statement "__future__" @import.module name: (dotted_name) @import.member) @import

; --- handlers ---

(except_clause value: (_)* @handler.errors) @handler

; --- conditions ---

(if_statement
  condition: (_) @guard.condition
  consequence: (_) @guard.branch) @guard
(if_statement
  condition: (_) @guard.condition
  alternative: (else_clause body: (_) @guard.branch)) @guard
(if_statement
  alternative: (elif_clause condition: (_) @guard.condition)
  alternative: (else_clause body: (_) @guard.branch)) @guard
(elif_clause
  condition: (_) @guard.condition
  consequence: (_) @guard.branch) @guard
((assert_statement . (_) @guard.condition) @guard (#set! leaves "always"))
(match_statement
  subject: (_) @guard.condition
  body: (block (case_clause consequence: (_) @guard.branch))) @guard
(case_clause
  guard: (if_clause (_) @guard.condition)
  consequence: (_) @guard.branch) @guard
((boolean_operator
  left: (_) @guard.condition
  operator: "or"
  right: (call) @guard.branch) @guard
  (#set! leaves "only"))

; --- what `notes.rs` and `calls.rs` look at ---

((subscript value: (_) @note.value subscript: (string) @note.key) @note (#set! note "subscript"))
((comparison_operator . (string) @note.key (_) @note.value) @note (#set! note "membership"))
((assignment left: (_) @note.key right: (_) @note.value) @note (#set! note "assignment"))
((augmented_assignment left: (_) @note.key right: (_) @note.value) @note (#set! note "addition"))
((delete_statement (subscript) @note.key) @note (#set! note "deletion"))
