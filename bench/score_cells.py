"""The numbers of score tables in a truth file beside those of a record, for scripts that measure readings."""

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path

SINGLES = ("special_deduction", "special_bonus", "total", "result_score")
ON_IMAGE = ("scan", "mixed")  # kinds of pages whose text was recognised


def decimal(text):
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return None


class Cell:
    """One number: its path as findings name it, what is printed, and the record's field (None: none was read)."""

    def __init__(self, path, printed, field, section=None):
        self.path, self.printed, self.field, self.section = path, printed, field, section
        self.read = None if field is None else field["value"]
        self.right = decimal(self.read) == decimal(printed) if field is not None else False


def row_name(row):
    return row.get("code") or row.get("clause")


def cells_of(truth, record):
    """Every number that the truth holds, in the order of the form; items whose row was not found have no field."""
    out = []

    def add(path, printed, field, section=None):
        if printed is not None:
            out.append(Cell(path, printed, field, section))

    theirs = record["scores"]
    tables = (("items", row_name, ("max", "percent", "score")), ("indicators", lambda r: r["name"], ("max", "score")))
    for table, name_of, columns in tables + (("sections", lambda r: r["section"], ("max", "score")),):
        rows = {name_of(row): row for row in theirs[table]}
        for row in truth["scores"].get(table, []):
            for column in columns:
                read = rows.get(name_of(row), {})
                add("scores.%s.%s.%s" % (table, name_of(row), column), row.get(column), read.get(column), row["section"])
    for name in SINGLES:
        add("scores." + name, truth["scores"].get(name), theirs.get(name))
    return out


def is_on_image(record, cell):
    """Whether the number was recognised; where none was read, whether the record has recognised pages at all."""
    if cell.field is None:
        return any(page["origin"] in ON_IMAGE for page in record["source"]["pages"])
    pages = {page["page"]: page["origin"] for page in record["source"]["pages"]}
    return pages.get(cell.field.get("page")) in ON_IMAGE


def documents(truth_folders, record_folders):
    """(name, truth, record) of every truth file that one of the folders has a record of."""
    for folder in truth_folders:
        for path in sorted(Path(folder).glob("*.truth.json")):
            name = path.name.removesuffix(".truth.json")
            for records in record_folders:
                record = Path(records) / (name + ".json")
                if record.exists():
                    truth = json.loads(path.read_text(encoding="utf-8"))
                    if "scores" in truth:
                        yield name, truth, json.loads(record.read_text(encoding="utf-8"))
                    break
