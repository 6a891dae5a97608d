#!/usr/bin/env python3
"""Draws a record over its page: fields green, score cells blue, check boxes violet, operands of findings red.

    tools/overlay.py REPORT.pdf RECORD.json PAGE OUT.png     needs: apt-get install poppler-utils python3-pil fonts-wqy-zenhei
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

DPI = 110
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


def main():
    pdf, record_file, page, out = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    record = json.loads(Path(record_file).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", str(DPI), "-f", str(page), "-l", str(page), "-singlefile", "-png", pdf, f"{folder}/p"], check=True)
        sheet = Image.open(f"{folder}/p.png").convert("RGB")
    findings = [f for f in record["findings"] if any(o.get("page") == page for o in f["operands"])]
    picture = Image.new("RGB", (sheet.width + 620, sheet.height), "white")
    picture.paste(sheet)
    pen = ImageDraw.Draw(picture, "RGBA")
    for kind, (left, top, width, height) in sorted(places(record, page), key=lambda p: p[0] == "finding"):
        k = DPI / 72
        box = (left * k - 2, top * k - 2, (left + width) * k + 2, (top + height) * k + 2)
        pen.rectangle(box, outline=COLOURS[kind], fill=(*COLOURS[kind], 28), width=3 if kind == "finding" else 1)
    head, body = ImageFont.truetype(FONT, 19), ImageFont.truetype(FONT, 16)
    y = 40
    for f in findings:
        x = sheet.width + 24
        pen.text((x, y), f"{f['rule']}  {f['subject']}", COLOURS["finding"], head)
        pen.text((x, y + 28), f"{f['verdict']}   {f['formula']}", (60, 60, 60), body)
        pen.text((x, y + 52), f"expected {f['expected']}   printed {f['actual']}", (20, 20, 20), body)
        message = f["message"]["zh"]
        for n in range(0, len(message), 34):
            y += 24
            pen.text((x, y + 52), message[n:n + 34], (20, 20, 20), body)
        y += 110
    picture.save(out, optimize=True)


if __name__ == "__main__":
    main()
