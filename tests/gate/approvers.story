# who signed the run approves nothing: another ref of the same workflow is the same workflow
+ expect approvers.toml
+ change
+ certify run.json {"commit":"{base}"} policy.json {"predicate":{"verificationLevel":"evidence-grade"}}
+ certify approval.json {"subject":"https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/other"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --approval approval.json
    exit 1
    invalid: nothing of it is believed; missing_evidence
    missing_evidence /approval/0
      `approval.json` is by the signer of the run, who does not approve their own change
      help     have somebody else approve the change
    signed by https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main, says https://token.actions.githubusercontent.com
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main
      issuer             https://token.actions.githubusercontent.com
      statement          in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      source repository  https://github.com/acme/shop
      source commit      9dd8c4e696ddaff5a49d84c968de7611bc5fb5a7
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      runner             not pinned
      trigger            not pinned
      environment        not pinned
      source run         `run-from-certificate` is not set
    expecting .attest/provenance.toml, at 9dd8c4e696ddaff5a49d84c968de7611bc5fb5a7, sha256:be18efc63d492ab3f133759193af9a349be0e5a98b8f69cf5266305324f20c70
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308

# another workflow does
+ certify approval.json {"subject":"https://github.com/acme/shop/.github/workflows/approve.yml@refs/heads/main"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --approval approval.json -q
    exit 0
    valid: evidence-grade, its signature was verified

# an address of mail is one and the same, whoever vouches for it and however it is written
+ certify mail.json {"commit":"{base}","subject":"jane@acme.example","issuer":"https://accounts.acme.example"} policy.json {"predicate":{"verificationLevel":"evidence-grade"}}
+ certify approval.json {"subject":"Jane@acme.example","issuer":"https://login.acme.example"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{}}
$ gate --bundle mail.json --trusted-root root.json --approval approval.json
    exit 1
    invalid: nothing of it is believed; missing_evidence
    missing_evidence /approval/0
      `approval.json` is by the signer of the run, who does not approve their own change
      help     have somebody else approve the change
    signed by jane@acme.example, says https://accounts.acme.example, who may: *@acme.example
    checked
      format             Sigstore bundle, application/vnd.dev.sigstore.bundle.v0.3+json
      signature          by the certificate's key
      certificate        chains to the trust root, valid at every time below
      sct                the certificate was logged
      log                the signature was logged
      time               2025-06-01T12:00:01Z
      identity           jane@acme.example
      issuer             https://accounts.acme.example
      statement          in-toto, https://agentattest.dev/predicate/v1 about 1 subject
      source repository  https://github.com/acme/shop
      source commit      9dd8c4e696ddaff5a49d84c968de7611bc5fb5a7
    not checked
      repository         not pinned
      workflow           not pinned
      ref                not pinned
      commit             not pinned
      runner             not pinned
      trigger            not pinned
      environment        not pinned
      source run         `run-from-certificate` is not set
    expecting .attest/provenance.toml, at 9dd8c4e696ddaff5a49d84c968de7611bc5fb5a7, sha256:be18efc63d492ab3f133759193af9a349be0e5a98b8f69cf5266305324f20c70
    trusting  sha256:9a83421488ffb4405213500e3cfb9c39e84b8604f4c5a7865999e88966ec2308

# somebody else's does, and an approval of another patch or of the tree does not
+ certify approval.json {"subject":"june@acme.example","issuer":"https://login.acme.example"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{}}
$ gate --bundle mail.json --trusted-root root.json --approval approval.json -q
    exit 0
    valid: evidence-grade, its signature was verified
+ certify approval.json {"subject":"june@acme.example","issuer":"https://login.acme.example"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{tree}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{}}
$ gate --bundle mail.json --trusted-root root.json --approval approval.json -q
    exit 1
    invalid: nothing of it is believed; missing_evidence
