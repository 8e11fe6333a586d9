; Go. The vocabulary is described in `treesitter/mod.rs`.

; --- definitions ---

(function_declaration
  name: (identifier) @function.name
  parameters: (parameter_list) @function.parameters) @function

((method_declaration
  receiver: (parameter_list (parameter_declaration type: [
    (type_identifier) @function.qualifier
    (generic_type type: (type_identifier) @function.qualifier)
    (pointer_type [
      (type_identifier) @function.qualifier
      (generic_type type: (type_identifier) @function.qualifier)])
    (parenthesized_type (pointer_type (type_identifier) @function.qualifier))]))
  name: (field_identifier) @function.name
  parameters: (parameter_list) @function.parameters) @function
  (#set! kind "method"))

((method_elem
  name: (field_identifier) @function.name
  parameters: (parameter_list) @function.parameters) @function
  (#set! kind "signature"))

(var_spec
  name: (identifier) @function.name .
  value: (expression_list . (func_literal parameters: (parameter_list) @function.parameters) @function.code .)) @function
(var_spec
  name: (identifier) @function.name .
  type: (_) .
  value: (expression_list . (func_literal parameters: (parameter_list) @function.parameters) @function.code .)) @function

(short_var_declaration
  left: (expression_list . (identifier) @function.name .)
  right: (expression_list . (func_literal parameters: (parameter_list) @function.parameters) @function.code .)) @function
; The first and the last of several that are bound at once: the literal is the definition.
(short_var_declaration
  left: (expression_list . (identifier) @function.name)
  right: (expression_list . (func_literal parameters: (parameter_list) @function.parameters) @function))
(short_var_declaration
  left: (expression_list (identifier) @function.name .)
  right: (expression_list (func_literal parameters: (parameter_list) @function.parameters) @function .))
(assignment_statement
  left: (expression_list . (identifier) @function.name .)
  right: (expression_list . (func_literal parameters: (parameter_list) @function.parameters) @function.code .)) @function

(func_literal parameters: (parameter_list) @scope.parameters) @scope

(type_spec name: (type_identifier) @class.name) @class
(type_alias name: (type_identifier) @class.name) @class
(type_declaration . (type_spec name: (type_identifier) @class.name) @class.code .) @class
(type_declaration . (type_alias name: (type_identifier) @class.name) @class.code .) @class

; --- parameters ---

(function_declaration parameters: (parameter_list (parameter_declaration
  name: (identifier) @parameter.name type: (_) @parameter.type) @parameter))
(method_declaration parameters: (parameter_list (parameter_declaration
  name: (identifier) @parameter.name type: (_) @parameter.type) @parameter))
(method_elem parameters: (parameter_list (parameter_declaration
  name: (identifier) @parameter.name type: (_) @parameter.type) @parameter))
(func_literal parameters: (parameter_list (parameter_declaration
  name: (identifier) @parameter.name type: (_) @parameter.type) @parameter))
(function_declaration parameters: (parameter_list (variadic_parameter_declaration
  name: (identifier) @parameter.name type: (_) @parameter.type) @parameter))
(method_declaration parameters: (parameter_list (variadic_parameter_declaration
  name: (identifier) @parameter.name type: (_) @parameter.type) @parameter))
(method_elem parameters: (parameter_list (variadic_parameter_declaration
  name: (identifier) @parameter.name type: (_) @parameter.type) @parameter))
(func_literal parameters: (parameter_list (variadic_parameter_declaration
  name: (identifier) @parameter.name type: (_) @parameter.type) @parameter))

; --- calls: `func() { … }()` has no callee ---

(call_expression
  function: [
    (identifier) (selector_expression) (index_expression) (call_expression)
    (parenthesized_expression) (generic_type) (type_instantiation_expression) (type_assertion_expression)
  ] @call.callee
  arguments: (_) @call.arguments) @call

; `generic[int](x)` reads as a conversion to a generic type.
(type_conversion_expression
  type: (generic_type) @call.callee
  operand: (_) @call.arguments) @call

; --- imports ---

(import_spec !name path: (_) @import.module) @import
(import_spec name: (package_identifier) @import.alias path: (_) @import.module) @import
(import_spec name: (blank_identifier) @import.alias path: (_) @import.module) @import
((import_spec name: (dot) path: (_) @import.module) @import (#set! member "*"))

; --- conditions ---

(if_statement
  condition: (_) @guard.condition
  consequence: (_) @guard.branch) @guard
(if_statement
  condition: (_) @guard.condition
  alternative: (block) @guard.branch) @guard
(expression_switch_statement
  value: (_) @guard.condition
  (expression_case (statement_list) @guard.branch)) @guard
(expression_switch_statement
  value: (_) @guard.condition
  (default_case (statement_list) @guard.branch)) @guard
(type_switch_statement
  value: (_) @guard.condition
  (type_case (statement_list) @guard.branch)) @guard
(type_switch_statement
  value: (_) @guard.condition
  (default_case (statement_list) @guard.branch)) @guard
(expression_switch_statement
  !value
  (expression_case
    value: (expression_list) @guard.condition
    (statement_list) @guard.branch)) @guard

; --- what the hooks look at ---

((if_statement condition: (_) @note.condition consequence: (block) @note.branch) @note (#set! note "if"))
((expression_switch_statement) @note (#set! note "switch"))
((type_switch_statement) @note (#set! note "switch"))
((function_declaration name: (identifier) @note.name body: (block (statement_list (expression_statement
  (call_expression function: (selector_expression) @note.callee))))) @note (#set! note "statement"))
((method_declaration name: (field_identifier) @note.name body: (block (statement_list (expression_statement
  (call_expression function: (selector_expression) @note.callee))))) @note (#set! note "statement"))
((field_declaration tag: (_) @note.value) @note (#set! note "tag"))
((keyed_element key: (literal_element (identifier) @note.key) value: (literal_element) @note.value) @note
  (#set! note "keyed"))
((assignment_statement
  left: (expression_list . (index_expression
    operand: (call_expression function: (selector_expression) @note.callee) index: (_) @note.key) .)
  right: (expression_list . (_) @note.value .)) @note (#set! note "entry"))
((short_var_declaration
  left: (expression_list . (identifier) @note.name .)
  right: (expression_list . (call_expression function: (selector_expression) @note.callee) .)) @note
  (#set! note "headers"))
