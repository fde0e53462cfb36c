# What the scripts share; to be read with ".", in bash, at the root of the tree.

fail() {
  echo "$(basename "$0"): $1" >&2
  exit "${2:-2}"
}

wants_help() {
  local word
  for word in "$@"; do
    case $word in -h | --help) return 0 ;; esac
  done
  return 1
}

# Prints the comment at the head of the script and ends it, when the arguments ask for help.
help_if_asked() {
  if wants_help "$@"; then
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "scripts/$(basename "$0")"
    exit 0
  fi
}

# For scripts that take no argument but --help.
only_help() {
  help_if_asked "$@"
  [ $# -eq 0 ] || fail "\"$1\" is no argument of this script; --help says what it does"
}

needs_tun() {
  [ -e /dev/net/tun ] || fail "needs /dev/net/tun; \"modprobe tun\" makes it" 1
  [ "$(id -u)" -eq 0 ] || fail "needs root, to make a network namespace; run it with sudo" 1
}

# Maven without colours. Under sudo it is the caller who builds, so that no file of root's stays in the tree.
maven() {
  local as_caller=()
  if [ "$(id -u)" -eq 0 ] && [ -n "${SUDO_USER:-}" ] && [ "$SUDO_USER" != root ]; then
    as_caller=(sudo -H -u "$SUDO_USER" -- env "JAVA_HOME=${JAVA_HOME:-}")
  fi
  "${as_caller[@]}" ./mvnw -B -ntp -Dstyle.color=never "$@"
}

# Under sudo: what was built as root, which some tests need, becomes the caller's.
give_back() {
  local target
  [ -n "${SUDO_UID:-}" ] || return 0
  for target in sunbeam-*/target; do
    [ ! -d "$target" ] || chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$target"
  done
}

# compile MODULE: compiles it and what it stands on, unless nothing has changed since the last time.
compile() {
  local stamp=$1/target/compiled newer
  newer=$(find pom.xml sunbeam-*/pom.xml sunbeam-*/src/main -newer "$stamp" -print -quit 2>/dev/null) || newer=missing
  if [ ! -f "$stamp" ] || [ -n "$newer" ]; then
    echo "building ..." >&2
    give_back
    maven -q -pl "$1" -am compile >&2
    touch "$stamp"
    give_back
  fi
}
