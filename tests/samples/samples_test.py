#!/usr/bin/env python3
"""Reads every sample and compares the record with samples/expected.

    samples_test.py ATTEST [--write]      --write: take what is read now as expected (look at the difference first)

A sample with a text layer, a transcript and the rules must agree in every value, box state and finding. A scan is held to the expected
record of its digital twin: a floor for values that must be read, none of the report's own boxes wrong, and no accusation that the twin does
not have. A wrong accusation is worse than a blank.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS, EXPECTED = ROOT / "samples" / "documents", ROOT / "samples" / "expected"
FLOOR = 0.90  # share of values of a scan that must be as printed; the samples read at 0.93 and above
SCANS = {"cts05-fax", "gbt-photo", "gbt-scan-200dpi"}


def value(field):
    return field["value"] if isinstance(field, dict) else field


def essence(record):
    """What a record says, without places and confidences."""
    scores = record.get("scores") or {}
    rows = {table: [{k: value(v) for k, v in row.items() if k not in ("page", "box", "line")} for row in scores.get(table, [])]
            for table in ("items", "indicators", "sections")}
    singles = {k: value(scores.get(k)) for k in ("special_deduction", "special_bonus", "total", "result_score", "result_star_level")}
    return {
        "kind": record["kind"], "scheme": record["scheme"],
        "fields": {k: value(v) for k, v in record["fields"].items()},
        "selections": {g: {o["option"]: o["state"] for o in s["options"]} for g, s in record["selections"].items() if s},
        "audit_team": [{k: value(v) for k, v in m.items()} for m in record["audit_team"]],
        "scores": {**rows, **singles},
        "findings": [[f["rule"], f["subject"], f["severity"], f["verdict"], f["expected"], f["actual"]] for f in record["findings"]],
        "clauses": [c["id"] for c in record.get("clauses") or []], "normative_references": record.get("normative_references") or []}


def leaves(node, path=""):
    if isinstance(node, dict):
        for key, child in node.items():
            yield from leaves(child, f"{path}.{key}")
    elif isinstance(node, list):
        for n, child in enumerate(node):
            yield from leaves(child, f"{path}.{n}")
    else:
        yield path, None if node is None else "".join(str(node).split())


def problems_of(name, read, expected):
    if name not in SCANS:
        a, b = dict(leaves(read)), dict(leaves(expected))
        return [f"{k}: expected {b.get(k)!r}, read {a.get(k)!r}" for k in sorted({*a, *b}) if a.get(k) != b.get(k)]
    found = []
    a, b = dict(leaves({**read, "findings": []})), dict(leaves({**expected, "findings": []}))
    wrong = [k for k in b if a.get(k) != b[k]]
    if len(wrong) > (1 - FLOOR) * len(b):
        found.append(f"{len(wrong)} of {len(b)} values wrong: {wrong[:20]}")
    accused = {tuple(f[:2]) for f in read["findings"] if f[3] == "report_error" and f[2] == "error"}
    false = accused - {tuple(f[:2]) for f in expected["findings"]}
    return found + [f"false accusation {f}" for f in sorted(false)]


def main():
    program, write = sys.argv[1], "--write" in sys.argv
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([program, "run", str(DOCUMENTS), "-o", out, "--to", "json", "-q", "--no-progress-bar"], check=True, stdout=subprocess.DEVNULL)
        records = {p.stem: essence(json.loads(p.read_text(encoding="utf-8"))) for p in Path(out).glob("*.json")}
    failed = 0
    names = {p.stem for p in DOCUMENTS.iterdir()}
    assert names == set(records), f"samples without a record: {names ^ set(records)}"
    for name, read in sorted(records.items()):
        file = EXPECTED / f"{name}.json"
        if write and name not in SCANS:
            file.write_text(json.dumps(read, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        problems = problems_of(name, read, json.loads(file.read_text(encoding="utf-8")))
        failed += bool(problems)
        print(f"{name}: {'as expected' if not problems else 'DIFFERS'}")
        for line in problems[:25]:
            print("   ", line)
    print(f"{len(records) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
