#!/usr/bin/env python3
"""Draws a record over its page: fields green, score cells blue, check boxes violet, operands of findings red.

    tools/overlay.py REPORT RECORD.json PAGE OUT.png     needs: apt-get install poppler-utils python3-pil fonts-wqy-zenhei

REPORT is a PDF, a TIFF, a picture or a folder of page images. A transcript has lines and no places to draw.
"""
import argparse
import json
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

DPI = 110
PANEL = 620  # pixels for the findings on the right
FONT = "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"
COLOURS = {"field": (26, 137, 74), "score": (36, 99, 235), "mark": (124, 58, 237), "finding": (214, 40, 40)}


def places(record, page):
    """(kind, box) of everything on the page that has a box."""
    def walk(node, kind):
        if isinstance(node, dict):
            if node.get("page") == page and node.get("box"):
                yield kind, node["box"]
            for value in node.values():
                yield from walk(value, kind)
        elif isinstance(node, list):
            for value in node:
                yield from walk(value, kind)
    yield from walk(record["fields"], "field")
    yield from walk(record["audit_team"], "field")
    yield from walk(record["scores"], "score")
    yield from walk(record["selections"], "mark")
    for finding in record["findings"]:
        yield from walk(finding["operands"], "finding")


def pdf_sheet(pdf, page):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", str(DPI), "-f", str(page), "-l", str(page), "-singlefile", "-png", pdf, f"{folder}/p"], check=True)
        return Image.open(f"{folder}/p.png").convert("RGB")


def sheet_of(report, page, width, height):
    """The page upright, at DPI; `width` and `height` in points."""
    size = (round(width * DPI / 72), round(height * DPI / 72))
    if report.is_dir():
        pages = sorted(p for p in report.iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png", ".tif", ".tiff"))
        return ImageOps.exif_transpose(Image.open(pages[page - 1])).convert("RGB").resize(size)
    with report.open("rb") as file:
        if file.read(4) == b"%PDF":
            return pdf_sheet(report, page)
    image = Image.open(report)
    image.seek(page - 1)
    return ImageOps.exif_transpose(image).convert("RGB").resize(size)


def lines_of(text, font, pen):
    """The text cut into lines that fit the panel."""
    line = ""
    for character in text:
        if pen.textlength(line + character, font) > PANEL - 48:
            yield line
            line = ""
        line += character
    yield line


def write_finding(pen, finding, x, y, head, body):
    """Returns where the next one begins."""
    rows = [(finding["rule"] + "  " + finding["subject"], head, COLOURS["finding"]),
            (finding["verdict"] + "   " + (finding["formula"] or ""), body, (60, 60, 60)),
            (f"应为 {finding['expected'] or '-'}   印为 {finding['actual'] or '-'}", body, (20, 20, 20)),
            (finding["message"]["zh"], body, (20, 20, 20))]
    for text, font, colour in rows:
        for line in lines_of(text, font, pen):
            pen.text((x, y), line, colour, font)
            y += 26
    return y + 30


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path)
    parser.add_argument("record", type=Path, metavar="RECORD.json")
    parser.add_argument("page", type=int)
    parser.add_argument("out", metavar="OUT.png")
    return parser.parse_args()


def main():
    asked = arguments()
    page = asked.page
    record = json.loads(asked.record.read_text(encoding="utf-8"))
    measures = next((p for p in record["source"]["pages"] if p["page"] == page), None)
    if measures is None or not measures["width"]:
        raise SystemExit(f"{asked.record}: page {page} is not in the record, or has no image")
    sheet = sheet_of(asked.report, page, measures["width"], measures["height"])
    findings = [f for f in record["findings"] if any(o.get("page") == page for o in f["operands"])]
    picture = Image.new("RGB", (sheet.width + PANEL, sheet.height), "white")
    picture.paste(sheet)
    pen = ImageDraw.Draw(picture, "RGBA")
    for kind, (left, top, width, height) in sorted(places(record, page), key=lambda p: p[0] == "finding"):
        k = DPI / 72
        box = (left * k - 2, top * k - 2, (left + width) * k + 2, (top + height) * k + 2)
        pen.rectangle(box, outline=COLOURS[kind], fill=(*COLOURS[kind], 28), width=3 if kind == "finding" else 1)
    head, body = ImageFont.truetype(FONT, 19), ImageFont.truetype(FONT, 16)
    y = 40
    for finding in findings:
        y = write_finding(pen, finding, sheet.width + 24, y, head, body)
    picture.save(asked.out, optimize=True)


if __name__ == "__main__":
    main()
