# shellcheck shell=bash
# shellcheck disable=SC2154 # `run.sh` sets platform, workspace, root, base and dotenv.
# What the steps share: words to the log, the checks of what comes in, the outputs that go out.
# It works with bash 3.2 and git alone, and evaluates nothing that it is given.

# Classes of characters are those of ASCII. In `$(…)` a failure ends nothing by itself before bash 4.4, hence `|| exit`.
export LC_ALL=C
shopt -s inherit_errexit 2>/dev/null || true

# Objects are what they are, and those of the checkout: no replacement of one counts, and no other repository.
export GIT_NO_REPLACE_OBJECTS=1
unset GIT_DIR GIT_WORK_TREE GIT_COMMON_DIR GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_NAMESPACE

# git, for which files of a commit that look like a bare repository are files.
git() {
  command git -c safe.bareRepository=explicit "$@"
}

# Exit codes, as attest has them; 1 is attest's own: the gate is not met.
USAGE=2
UNDECIDED=3

# GitHub reads commands from the log: a line of ours may be one, a line of anybody else must not.
say() {
  printf 'attest: %s\n' "$1"
}

# fail CODE MESSAGE HELP
fail() {
  printf 'attest: error: %s\nattest: help: %s\n' "$2" "$3" >&2
  exit "$1"
}

# random: 32 hex digits.
random() {
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# quietly COMMAND...: runs it; what it writes to the log is no command to GitHub.
quietly() {
  if [[ $platform != github ]]; then
    "$@"
    return
  fi
  local token status=0
  token=$(random)
  printf '::stop-commands::%s\n' "$token"
  "$@" || status=$?
  printf '\n::%s::\n' "$token"
  return "$status"
}

# in_variable INPUT: the variable that holds the input `INPUT`.
in_variable() {
  printf 'ATTEST_IN_%s' "$(printf '%s' "$1" | tr 'a-z-' 'A-Z_')"
}

# input NAME: its value as one line of text; empty where it is not given.
input() {
  local variable value
  variable=$(in_variable "$1")
  value=${!variable-}
  case $value in
    *[[:cntrl:]]*) fail "$USAGE" "the input \`$1\` holds a line break or another control character" "give it on one line" ;;
  esac
  if ((${#value} > 4096)); then
    fail "$USAGE" "the input \`$1\` is longer than 4096 bytes" "give a shorter one"
  fi
  printf '%s' "$value"
}

# choice NAME VALUE...: an input that is one of the values.
choice() {
  local name=$1 value allowed
  shift
  value=$(input "$name") || exit
  for allowed in "$@"; do
    if [[ $value == "$allowed" ]]; then
      printf '%s' "$value"
      return
    fi
  done
  fail "$USAGE" "the input \`$name\` is none of its values" "give one of: $*"
}

# matching NAME REGEX WHAT: an input that is empty or matches as a whole.
matching() {
  local value
  value=$(input "$1") || exit
  if [[ -n $value && ! $value =~ ^($2)$ ]]; then
    fail "$USAGE" "the input \`$1\` is not $3" "write it as the page \`In CI\` says"
  fi
  printf '%s' "$value"
}

# lines NAME: an input of several lines, each one path or name; blank lines and the space around a line are dropped.
lines() {
  local variable line
  variable=$(in_variable "$1")
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    case $line in
      '') continue ;;
      *[[:cntrl:]]*) fail "$USAGE" "a line of the input \`$1\` holds a control character" "name one thing on each line" ;;
    esac
    printf '%s\n' "$line"
  done <<<"${!variable-}"
}

# directory PATH: it without links, as an absolute path.
directory() {
  (cd -- "$1" 2>/dev/null && pwd -P)
}

# located NAME PATH: the file, as an absolute path without links in its directories.
located() {
  local name=$1 path=$2 parent
  case $path in
    /*) ;;
    *) path=./$path ;;
  esac
  if [[ ! -f $path ]]; then
    fail "$UNDECIDED" "the file of the input \`$name\` is not there" "name a file that is"
  fi
  parent=$(directory "$(dirname -- "$path")") ||
    fail "$UNDECIDED" "the directory of the input \`$name\` cannot be entered" "name a file that can be read"
  printf '%s/%s' "${parent%/}" "$(basename -- "$path")"
}

# in_workspace PATH: whether an absolute path lies where the change is checked out.
in_workspace() {
  [[ $1 == "$workspace" || $1 == "$workspace"/* ]]
}

# owned NAME TO: a file that the change must not choose. A path of the repository is read from the base branch and put into
# the file TO; an absolute path must lie outside of the workspace. Prints the path of what may be used.
owned() {
  local name=$1 to=$2 path
  path=$(input "$name") || exit
  case $path in
    '') return ;;
    /*)
      path=$(located "$name" "$path") || exit
      if [[ -L $path ]] || in_workspace "$path"; then
        fail "$USAGE" "the file of the input \`$name\` is in the workspace, where the change can write it" \
          "name it by its path in the repository, so that it is read from the base branch"
      fi
      printf '%s' "$path"
      ;;
    *)
      case /$path/ in
        */../* | */./* | *//*) fail "$USAGE" "the input \`$name\` is no plain path" "write it without \`.\`, \`..\` and empty parts" ;;
      esac
      git -C "$root" cat-file blob "$base:$path" >"$to" 2>/dev/null ||
        fail "$UNDECIDED" "the base branch has no file where the input \`$name\` says" "commit it to the base branch first"
      printf '%s' "$to"
      ;;
  esac
}

# commit REF: the full id of a commit; nothing where there is none. A whole ref is that one alone: git would take a tag
# `refs/tags/refs/remotes/origin/main` where there is no `refs/remotes/origin/main`, and anybody may push that tag.
commit() {
  case $1 in
    refs/*) git -C "$root" show-ref --verify --quiet "$1" || return ;;
  esac
  git -C "$root" rev-parse --verify --quiet "$1^{commit}"
}

# sha256 FILE: its digest, in hex.
sha256() {
  if command -v sha256sum >/dev/null; then
    sha256sum <"$1" | cut -d ' ' -f 1
  else
    shasum -a 256 <"$1" | cut -d ' ' -f 1
  fi
}

# output NAME VALUE: for the steps and jobs that follow.
output() {
  local delimiter name
  case $platform in
    github)
      delimiter=attest_$(random)
      printf '%s<<%s\n%s\n%s\n' "$1" "$delimiter" "$2" "$delimiter" >>"$GITHUB_OUTPUT"
      ;;
    gitlab)
      name=$(printf '%s' "$1" | tr 'a-z-' 'A-Z_')
      printf 'ATTEST_%s=%s\n' "$name" "$2" >>"$dotenv"
      ;;
  esac
}

# summarise FILE: shows Markdown on the page of the run.
summarise() {
  if [[ $platform == github && -n ${GITHUB_STEP_SUMMARY-} ]]; then
    # A step may add 1 MiB; beyond that GitHub shows nothing of it.
    head -c 1000000 "$1" >>"$GITHUB_STEP_SUMMARY"
    printf '\n' >>"$GITHUB_STEP_SUMMARY"
  fi
}
