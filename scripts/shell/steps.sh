# shellcheck shell=bash
# Messages and timed steps for the scripts of this project. Everything goes to standard error, so that the standard
# output of scripts/run is the server's own. Details go to build/logs/.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
LOGS=$ROOT/build/logs

# say TEXT: one line about what is done.
say() {
  printf -- '-- %s\n' "$*" >&2
}

# fail TEXT: says what is wrong and ends the script.
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# usage: prints the comment at the head of the calling script.
usage() {
  sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
}

# log_of NAME: prints the path of the log of that name, with its folder made.
log_of() {
  mkdir -p "$LOGS"
  printf '%s/%s.log\n' "$LOGS" "$1"
}

# fingerprint FILE...: one word that changes when the files do.
fingerprint() {
  cat "$@" | sha256sum | cut -c 1-16
}

# guarded COMMAND...: runs it in a subshell that stops at the first error, and leaves its exit status in $status.
# A function called as a condition would run on after an error.
guarded() {
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  set -e
}

# show_errors LOG: prints what looks like errors in it, or its end when nothing does.
show_errors() {
  { grep -i -E -A 12 '(^|[^-[:alnum:]])error\b|^E: |^FAILED' "$1" || tail -n 25 "$1"; } | head -n 60 | sed 's/^/   /' >&2
}

# step LOG TITLE COMMAND...: announces TITLE, runs the command with its output in the log, prints the time it took.
# When it fails, the end of the log and its path are shown and the script ends.
step() {
  local log title=$2 started=$SECONDS status
  log=$(log_of "$1")
  shift 2
  printf -- '-- %s ...' "$title" >&2
  guarded "$@" >"$log" 2>&1 </dev/null
  if ((status == 0)); then
    printf ' %d s\n' $((SECONDS - started)) >&2
    return
  fi
  printf ' failed after %d s\n' $((SECONDS - started)) >&2
  show_errors "$log"
  fail "$title: failed, everything it said is in $log"
}
