#!/usr/bin/python3
"""Holds confidences against what is right: how often what a record claims with which confidence is true.

    reliability.py --truth DIR... --records DIR...

For each kind of value read from an image: score cells, short fields, cells of the audit team, marks; by bands of confidence
the number of values, how many are wrong, and the wrong ones that the middle of the band promises.
"""

import argparse
import collections
import unicodedata

from score_cells import ON_IMAGE, cells_of, documents, is_on_image

BANDS = (0.0, 0.5, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999)
LONG = ("review_details", "strengths", "improvements", "sampling_description")  # texts of many lines: one slip makes them wrong
TEAM = ("code", "name", "role", "registration_number", "specialty_code", "phone")


def plain(value):
    return "".join(unicodedata.normalize("NFKC", str(value)).split())


def scores(truth, record):
    for cell in cells_of(truth, record):
        if cell.field is not None and is_on_image(record, cell):
            yield cell.field["confidence"], cell.right, cell.path


def fields(truth, record):
    pages = {page["page"]: page["origin"] for page in record["source"]["pages"]}
    for name, printed in truth["fields"].items():
        field = record["fields"].get(name)
        if printed is None or not field or name in LONG or pages.get(field.get("page")) not in ON_IMAGE:
            continue
        accepted = {plain(printed), *(plain(other) for other in truth.get("accept", {}).get(name, ()))}
        yield field["confidence"], plain(field["value"]) in accepted, "fields." + name


def team(truth, record):
    pages = {page["page"]: page["origin"] for page in record["source"]["pages"]}
    for number, (printed, read) in enumerate(zip(truth.get("audit_team", []), record["audit_team"])):
        for key in TEAM:
            field = read.get(key)
            if field and printed.get(key) is not None and pages.get(field.get("page")) in ON_IMAGE:
                yield field["confidence"], plain(field["value"]) == plain(printed[key]), "audit_team.%d.%s" % (number, key)


def marks(truth, record):
    for group, states in truth["selections"].items():
        for option in record["selections"].get(group, {}).get("options", []):
            wanted = states.get(option["option"])
            if wanted and option["state"] in ("checked", "unchecked") and option.get("page"):
                yield option["confidence"], option["state"] == wanted, "%s.%s" % (group, option["option"])


KINDS = {"score cells": scores, "short fields": fields, "team cells": team, "marks": marks}


def print_table(kind, values, wrong):
    print("\n%s: %d, wrong %d" % (kind, len(values), sum(not right for _, right in values)))
    for low, high in zip(BANDS, BANDS[1:] + (1.01,)):
        band = [(confidence, right) for confidence, right in values if low <= confidence < high]
        if band:
            promised = sum(1 - confidence for confidence, _ in band)
            print("  from %.4f: %5d, %3d wrong, %6.1f promised" % (low, len(band), sum(not r for _, r in band), promised))
    for line in wrong:
        print("    " + line)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--truth", nargs="+", required=True)
    parser.add_argument("--records", nargs="+", required=True)
    args = parser.parse_args()
    values, wrong = collections.defaultdict(list), collections.defaultdict(list)
    for name, truth, record in documents(args.truth, args.records):
        for kind, values_of in KINDS.items():
            for confidence, right, path in values_of(truth, record):
                values[kind].append((confidence, right))
                if not right and confidence >= 0.99:
                    wrong[kind].append("%s %s %.4f" % (name, path, confidence))
    for kind in KINDS:
        print_table(kind, values[kind], wrong[kind])


if __name__ == "__main__":
    main()
