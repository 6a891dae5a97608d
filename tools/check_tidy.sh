#!/usr/bin/env bash
# clang-tidy over the product's sources (needs a configured build/release; takes minutes). Arguments: files, default all.
set -euo pipefail
cd "$(dirname "$0")/.."
files=("$@")
[ ${#files[@]} -gt 0 ] || mapfile -t files < <(git ls-files 'record/*.cc' 'text/*.cc' 'schemes/*.cc' 'ingest/*.cc' 'ocr/*.cc' 'parse/*.cc' \
  'normalize/*.cc' 'check/*.cc' 'export/*.cc' 'store/*.cc' 'app/*.cc' | grep -v 'kernel_')
clang-tidy -p build/release --quiet "${files[@]}"
