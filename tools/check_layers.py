#!/usr/bin/env python3
"""Proves that includes run one way: each folder may include only the folders named for it here."""
import pathlib
import re
import sys

BASE = {"record", "text", "schemes"}
ALLOWED = {
    "record": set(),
    "text": {"record"},
    "schemes": {"record", "text"},
    "ingest": BASE,
    "ocr": BASE,
    "parse": BASE,
    "normalize": BASE,
    "check": BASE,
    "export": BASE,
    "store": BASE | {"export"},
}
ALLOWED["app"] = set(ALLOWED)
ALLOWED["tests"] = ALLOWED["bench"] = ALLOWED["fuzz"] = set(ALLOWED) | {"app", "tests"}

root = pathlib.Path(__file__).resolve().parent.parent
wrong = 0
files = 0
for folder, allowed in ALLOWED.items():
    for path in sorted((root / folder).rglob("*")):
        if path.suffix not in (".h", ".cc"):
            continue
        files += 1
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = re.match(r'\s*#\s*include\s+"([^"/]+)/', line)
            target = match and match.group(1)
            if target in ALLOWED and target != folder and target not in allowed:
                print(f"{path.relative_to(root)}:{number}: {folder} must not include {target}", file=sys.stderr)
                wrong += 1
print(f"layers: {files} files, {wrong} includes against the order")

# Two types of one name in one namespace link without a word and overwrite each other's memory.
places = {}
for folder in set(ALLOWED) - {"tests"}:
    for path in sorted((root / folder).rglob("*.h")):
        namespace = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := re.match(r"namespace (\S+) {", line):
                namespace = match.group(1)
            elif match := re.match(r"(?:struct|class|enum class) (\w+)(?: final)?(?: :[^:].*)? {", line):
                places.setdefault(f"{namespace}::{match.group(1)}", []).append(path.relative_to(root))
for name, paths in sorted(places.items()):
    if len(paths) > 1:
        print(f"{name} is defined {len(paths)} times: {', '.join(map(str, paths))}", file=sys.stderr)
        wrong += 1
sys.exit(1 if wrong else 0)
