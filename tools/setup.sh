#!/usr/bin/env bash
# Installs the Debian packages of tools/packages.txt that are missing, where it may; else says what to install.
# Those of tools/test-packages.txt (servers for some tests, which are passed over without) come along where it may.
set -euo pipefail
cd "$(dirname "$0")/.."

missing_of() {
  local package
  for package in $(grep -v '^#' "$1"); do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s\n' "$package"
  done
}
# DuckDB's library is no Debian package.
if command -v npm >/dev/null && [ ! -e "${XDG_DATA_HOME:-$HOME/.local/share}/attest/lib/libduckdb.so" ]; then
  tools/install_duckdb.sh || echo 'tests of Parquet will be passed over' >&2
fi
mapfile -t missing < <(missing_of tools/packages.txt)
mapfile -t tests < <(missing_of tools/test-packages.txt)
[ $((${#missing[@]} + ${#tests[@]})) -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo=(sudo -n); else
    [ ${#missing[@]} -eq 0 ] && exit 0
    printf 'attest needs these Debian packages; install them and run again:\n\n  sudo apt-get install %s\n\n' "${missing[*]}" >&2
    exit 3
  fi
fi
printf 'installing %s\n' "${missing[*]} ${tests[*]}"
"${sudo[@]}" apt-get update -qq
install() { DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
[ ${#missing[@]} -eq 0 ] || install "${missing[@]}"
[ ${#tests[@]} -eq 0 ] || install "${tests[@]}" || printf 'tests that need %s will be passed over\n' "${tests[*]}" >&2
