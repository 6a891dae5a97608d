#!/usr/bin/env bash
# clang-tidy over the product's sources, with what it needs of a configured build: tools/check_tidy.sh [-j JOBS] [FILE...]
# Default: all files, one job a core, build/release (configured first where it is not). Says at the end which files have warnings.
# Takes some 15 seconds of one core a file.
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=$(nproc)
while getopts j: option; do [ "$option" = j ] && jobs=$OPTARG || exit 1; done
shift $((OPTIND - 1))
files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(git ls-files record text schemes ingest ocr parse normalize check export store app | grep '\.cc$')
[ -f build/release/compile_commands.json ] || cmake --preset release >/dev/null

# One file: its warnings at once and whole, so that those of two jobs do not mix. Files that use qpdf are looked at as far as
# clang gets: it refuses qpdf's JSON.hh as C++20, where a vector of an incomplete type is no constant expression.
tidy() {
  local said
  said=$(clang-tidy -p build/release --quiet "$1" 2>/dev/null) && [ -z "$said" ] && return
  if grep -q '/qpdf/JSON.hh' <<<"$said" && ! grep -q "^$PWD/" <<<"$said"; then return; fi
  printf '%s\n' "$said"
  printf '%s\n' "$1" >>"$with_warnings"
}
export -f tidy
with_warnings=$(mktemp)
export with_warnings
trap 'rm -f "$with_warnings"' EXIT

printf '%s\0' "${files[@]}" | xargs -0 -P "$jobs" -n 1 bash -c 'tidy "$1"' tidy
if [ -s "$with_warnings" ]; then
  printf '\n%d of %d files have warnings:\n' "$(wc -l <"$with_warnings")" ${#files[@]}
  sort "$with_warnings"
  exit 1
fi
printf '%d files, no warnings\n' ${#files[@]}
