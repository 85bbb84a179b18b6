# shellcheck shell=bash
# Configuring and building with the presets of CMakePresets.json. Needs steps.sh.

# build_jobs: as many compilers as there are cores, but at most one for every 2 GB of free memory.
build_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(($(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' /proc/meminfo) / 2000000))
  echo $((memory < 1 ? 1 : memory < cores ? memory : cores))
}

run_cmake() {
  cd "$ROOT" || return
  cmake "$@"
}

# configure PRESET OPTION...: once, and again when the options, the presets or the place of LibTorch change. What
# changes in a CMakeLists.txt is the build's own business.
configure() {
  local preset=$1 word options
  shift
  options=("-DLIBTORCH_ROOT=${LIBTORCH_ROOT:-$ROOT/build/dependencies/libtorch/torch}" "$@")
  word="${options[*]} $(fingerprint "$ROOT/CMakePresets.json")"
  if [[ -f $ROOT/build/$preset/.configured && $(<"$ROOT/build/$preset/.configured") == "$word" ]]; then
    return
  fi
  rm -f "$ROOT/build/$preset/.configured"
  step "configure-$preset" "configuring ($preset)" run_cmake --preset "$preset" "${options[@]}"
  echo "$word" >"$ROOT/build/$preset/.configured"
}

# show_progress LOG: copies its input to LOG and, every 20 seconds, a line of it to standard error.
show_progress() {
  local line shown=$SECONDS
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$1"
    if ((SECONDS - shown >= 20)) && [[ $line == \[* ]]; then
      printf '   %s\n' "${line:0:110}" >&2
      shown=$SECONDS
    fi
  done
}

# compile LOG PRESET TARGET...: on a terminal with ninja's own status line, elsewhere into LOG.
compile() {
  local log=$1 preset=$2
  shift 2
  local command=(run_cmake --build --preset "$preset" --parallel "$(build_jobs)" --target "$@")
  export NINJA_STATUS='[%f/%t, %e s] '
  if [[ -t 2 ]]; then
    "${command[@]}" >&2 </dev/null
  else
    : >"$log"
    "${command[@]}" 2>&1 </dev/null | show_progress "$log"
  fi
}

# build PRESET TITLE TARGET...: builds targets of a configured preset; ends the script when that fails.
build() {
  local preset=$1 title=$2 started=$SECONDS log status
  shift 2
  log=$(log_of "build-$preset")
  say "building $title"
  guarded compile "$log" "$preset" "$@"
  if ((status != 0)); then
    if [[ -t 2 ]]; then
      fail "building $title failed, see above"
    fi
    show_errors "$log"
    fail "building $title failed, everything the compiler said is in $log"
  fi
  if ((SECONDS - started >= 2)); then say "built $title in $((SECONDS - started)) s"; fi
}
