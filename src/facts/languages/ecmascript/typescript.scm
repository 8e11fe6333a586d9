; TypeScript and TSX alone: types, signatures, modifiers.

; --- classes and their kin ---

(class_declaration name: (_) @class.name (class_heritage (extends_clause)? @class.bases (implements_clause)? @class.bases)? body: (_) @class.body) @class
(class name: (_) @class.name (class_heritage (extends_clause)? @class.bases (implements_clause)? @class.bases)? body: (_) @class.body) @class
(variable_declarator name: (identifier) @class.name value: (class (class_heritage (extends_clause)? @class.bases (implements_clause)? @class.bases)? body: (_) @class.body) @class.code) @class
(assignment_expression left: (identifier) @class.name right: (class (class_heritage (extends_clause)? @class.bases (implements_clause)? @class.bases)? body: (_) @class.body) @class.code) @class
(assignment_expression
  left: (member_expression object: (_) @class.qualifier property: (_) @class.name)
  right: (class (class_heritage (extends_clause)? @class.bases (implements_clause)? @class.bases)? body: (_) @class.body) @class.code) @class
(abstract_class_declaration name: (_) @class.name (class_heritage (extends_clause)? @class.bases (implements_clause)? @class.bases)? body: (_) @class.body) @class
((interface_declaration
  name: (_) @class.name
  (extends_type_clause)? @class.bases
  body: (_) @class.body) @class
  (#set! kind "interface"))
((type_alias_declaration name: (_) @class.name) @class (#set! kind "alias"))
((enum_declaration name: (_) @class.name body: (_) @class.body) @class (#set! kind "enum"))

(internal_module name: (_) @scope.name) @scope
(module name: [(identifier) (nested_identifier)] @scope.name) @scope
(variable_declarator name: (identifier) @scope.name value: [
  (as_expression . (object))
  (satisfies_expression . (object))]) @scope

((public_field_definition
  name: (_) @function.name
  value: [
    (arrow_function parameters: (_) @function.parameters)
    (arrow_function parameter: (_) @function.parameters)
  ] @function.code) @function
  (#set! kind "lambda"))
((public_field_definition
  name: (_) @function.name
  value: [
    (function_expression parameters: (_) @function.parameters)
    (generator_function parameters: (_) @function.parameters)
  ] @function.code) @function
  (#set! kind "method"))

; --- signatures ---

((function_signature name: (_) @function.name parameters: (_) @function.parameters) @function
  (#set! kind "signature"))
((abstract_method_signature name: (_) @function.name parameters: (_) @function.parameters) @function
  (#set! kind "signature"))
((class_body (method_signature name: (_) @function.name parameters: (_) @function.parameters) @function)
  (#set! kind "signature"))
((interface_body (method_signature name: (_) @function.name parameters: (_) @function.parameters) @function)
  (#set! kind "signature"))
((interface_body (property_signature
  name: (_) @function.name
  type: (type_annotation (function_type parameters: (_) @function.parameters))) @function)
  (#set! kind "signature"))
((type_alias_declaration value: (object_type
  (method_signature name: (_) @function.name parameters: (_) @function.parameters) @function))
  (#set! kind "signature"))

(function_type parameters: (_) @scope.parameters) @scope
(constructor_type parameters: (_) @scope.parameters) @scope
(call_signature parameters: (_) @scope.parameters) @scope
(construct_signature parameters: (_) @scope.parameters) @scope
(method_signature parameters: (_) @scope.parameters) @scope

; --- parameters ---

(required_parameter
  pattern: (_) @parameter.pattern
  type: (_)? @parameter.type
  value: (_)? @parameter.default) @parameter
(optional_parameter
  pattern: (_) @parameter.pattern
  type: (_)? @parameter.type
  value: (_)? @parameter.default) @parameter

; --- imports ---

(import_statement (import_require_clause
  (identifier) @import.alias
  source: (string) @import.module)) @import

; --- decorators ---

(class_declaration (decorator [(identifier) (member_expression)] @decorator.name) @decorator)
(class_declaration (decorator (call_expression
  function: (_) @decorator.name
  arguments: (arguments) @decorator.arguments) @decorator.callee) @decorator)
(abstract_class_declaration (decorator [(identifier) (member_expression)] @decorator.name) @decorator)
(abstract_class_declaration (decorator (call_expression
  function: (_) @decorator.name
  arguments: (arguments) @decorator.arguments) @decorator.callee) @decorator)
(class (decorator [(identifier) (member_expression)] @decorator.name) @decorator)
(class (decorator (call_expression
  function: (_) @decorator.name
  arguments: (arguments) @decorator.arguments) @decorator.callee) @decorator)
(required_parameter (decorator [(identifier) (member_expression)] @decorator.name) @decorator)
(required_parameter (decorator (call_expression
  function: (_) @decorator.name
  arguments: (arguments) @decorator.arguments) @decorator.callee) @decorator)
(optional_parameter (decorator [(identifier) (member_expression)] @decorator.name) @decorator)
(optional_parameter (decorator (call_expression
  function: (_) @decorator.name
  arguments: (arguments) @decorator.arguments) @decorator.callee) @decorator)
((export_statement (decorator [(identifier) (member_expression)] @decorator.name) @decorator)
  (#set! decorates "next"))
((export_statement (decorator (call_expression
  function: (_) @decorator.name
  arguments: (arguments) @decorator.arguments) @decorator.callee) @decorator)
  (#set! decorates "next"))
((class_body (decorator [(identifier) (member_expression)] @decorator.name) @decorator)
  (#set! decorates "next"))
((class_body (decorator (call_expression
  function: (_) @decorator.name
  arguments: (arguments) @decorator.arguments) @decorator.callee) @decorator)
  (#set! decorates "next"))
(public_field_definition
  (decorator [(identifier) (member_expression)] @decorator.name) @decorator
  value: [(arrow_function) (function_expression) (generator_function)])
(public_field_definition
  (decorator (call_expression
    function: (_) @decorator.name
    arguments: (arguments) @decorator.arguments) @decorator.callee) @decorator
  value: [(arrow_function) (function_expression) (generator_function)])
