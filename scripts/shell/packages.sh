# shellcheck shell=bash
# Debian packages from the lists in scripts/packages/. Needs steps.sh.

# package_names LIST...: prints the packages of scripts/packages/LIST.txt, one a line, sorted.
package_names() {
  local list
  for list in "$@"; do
    sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$ROOT/scripts/packages/$list.txt"
  done | sort -u
}

# installed_packages: prints the packages that this machine has, and the names of those that it has in another form.
installed_packages() {
  {
    dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p'
    # another Node.js conflicts with Debian's
    if command -v node >/dev/null; then echo nodejs; fi
    if command -v npm >/dev/null; then echo npm; fi
  } | sort -u
}

# release FIELD: a field of the file that every Linux distribution has about itself.
release() {
  sed -n -e "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p" /etc/os-release
}

apt_install() {
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3)
  "${as_root[@]}" "${apt[@]}" update
  "${as_root[@]}" "${apt[@]}" install --yes --no-install-recommends "$@"
}

# install_packages LIST...: installs what is missing of the lists; needs no rights when nothing is missing.
install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "this is $(release PRETTY_NAME), not Debian 12: going on with what is there (scripts/packages/ names what is needed)"
    return
  fi
  local missing as_root=()
  mapfile -t missing < <(comm -23 <(package_names "$@") <(installed_packages))
  if ((${#missing[@]} == 0)); then
    return
  fi
  if [[ $(release ID)$(release VERSION_ID) != debian12 ]]; then
    fail "this is $(release PRETTY_NAME), and these packages of Debian 12 are missing: ${missing[*]}
Install what corresponds to them here, or build the container image: docker build -t ocelli ."
  fi
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null || ! sudo -v; then
      fail "${#missing[@]} Debian packages are missing, and installing them needs root or sudo. Run this as root and start again:
apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}"
    fi
    as_root=(sudo)
  fi
  step packages "installing ${#missing[@]} Debian packages ($*)" apt_install "${missing[@]}"
}
