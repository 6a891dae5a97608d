#!/usr/bin/env bash
# Installs the Debian packages of tools/packages.txt that are missing, where it may; else says what to install.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=$(grep -v '^#' tools/packages.txt | tr '\n' ' ')
missing=()
for package in $wanted; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo=(sudo -n); else
    printf 'attest needs these Debian packages; install them and run again:\n\n  sudo apt-get install %s\n\n' "${missing[*]}" >&2
    exit 3
  fi
fi
printf 'installing %s\n' "${missing[*]}"
"${sudo[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
