#!/usr/bin/python3
"""Lists the score cells that were read wrong from images, and what the findings say of each.

    misread_verdicts.py --truth DIR... --records DIR...

A cell is called `misread` or `undetermined` by the findings that have it among their operands; `silent` where no finding
has, although a rule could have seen it, `free` where none could. A rule that accuses the report of a cell that
was only read wrong is `report_error`: the worst. `unread` cells gave no number; a blank is better than a wrong one.
"""

import argparse
import collections

from score_cells import cells_of, documents, is_on_image

STRENGTH = ("report_error", "undetermined", "misread")


def columns_beside(path):
    """Numbers that the same row must hold for a rule of the row: maximum × percentage = score."""
    stem, column = path.rsplit(".", 1)
    return ["%s.%s" % (stem, other) for other in ("max", "percent", "score") if other != column]


def is_covered(cell, cells):
    """Whether a rule ties the number to others that were read: its row's product, or a sum that stands on the form."""
    read = {c.path for c in cells if c.read is not None}
    parts = cell.path.split(".")
    if parts[1] == "items":
        row = columns_beside(cell.path)
        if all(path in read for path in row):
            return True
        return parts[-1] != "percent" and any(path.startswith("scores.sections.") for path in read)
    if parts[1] in ("special_deduction", "special_bonus"):
        return "scores.total" in read
    return True  # indicators, sections and totals are sums or parts of one


def verdict_of(cell, record, cells):
    said = set()
    for finding in record["findings"]:
        paths = {operand["path"] for operand in finding["operands"]}
        for hypothesis in finding["hypotheses"]:
            paths.update(change["path"] for change in hypothesis["change"])
        row_lost = finding["rule"] == "score.missing_row" and ".%s." % finding["subject"] in cell.path
        rows_lost = finding["rule"] == "reading.rows" and finding["subject"] == "sections.%s" % cell.section
        if cell.path in paths or cell.read is None and (row_lost or rows_lost):
            said.add(finding["verdict"])
    for verdict in STRENGTH:
        if verdict in said:
            return verdict
    return "silent" if is_covered(cell, cells) else "free"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--truth", nargs="+", required=True)
    parser.add_argument("--records", nargs="+", required=True)
    args = parser.parse_args()
    count, right, table = 0, 0, collections.Counter()
    for name, truth, record in documents(args.truth, args.records):
        cells = cells_of(truth, record)
        for cell in cells:
            if not is_on_image(record, cell):
                continue
            count += 1
            right += cell.right
            if cell.right:
                continue
            kind = "unread" if cell.read is None else "wrong"
            verdict = verdict_of(cell, record, cells)
            table[kind, verdict] += 1
            field = cell.field or {}
            print(
                "%-22s %-44s %-7s %-7s %.4f  %-12s %s"
                % (name, cell.path[7:], cell.printed, cell.read, field.get("confidence", 0), verdict, field.get("proposed", ""))
            )
    print("\n%d cells on images, %d right" % (count, right))
    for (kind, verdict), n in sorted(table.items()):
        print("%-7s %-13s %d" % (kind, verdict, n))


if __name__ == "__main__":
    main()
