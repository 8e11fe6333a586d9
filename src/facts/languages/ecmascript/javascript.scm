; JavaScript alone: classes, fields, parameters without types.

; --- classes ---

(class_declaration name: (_) @class.name (class_heritage)? @class.bases body: (_) @class.body) @class
(class name: (_) @class.name (class_heritage)? @class.bases body: (_) @class.body) @class
(variable_declarator name: (identifier) @class.name value: (class (class_heritage)? @class.bases body: (_) @class.body) @class.code) @class
(assignment_expression left: (identifier) @class.name right: (class (class_heritage)? @class.bases body: (_) @class.body) @class.code) @class
(assignment_expression
  left: (member_expression object: (_) @class.qualifier property: (_) @class.name)
  right: (class (class_heritage)? @class.bases body: (_) @class.body) @class.code) @class

((field_definition
  property: (_) @function.name
  value: [
    (arrow_function parameters: (_) @function.parameters)
    (arrow_function parameter: (_) @function.parameters)
  ] @function.code) @function
  (#set! kind "lambda"))
((field_definition
  property: (_) @function.name
  value: [
    (function_expression parameters: (_) @function.parameters)
    (generator_function parameters: (_) @function.parameters)
  ] @function.code) @function
  (#set! kind "method"))

; --- parameters ---

(formal_parameters [(identifier) (array_pattern) (object_pattern) (rest_pattern)] @parameter @parameter.pattern)
(formal_parameters (assignment_pattern left: (_) @parameter.pattern right: (_) @parameter.default) @parameter)

; --- decorators ---

(class_declaration (decorator [(identifier) (member_expression)] @decorator.name) @decorator)
(class_declaration (decorator (call_expression
  function: (_) @decorator.name
  arguments: (arguments) @decorator.arguments) @decorator.callee) @decorator)
(class (decorator [(identifier) (member_expression)] @decorator.name) @decorator)
(class (decorator (call_expression
  function: (_) @decorator.name
  arguments: (arguments) @decorator.arguments) @decorator.callee) @decorator)
(method_definition (decorator [(identifier) (member_expression)] @decorator.name) @decorator)
(method_definition (decorator (call_expression
  function: (_) @decorator.name
  arguments: (arguments) @decorator.arguments) @decorator.callee) @decorator)
(field_definition
  (decorator [(identifier) (member_expression)] @decorator.name) @decorator
  value: [(arrow_function) (function_expression) (generator_function)])
(field_definition
  (decorator (call_expression
    function: (_) @decorator.name
    arguments: (arguments) @decorator.arguments) @decorator.callee) @decorator
  value: [(arrow_function) (function_expression) (generator_function)])
((export_statement (decorator [(identifier) (member_expression)] @decorator.name) @decorator)
  (#set! decorates "next"))
((export_statement (decorator (call_expression
  function: (_) @decorator.name
  arguments: (arguments) @decorator.arguments) @decorator.callee) @decorator)
  (#set! decorates "next"))
