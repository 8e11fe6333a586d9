# the very bytes that were signed are judged, and strictly
+ expect certificate.toml
+ change
# a member that stands twice
+ raw run.json {"commit":"{base}"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://agentattest.dev/predicate/v1","predicate":{},"predicate":{}}
$ gate --bundle run.json --trusted-root root.json
# another predicate type, and another version of statements
+ certify run.json {"commit":"{base}"} policy.json {"predicateType":"https://acme.example/other/v1"}
$ gate --bundle run.json --trusted-root root.json
+ certify run.json {"commit":"{base}"} policy.json {"_type":"https://in-toto.io/Statement/v0.1"}
$ gate --bundle run.json --trusted-root root.json -q
# a predicate that is none
+ certify run.json {"commit":"{base}"} policy.json workflow.json {"predicate":{"runId":7}}
$ gate --bundle run.json --trusted-root root.json
# no statement
+ raw run.json {"commit":"{base}"} {"hello":"world"}
$ gate --bundle run.json --trusted-root root.json -q
# a subject more, and another one
+ certify run.json {"commit":"{base}"} policy.json workflow.json {"subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}},{"name":"repo-tree","digest":{"sha256":"{tree}"}}]}
$ gate --bundle run.json --trusted-root root.json -q
+ certify run.json {"commit":"{base}"} policy.json workflow.json {"subject":[{"name":"patch.diff","digest":{"sha256":"{tree}"}}]}
$ gate --bundle run.json --trusted-root root.json -q
# private text in a public log
+ certify run.json {"commit":"{base}"} policy.json workflow.json {"predicate":{"evidence":[{"type":"raw-prompt-ref","uri":"artifact://acme/runs/1","digest":{"sha256":"{tree}"},"storage":"transparency-log","visibility":"public"}]}}
$ gate --bundle run.json --trusted-root root.json -q
