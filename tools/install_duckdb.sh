#!/bin/sh
# Installs DuckDB's C library, with which `attest export --to parquet` writes, from its npm package.
#   tools/install_duckdb.sh [FOLDER]      default: ~/.local/share/attest/lib, where attest looks for it
# The package, its version and its digest are pinned; npm checks what it fetches against the digest.
set -eu

version=1.5.6-r.1
package=@duckdb/node-bindings-linux-x64
integrity=sha512-IXcrZJE6kEqM0Z4wwdVnGBHX/frOS33VPNAwDXQ/Q+Fs84b058Qe94chrCCIcNJlG8Y3UHIUU4eBeCQxW5mN1Q==
folder=${1:-${XDG_DATA_HOME:-$HOME/.local/share}/attest/lib}

case $(uname -sm) in
  "Linux x86_64") ;;
  *) echo "install_duckdb: this package is for Linux on x86-64; set ATTEST_DUCKDB to a libduckdb.so of your own" >&2; exit 1 ;;
esac
command -v npm >/dev/null || { echo "install_duckdb: npm is missing (apt-get install npm)" >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(cd "$scratch" && npm pack --silent "$package@$version" >/dev/null)
archive=$(ls "$scratch"/*.tgz)
found=sha512-$(openssl dgst -sha512 -binary "$archive" | base64 -w0)
if [ "$found" != "$integrity" ]; then
  echo "install_duckdb: what was fetched is not $package $version: $found" >&2
  exit 1
fi
tar -xzf "$archive" -C "$scratch"
mkdir -p "$folder"
install -m 644 "$scratch/package/LICENSE" "$folder/libduckdb.LICENSE"
install -m 755 "$scratch/package/libduckdb.so" "$folder/libduckdb.so.new"
mv "$folder/libduckdb.so.new" "$folder/libduckdb.so"
echo "libduckdb.so of DuckDB ${version%-*} is in $folder"
