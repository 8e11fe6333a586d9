#!/usr/bin/env bash
# shellcheck disable=SC2016,SC2317 # A backquote in a message is a backquote; a trap runs `finish`.
# Creates, signs and verifies the statement of an agent's change, in GitHub Actions and in GitLab CI/CD.
#
# What it is told stands in variables `ATTEST_IN_*`, and in what the CI system says of its run; none of it is evaluated.
# What decides comes from the base branch or from outside of the workspace, never from the change.
# However it ends, the outputs are set, and `valid` is `true` only where a signature was verified and the gate was met.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$here/setup.sh"

umask 077

# Secrets stay in this shell; what it starts does not inherit them.
key=${ATTEST_IN_SIGNING_KEY:-${ATTEST_SIGNING_KEY-}}
passphrase=${ATTEST_IN_SIGNING_KEY_PASSPHRASE:-${ATTEST_SIGN_PASSPHRASE-}}
export -n key passphrase
unset ATTEST_IN_SIGNING_KEY ATTEST_SIGNING_KEY ATTEST_IN_SIGNING_KEY_PASSPHRASE ATTEST_SIGN_PASSPHRASE

platform=
dotenv=
private=
valid=false
level=
codes=
bundle=
told=false

# Runs last, whatever happened.
finish() {
  local status=$?
  trap - EXIT
  set +e
  if [[ -n $private ]]; then
    rm -rf -- "$private"
  fi
  if ((status != 0)); then
    valid=false
    level=
  fi
  # Another job of GitLab may have the project elsewhere.
  if [[ $platform == gitlab ]]; then
    bundle=${bundle#"$workspace"/}
  fi
  if [[ -n $platform ]]; then
    output valid "$valid" || status=$UNDECIDED
    output level "$level" || status=$UNDECIDED
    output failure-codes "$codes" || status=$UNDECIDED
    output bundle "$bundle" || status=$UNDECIDED
    if [[ $told == false && $platform == github && -n ${GITHUB_STEP_SUMMARY-} ]] && ((status != 0)); then
      printf '## Agent provenance: undecided\n\nNothing can be said of this change; the log says why.\n' >>"$GITHUB_STEP_SUMMARY"
    fi
  fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

########################################################################################################################
# Where it runs, and on what.

if [[ ${GITHUB_ACTIONS-} == true ]]; then
  : "${GITHUB_OUTPUT:?}" "${GITHUB_WORKSPACE:?}" "${GITHUB_SERVER_URL:?}" "${GITHUB_REPOSITORY:?}"
  platform=github
  workspace=$GITHUB_WORKSPACE
  temporary=${RUNNER_TEMP:?}
  home=${GITHUB_ACTION_PATH:?}
  repository=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY
  its_base=${ATTEST_EVENT_BASE-}
  its_head=${ATTEST_EVENT_HEAD:-${GITHUB_SHA-}}
  its_number=${ATTEST_EVENT_PULL_REQUEST-}
  complete='check out with `fetch-depth: 0`'
elif [[ ${GITLAB_CI-} == true ]]; then
  : "${CI_PROJECT_DIR:?}" "${CI_PROJECT_URL:?}"
  workspace=$CI_PROJECT_DIR
  temporary=${TMPDIR:-/tmp}
  home=${ATTEST_ACTION_PATH:?}
  # A link that the change has put there is not written through.
  dotenv=$workspace/attest-provenance.env
  rm -f -- "$dotenv"
  platform=gitlab
  repository=${CI_MERGE_REQUEST_PROJECT_URL:-$CI_PROJECT_URL}
  its_base=${CI_MERGE_REQUEST_TARGET_BRANCH_NAME-}
  # In a pipeline of merged results the commit that is checked out is GitLab's own.
  its_head=${CI_MERGE_REQUEST_SOURCE_BRANCH_SHA:-${CI_COMMIT_SHA-}}
  its_number=${CI_MERGE_REQUEST_IID-}
  complete='set the variable `GIT_DEPTH` to 0'
else
  fail "$USAGE" "this is neither GitHub Actions nor GitLab CI/CD" "call \`attest provenance\` itself"
fi
workspace=$(directory "$workspace") || fail "$UNDECIDED" "the workspace cannot be entered" "check out the repository first"
home=$(directory "$home") || fail "$UNDECIDED" "the directory of the action cannot be entered" "name the action by a commit"
cd -- "$workspace"
private=$(mktemp -d "${temporary%/}/attest-private.XXXXXXXX")

create=$(choice create true false)
sign=$(choice sign none key keyless)
verify=$(choice verify true false)
required=$(choice required-level '' evidence-grade policy-grade high-assurance)
claimed=$(choice level '' evidence-grade policy-grade high-assurance)
log=$(choice transparency-log '' none public private)
version=$(choice predicate-version '' v0 v1)
run_id=$(matching run-id '[A-Za-z0-9._:-]{8,128}' 'a run id: 8 to 128 letters, digits, `.`, `_`, `:` and `-`')
number=$(matching pull-request '[1-9][0-9]{0,17}' 'the number of a pull request')
authority=$(matching authority '[A-Za-z0-9.-]{1,253}' 'the name of a host')
statement=$(input statement)
bundle_in=$(input bundle)

if [[ $create == true && -n $statement ]]; then
  fail "$USAGE" "\`create: true\` makes a statement, and \`statement\` names one" "leave one of the two out"
fi
if [[ $sign != none && $create == false && -z $statement ]]; then
  fail "$USAGE" "there is no statement to sign" "make one by \`create: true\`, or name it: \`statement\`"
fi
if [[ $sign != none && -n $bundle_in ]]; then
  fail "$USAGE" "\`sign\` makes a bundle, and \`bundle\` names one" "leave one of the two out"
fi
if [[ $verify == true && $sign == none && -z $bundle_in ]]; then
  fail "$USAGE" "there is no bundle to verify" "name it: \`bundle\`, or sign a statement: \`sign\`"
fi
if [[ $create == false && $sign == none && $verify == false ]]; then
  fail "$USAGE" "there is nothing to do" "set \`create\`, \`sign\` or \`verify\`"
fi
if [[ $sign == key && -z $key ]]; then
  fail "$USAGE" "\`sign: key\` needs a key" "give the secret: \`signing-key\` (GitLab: \`ATTEST_SIGNING_KEY\`)"
fi
if [[ $sign != key && -n $key && $platform == github ]]; then
  fail "$USAGE" "a signing key is given, and \`sign\` is not \`key\`" "leave out \`signing-key\`: no job holds a secret that it does not need"
fi

root=$(input root)
root=$(directory "${root:-.}") || fail "$USAGE" "the input \`root\` is no directory" "name the directory of the checkout"
in_workspace "$root" || fail "$USAGE" "the input \`root\` is outside of the workspace" "name a directory in the workspace"

########################################################################################################################
# The change: two commits, by their full ids. Names go no further than this.

base_name=$(input base)
base_name=${base_name:-$its_base}
case $base_name in
  '') fail "$USAGE" "no base branch is known: this is no pull request" "name the branch: \`base\`" ;;
  refs/*) base_ref=$base_name ;;
  *) base_ref=refs/remotes/origin/$base_name ;;
esac
git check-ref-format "$base_ref" || fail "$USAGE" "the base is not the name of a branch" "name it as git does: \`main\`"

head_name=$(matching head '[0-9a-f]{40}|[0-9a-f]{64}|refs/.+' 'a full commit id or a full ref')
head_name=${head_name:-$its_head}
if [[ ! $head_name =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ ]]; then
  git check-ref-format "$head_name" || fail "$USAGE" "the head is neither a commit id nor a ref" "name it: \`head\`"
fi

shallow=$(git -C "$root" rev-parse --is-shallow-repository 2>/dev/null) ||
  fail "$UNDECIDED" "git finds no repository here that it trusts" "check out the repository first; in a container its owner must be the user who runs this"
[[ $shallow == false ]] || fail "$UNDECIDED" "the clone is shallow: where the change begins cannot be told" "$complete"
base=$(commit "$base_ref") || fail "$UNDECIDED" "the base branch is not in this clone" "$complete"
head=$(commit "$head_name") || fail "$UNDECIDED" "the head of the change is not in this clone" "$complete, or fetch the commit"

number=${number:-$its_number}
[[ $number =~ ^([1-9][0-9]{0,17})?$ ]] || fail "$USAGE" "the number of the pull request is none" "name it: \`pull-request\`"

change=("--root=$root" "--base=$base" "--head=$head" "--repo-url=$repository")

########################################################################################################################
# The program, and where its files go.

find_attest

out=$(input output-dir)
if [[ -z $out ]]; then
  out=$(mktemp -d "${temporary%/}/attest-provenance.XXXXXXXX")
else
  case $out in
    /*) ;;
    *) out=$workspace/$out ;;
  esac
  # Not one that is there: the change may have put files or links into it.
  mkdir -- "$out" || fail "$USAGE" "the output directory cannot be made" "name one that is not there, in a directory that is"
fi
out=$(directory "$out")
case $out in
  *,*) fail "$USAGE" "the path of the output directory holds a comma" "name another: \`output-dir\`" ;;
esac

########################################################################################################################
# Create.

if [[ $create == true ]]; then
  # A statement needs evidence: what is known of the run here is written down, and referred to.
  arguments=("${change[@]}" --ci=auto "--record=$out/run.json,storage=artifact-store")
  [[ -z $claimed ]] || arguments+=("--level=$claimed")
  [[ -z $version ]] || arguments+=("--predicate-version=$version")
  [[ -z $run_id ]] || arguments+=("--run-id=$run_id")
  [[ -z $number ]] || arguments+=("--pull-request=$number")
  [[ $log != public ]] || arguments+=(--allow-transparency-log)
  for name in agent-name agent-version model-provider model-id; do
    value=$(input "$name")
    [[ -z $value ]] || arguments+=("--$name=$value")
  done
  subjects=$(lines subjects)
  while IFS= read -r line; do
    [[ -z $line ]] || arguments+=("--subject=$line")
  done <<<"$subjects"
  partial=$(input predicate)
  if [[ -n $partial ]]; then
    partial=$(located predicate "$partial")
    arguments+=("--input=$partial")
  fi
  statement=$out/statement.json
  quietly "$attest" provenance create "${arguments[@]}" "--output=$statement"
  say 'the statement is made'
elif [[ -n $statement ]]; then
  statement=$(located statement "$statement")
fi

########################################################################################################################
# Sign.

case $sign in
  key)
    bundle=$out/bundle.json
    # GitLab gives a variable of type `File` as a path, readable by more than its owner.
    if [[ $platform == gitlab && -f $key ]]; then
      key=$(cat -- "$key")
    fi
    # `$(…)` drops the line ends that a form of secrets puts behind a key.
    printf '%s\n' "$(printf '%s' "$key")" >"$private/key.pem"
    if [[ -n $passphrase ]]; then
      ATTEST_SIGN_PASSPHRASE=$passphrase quietly "$attest" sign "$statement" "--key=$private/key.pem" "--output=$bundle"
    else
      quietly "$attest" sign "$statement" "--key=$private/key.pem" "--output=$bundle"
    fi
    rm -f -- "$private/key.pem"
    ;;
  keyless)
    bundle=$out/bundle.json
    config=$(owned signing-config "$private/signing-config.json")
    [[ -n $config ]] || fail "$USAGE" "\`sign: keyless\` needs the addresses of the services" "name the file: \`signing-config\`"
    audience=$(matching audience '[A-Za-z0-9:/._-]{1,256}' 'an audience')
    arguments=(--keyless "--signing-config=$config" "--audience=${audience:-sigstore}")
    [[ $log != private ]] || arguments+=(--private-log)
    trusted=$(owned trusted-root "$private/trusted-root.json")
    if [[ -n $trusted ]]; then
      arguments+=("--trusted-root=$trusted")
      [[ -z $authority ]] || arguments+=("--authority=$authority")
    fi
    quietly "$attest" sign "$statement" "${arguments[@]}" "--output=$bundle"
    ;;
  none) ;;
esac
key=
passphrase=
[[ $sign == none ]] || say 'the statement is signed'

########################################################################################################################
# Verify: the gate.

if [[ $verify == false ]]; then
  told=true
  say 'nothing is verified here: `valid` is `false`'
  exit 0
fi

if [[ -z $bundle ]]; then
  bundle=$(located bundle "$bundle_in")
fi
arguments=("${change[@]}" "--bundle=$bundle")
trusted=$(owned trusted-root "$private/trusted-root.json")
if [[ -n $trusted ]]; then
  arguments+=("--trusted-root=$trusted")
  [[ -z $authority ]] || arguments+=("--authority=$authority")
fi
expectations=$(input expectations)
case $expectations in
  '') ;;
  /*)
    expectations=$(owned expectations "$private/expectations.toml")
    arguments+=("--expectations-file=$expectations")
    ;;
  *) arguments+=("--expectations=$expectations") ;;
esac
[[ -z $required ]] || arguments+=("--require-level=$required")
[[ -z $run_id ]] || arguments+=("--run-id=$run_id")
[[ -z $number ]] || arguments+=("--pull-request=$number")
for name in witness approval; do
  paths=$(lines "$name")
  while IFS= read -r line; do
    [[ -n $line ]] || continue
    line=$(located "$name" "$line")
    arguments+=("--$name=$line")
  done <<<"$paths"
done

status=0
quietly "$attest" provenance verify "${arguments[@]}" \
  "--summary=$out/summary.md" "--save-context=$out/context.json" "--outputs=$private/outputs" || status=$?

# `name=value`, each on its line; attest writes nothing there that could be two lines.
answer=false
earned=
if [[ -f $private/outputs ]]; then
  while IFS='=' read -r name value; do
    [[ $value =~ ^[A-Za-z0-9_,-]*$ ]] || continue
    case $name in
      valid) answer=$value ;;
      level) earned=$value ;;
      failure-codes) codes=$value ;;
    esac
  done <"$private/outputs"
fi
if [[ -f $out/summary.md ]]; then
  summarise "$out/summary.md"
  told=true
fi
if ((status == 0)) && [[ $answer == true && -z $codes ]]; then
  valid=true
  level=$earned
  say "the gate is met: ${level:-no level}"
  exit 0
fi
if ((status == 0)); then
  fail "$UNDECIDED" "attest ended well, and did not say that the statement is valid" "report this"
fi
say "the gate is not met: ${codes:-no answer}"
exit "$status"
