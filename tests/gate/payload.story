# the very bytes that were signed are judged, and strictly
+ expect certificate.toml
+ change

# a member that stands twice
+ raw run.json {"commit":"{base}"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://agentattest.dev/predicate/v1","predicate":{},"predicate":{}}
$ gate --bundle run.json --trusted-root root.json
    exit 3
    invalid: nothing of it is believed; schema_invalid
    schema_invalid /bundle
      the statement is not strict JSON: the member `predicate` stands twice at line 1 column 245
      help     have a statement signed that is one: `attest provenance create` writes them
    checked
      format     Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
    not checked
      signature  not reached, or does not hold
      statement  not reached, or does not hold
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46

# another predicate type, and another version of statements
+ certify run.json {"commit":"{base}"} policy.json {"predicateType":"https://acme.example/other/v1"}
$ gate --bundle run.json --trusted-root root.json
    exit 1
    invalid: policy-grade is claimed; predicate_type_mismatch
    predicate_type_mismatch /statement/predicateType
      nothing here judges predicates of this type
      found    "https://acme.example/other/v1"
      expected https://agentattest.dev/predicate/v0 or https://agentattest.dev/predicate/v1
      help     verify it with what knows its predicate type, or name the package whose document does
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    checked
      format                 Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature              by the certificate's key
      certificate            chains to the trust root, valid at every time below
      sct                    the certificate was logged
      log                    the signature was logged
      time                   2025-06-01T12:00:01Z
      identity               https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer                 https://token.actions.githubusercontent.com
      runner                 github-hosted
      statement              in-toto, https://acme.example/other/v1 about 1 subject
      source repository      https://github.com/acme/shop
      source commit          6b689ff710e51559219a8cee5d5a3699bfff5dc4
      subjects               patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, and no other
      base commit            6b689ff710e51559219a8cee5d5a3699bfff5dc4
      repository             https://github.com/acme/shop
    not checked
      repository             not pinned
      workflow               not pinned
      ref                    not pinned
      commit                 not pinned
      trigger                not pinned
      environment            not pinned
      source run             `run-from-certificate` is not set
      pull request           no `--pull-request`
      run                    no `--run-id`
      age                    the expectations have no `max-age`
      agent's configuration  the expectations have no `agent-config`
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46
+ certify run.json {"commit":"{base}"} policy.json {"_type":"https://in-toto.io/Statement/v0.1"}
$ gate --bundle run.json --trusted-root root.json -q
    exit 1
    invalid: policy-grade is claimed; unsupported_statement_type

# a predicate that is none
+ certify run.json {"commit":"{base}"} policy.json workflow.json {"predicate":{"runId":7}}
$ gate --bundle run.json --trusted-root root.json
    exit 1
    invalid: policy-grade is claimed; schema_invalid
    schema_invalid /statement/predicate/runId
      the value is of another type
      found    7
      expected a text
      help     write the document anew with what its schema and rules demand; `attest schema` prints the schemas
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    checked
      format                 Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature              by the certificate's key
      certificate            chains to the trust root, valid at every time below
      sct                    the certificate was logged
      log                    the signature was logged
      time                   2025-06-01T12:00:01Z
      identity               https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer                 https://token.actions.githubusercontent.com
      runner                 github-hosted
      statement              in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      source repository      https://github.com/acme/shop
      source commit          6b689ff710e51559219a8cee5d5a3699bfff5dc4
      subjects               patch.diff sha256:8366cc8c2dbfcde9293a29f03427b7322266a66f9b44e89bf8a4a2ad23e5b17f, and no other
      base commit            6b689ff710e51559219a8cee5d5a3699bfff5dc4
      repository             https://github.com/acme/shop
    not checked
      repository             not pinned
      workflow               not pinned
      ref                    not pinned
      commit                 not pinned
      trigger                not pinned
      environment            not pinned
      source run             `run-from-certificate` is not set
      pull request           no `--pull-request`
      run                    no `--run-id`
      age                    the expectations have no `max-age`
      agent's configuration  the expectations have no `agent-config`
    expecting .attest/provenance.toml, at 6b689ff710e51559219a8cee5d5a3699bfff5dc4, sha256:97cde30d9b0a350298c06b883f8767356db11b7f3d1f9b9cb14c9744c0826f66
    policy    sha256:29123542d1726c4d711cbe3638973675b2efdb6540e44274abef554483a64792
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308
    trusting  sha256:cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46

# no statement
+ raw run.json {"commit":"{base}"} {"hello":"world"}
$ gate --bundle run.json --trusted-root root.json -q
    exit 3
    invalid: nothing of it is believed; unsupported_statement_type

# a subject more, and another one
+ certify run.json {"commit":"{base}"} policy.json workflow.json {"subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}},{"name":"repo-tree","digest":{"sha256":"{tree}"}}]}
$ gate --bundle run.json --trusted-root root.json -q
    exit 1
    invalid: policy-grade is claimed; subject_digest_mismatch
+ certify run.json {"commit":"{base}"} policy.json workflow.json {"subject":[{"name":"patch.diff","digest":{"sha256":"{tree}"}}]}
$ gate --bundle run.json --trusted-root root.json -q
    exit 1
    invalid: policy-grade is claimed; subject_digest_mismatch

# private text in a public log
+ certify run.json {"commit":"{base}"} policy.json workflow.json {"predicate":{"evidence":[{"type":"tool-summary","uri":"artifact://acme/runs/1","digest":{"sha256":"{tree}"},"storage":"transparency-log","visibility":"public"}]}}
$ gate --bundle run.json --trusted-root root.json -q
    exit 1
    invalid: policy-grade is claimed; privacy_violation
