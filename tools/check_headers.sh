#!/usr/bin/env bash
# Every header compiles alone: it includes what it uses.
set -euo pipefail
cd "$(dirname "$0")/.."
flags=$(pkg-config --cflags poppler-cpp libqpdf lept tesseract re2 libpq 2>/dev/null || true)
failed=0
while IFS= read -r header; do
  # shellcheck disable=SC2086
  g++ -std=c++20 -DPOINTERHOLDER_TRANSITION=4 -I. $flags -fsyntax-only -Wall -Wextra -x c++ - <<<"#include \"$header\"" || { echo "does not compile alone: $header" >&2; failed=1; }
done < <(git ls-files '*.h')
[ $failed -eq 0 ] && echo "headers: each compiles alone"
exit $failed
