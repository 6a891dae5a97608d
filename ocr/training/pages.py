#!/usr/bin/python3
"""Draws whole pages of invented reports, degrades them as scanner, fax and camera do, and has attest cut them into lines.

    pages.py --base DIR --attest PROGRAM --seed N --pages N --out DIR

The cuts are what the recogniser gets at work: cleaned, deskewed, between the rulings of their cells, at the em height
of our own line finder. Writes DIR/cuts/*.png and DIR/truth.tsv (cut, text). A cut whose glyphs on the drawn page are
not certain (half a glyph, two lines in one) is left out.
"""

import argparse
import glob
import json
import os
import random
import shutil
import subprocess

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import charset
import corpus
import fonts
import generate
import render

DPI = 300
WIDTH, HEIGHT = 2480, 3508
BATCH_PAGES = 12  # of one document for attest
HALF_GLYPH = 0.25  # share of a glyph's width that a cut may lack
PROFILES = ("scan300", "scan300", "scan200", "scan200", "scan200", "fax", "fax", "photo", "photo")


class Sheet:
    """A page with the place of each glyph: lines are lists of (char, x0, y0, x1, y1); blanks lie between."""

    def __init__(self, rng, source, known, fields):
        self.rng, self.source, self.known, self.weight_of_fields = rng, source, known, fields
        self.image = Image.new("L", (WIDTH, HEIGHT), 255)
        self.pen = ImageDraw.Draw(self.image)
        self.style = render.Style(rng, fonts.TRAIN, rng.randrange(35, 53))
        self.lines = []

    def put(self, text, x, baseline):
        """Draws one line; its right end, or None where a glyph is missing."""
        laid = self.style.lay_out(text, x)
        if laid is None:
            return None
        placed, right = laid
        em = self.style.em
        self.style.draw(self.pen, self.rng, placed, baseline)
        glyphs = iter([(char, a, baseline - 0.85 * em, b, baseline + 0.12 * em) for _, char, a, b in placed])
        self.lines.append([(c, 0, 0, 0, 0) if c in " \u3000" else next(glyphs) for c in text])
        return right

    def wrapped(self, text, width):
        """The text in pieces that fit the width, broken between glyphs but not within a number or a word."""
        pieces, piece, at = [], "", 0
        tokens = []
        for char in text:
            joins = char.isascii() and char not in " " and tokens and tokens[-1][-1].isascii() and tokens[-1] != " "
            if joins:
                tokens[-1] += char
            else:
                tokens.append(char)
        for token in tokens:
            laid = self.style.lay_out(token, 0)
            if laid is None:
                return []
            if piece and at + laid[1] > width:
                pieces.append(piece)
                piece, at = "", 0
            piece += token
            at += laid[1]
        return [p.strip(" ") for p in pieces + [piece] if p.strip(" ")]

    def text(self, kinds=None):
        while True:
            printed = (self.rng.choice(kinds)() if kinds else self.source.line()[1]).strip()
            if generate.writable(corpus.transcript(printed), self.known) and self.style.lay_out(printed, 0):
                return printed

    def title(self, top, left, right):
        """Large bold type in the middle: names of bodies and organizations, kinds of reports."""
        body, self.style = self.style, render.Style(self.rng, fonts.TRAIN, self.rng.randrange(54, 125))
        self.style.stroke = max(1, round(self.style.em * self.rng.uniform(0.015, 0.045)))
        text = self.text([self.source.company_name, lambda: self.rng.choice(self.source.forms)])
        for piece in self.wrapped(text, right - left):
            if top + 1.6 * self.style.em < HEIGHT - 200:
                self.put(piece, (left + right - self.style.lay_out(piece, 0)[1]) / 2, top + self.style.em)
            top += 1.6 * self.style.em
        self.style = body
        return top

    def paragraph(self, top, left, right):
        leading = self.style.em * self.rng.uniform(1.25, 2.0)
        indent = self.rng.choice([0, 0, 2 * self.style.em])
        for _ in range(self.rng.randrange(1, 7)):
            for piece in self.wrapped(self.text(), right - left - indent):
                if top + leading > HEIGHT - 200:
                    return HEIGHT
                end = self.put(piece, left + indent, top + self.style.em)
                if end and self.rng.random() < 0.08:
                    y = top + self.rng.uniform(1.06, 1.2) * self.style.em
                    self.pen.line([left + indent + self.rng.randrange(200), y, end, y], fill=0, width=3)
                top += leading
        return top + self.style.em * self.rng.uniform(0, 1.5)

    def fields(self, top, left, right):
        """Values written on lines, as the first section of a report has them."""
        rng, source, em = self.rng, self.source, self.style.em
        leading, pen, foot = em * rng.uniform(1.5, 2.2), rng.choice([1, 2, 3, 3, 4, 5]), rng.uniform(1.02, 1.2)
        kinds = [source.company, source.hanzi_name, source.address, source.date, source.registration, source.phone, source.form]
        for _ in range(rng.randrange(2, 9)):
            caption = rng.choice(source.forms)[:12] + rng.choice("：:")
            gap = rng.choice([0, rng.uniform(1, 2.5)]) * em
            start = (self.put(caption, left, top + em) or left) + gap
            for number, piece in enumerate(self.wrapped(self.text(kinds), right - start)):
                if top + leading > HEIGHT - 200:
                    return HEIGHT
                end = self.put(piece, start, top + em)
                if end and number == 0:  # caption and value are one line
                    self.lines[-2:] = [self.lines[-2] + [(" ", 0, 0, 0, 0)] * (gap > 0) + self.lines[-1]]
                if end:
                    y = top + foot * em
                    more = rng.choice([0, 0, rng.uniform(0, 6)]) * em
                    self.pen.line([start, y, min(end + more, right), y], fill=0, width=pen)
                top += leading
        return top + em * rng.uniform(0, 1.5)

    def table(self, top, left, right):
        """Rows of figures with a column or two of text, as score sheets and lists of auditors have them."""
        rng, em = self.rng, self.style.em
        count = rng.randrange(3, 9)
        shares = [rng.uniform(1, 3) for _ in range(count)]
        wordy = rng.randrange(count)
        shares[wordy] *= rng.choice([1, 2, 4])
        edges = np.concatenate([[0], np.cumsum(shares)]) / sum(shares) * (right - left) + left
        pen, air = rng.choice([2, 3, 4, 5]), em * rng.uniform(0.25, 0.9)
        source = self.source
        short = [source.cell, source.cell, source.cell, source.hanzi_name, source.registration, source.phone]
        columns = [rng.choice([[source.cell]] * 5 + [short, [source.hanzi_name], [source.date]]) for _ in range(count)]
        if rng.random() < 0.5:
            columns[rng.randrange(count)] = [source.indicator]
        columns[wordy] = [source.form, source.clause, source.company, source.sentence, source.label_value]
        first = top
        for row in range(rng.randrange(3, 22)):
            cells, high = [], 1
            for c in range(count):
                text = rng.choice(source.forms) if row == 0 else "" if rng.random() < 0.04 else self.text(columns[c])
                pieces = self.wrapped(text, edges[c + 1] - edges[c] - 0.5 * em) if text else []
                cells.append(pieces[:6])
                high = max(high, len(cells[-1]))
            leading = 1.25 * em
            bottom = top + high * leading + 2 * air
            if bottom > HEIGHT - 200:
                break
            for c, pieces in enumerate(cells):
                middle = c != wordy and rng.random() < 0.8
                y = (top + bottom - len(pieces) * leading) / 2
                for piece in pieces:
                    wide = self.style.lay_out(piece, 0)[1]
                    room = edges[c + 1] - edges[c]
                    x = edges[c] + ((room - wide) / 2 if middle and wide < room else 0.25 * em)
                    self.put(piece, x, y + 1.0 * em)
                    y += leading
            self.pen.line([left, top, right, top], fill=0, width=pen)
            top = bottom
        self.pen.line([left, top, right, top], fill=0, width=pen)
        for x in edges:
            self.pen.line([x, first, x, top], fill=0, width=pen)
        return top + em * rng.uniform(0.5, 2.5)

    def fill(self):
        left, right = self.rng.randrange(180, 330), WIDTH - self.rng.randrange(180, 330)
        top = self.rng.randrange(180, 320)
        while top < HEIGHT - 320:
            weights = [(self.table, 5), (self.paragraph, 4), (self.fields, self.weight_of_fields), (self.title, 1)]
            block = self.rng.choice([block for block, weight in weights for _ in range(weight)])
            top = block(top, left, right)
        return self


def seal(rng, page):
    """A red seal over the text (RGB)."""
    layer = Image.new("L", page.size, 0)
    draw = ImageDraw.Draw(layer)
    radius = rng.randrange(230, 270)
    x, y = rng.randrange(400, WIDTH - 400), rng.randrange(400, HEIGHT - 400)
    draw.ellipse([x - radius, y - radius, x + radius, y + radius], outline=255, width=rng.randrange(8, 18))
    font = fonts.load(*fonts.TRAIN[0][:2], 70)
    for at in range(14):
        angle = np.pi * (0.85 + 1.3 * at / 13)
        glyph = Image.new("L", (90, 90), 0)
        ImageDraw.Draw(glyph).text((45, 45), rng.choice("某市科技服务有限公司认证专用章"), font=font, fill=255, anchor="mm")
        glyph = glyph.rotate(-np.degrees(angle) - 90, expand=True)
        place = (int(x + 0.8 * radius * np.cos(angle)) - 45, int(y + 0.8 * radius * np.sin(angle)) - 45)
        layer.paste(glyph, place, glyph)
    star = [
        (x + r * np.sin(k * np.pi / 5), y - r * np.cos(k * np.pi / 5)) for k in range(10) for r in [80 if k % 2 == 0 else 32]
    ]
    draw.polygon(star, fill=255)
    ink = np.asarray(layer.filter(ImageFilter.GaussianBlur(1)), np.float32)[:, :, None] / 255 * rng.uniform(0.6, 0.95)
    pixels = np.asarray(page, np.float32)
    return Image.fromarray((pixels * (1 - ink * np.array([0.12, 0.82, 0.78]))).astype(np.uint8))


def bend(rng, image, corners):
    """The sheet's corners moved to the given places of the picture: (image, 3x3 matrix from sheet to picture)."""
    sheet = np.array([(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)], float)

    def matrix(source, target):
        rows = []
        for (x, y), (u, v) in zip(source, target):
            rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        solution = np.linalg.solve(np.array(rows), np.array(target).reshape(-1))
        return np.append(solution, 1).reshape(3, 3)

    back = matrix(corners, sheet)
    size = (int(corners[:, 0].max()), int(corners[:, 1].max()))
    fill = tuple(rng.randrange(30, 110) for _ in range(3)) if image.mode == "RGB" else 255
    return image.transform(size, Image.PERSPECTIVE, back.reshape(-1)[:8], Image.BICUBIC, fillcolor=fill), matrix(
        sheet, corners
    )


def tilt(rng, image, degrees):
    angle = np.radians(rng.uniform(-degrees, degrees))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array([WIDTH / 2, HEIGHT / 2])
    back = turn.T
    shift = middle - back @ middle
    turned = image.transform(
        image.size, Image.AFFINE, (*back[0], shift[0], *back[1], shift[1]), Image.BICUBIC, fillcolor=(255,) * 3
    )
    return turned, np.array([[*turn[0], (middle - turn @ middle)[0]], [*turn[1], (middle - turn @ middle)[1]], [0, 0, 1]])


def lit(rng, image, depth):
    """Uneven light and grey paper."""
    across = np.linspace(1 - rng.uniform(0, depth), 1 - rng.uniform(0, depth), image.width)[None, :, None]
    along = np.linspace(1 - rng.uniform(0, depth), 1 - rng.uniform(0, depth), image.height)[:, None, None]
    low = rng.uniform(0, 70)
    pixels = low + np.asarray(image, np.float32) / 255 * (rng.uniform(215, 255) - low)
    noise = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(1, 9), pixels.shape[:2])[:, :, None]
    return Image.fromarray(np.clip(pixels * across * along + noise, 0, 255).astype(np.uint8))


def photographed(rng, page):
    margin = lambda: rng.randrange(30, 260)
    scale = rng.uniform(0.72, 0.95)
    corners = np.array(
        [
            (margin(), margin()),
            (WIDTH + 300 - margin(), margin()),
            (WIDTH + 300 - margin(), HEIGHT + 300 - margin()),
            (margin(), HEIGHT + 300 - margin()),
        ],
        float,
    ) * scale
    image, to_picture = bend(rng, page.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2))), corners)
    return lit(rng, image, 0.3), to_picture, DPI * scale, "jpg"


def scanned(rng, page, dpi, degrees):
    image, to_picture = tilt(rng, page, degrees)
    if rng.random() < 0.5:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.1)))
    factor = dpi / DPI
    if factor != 1:
        image = image.resize((round(WIDTH * factor), round(HEIGHT * factor)), Image.BICUBIC)
    return lit(rng, image, 0.12), np.diag([factor, factor, 1]) @ to_picture, dpi, "jpg"


def faxed(rng, page):
    image, to_picture, dpi, _ = scanned(rng, page, 200, 0.8)
    pixels = np.asarray(image.convert("L"), np.float32)
    ink, paper = np.percentile(pixels, 1), np.percentile(pixels, 90)
    pixels = np.where(pixels > ink + (paper - ink) * rng.uniform(0.45, 0.7), 255, 0).astype(np.uint8)
    specks = np.random.default_rng(rng.getrandbits(32)).random(pixels.shape)
    pixels[specks < rng.uniform(0, 0.0008)] = 0
    return Image.fromarray(pixels).convert("1"), to_picture, dpi, "png"


def degraded(rng, image, profile):
    """(image, matrix from sheet pixels to picture pixels, dpi, file ending)"""
    page = image.convert("RGB")
    if rng.random() < 0.35:
        page = seal(rng, page)
    if profile == "photo":
        return photographed(rng, page)
    if profile == "fax":
        return faxed(rng, page)
    return scanned(rng, page, 300 if profile == "scan300" else 200, 0.8 if profile == "scan300" else 2.0)


def glyphs_in(line, box):
    """Printed text of the line's glyphs whose middle lies in the box; None where one is cut in two."""
    left, top, right, bottom = box
    first = last = None
    for at, (char, x0, y0, x1, y1) in enumerate(line):
        if char in " \u3000" or not top - 2 <= (y0 + y1) / 2 <= bottom + 2 + (y1 - y0) * 0.35:
            continue
        inside = min(x1, right) - max(x0, left)
        if inside <= HALF_GLYPH * (x1 - x0):
            continue
        if inside < (1 - HALF_GLYPH) * (x1 - x0) and char not in "（）：，。、；《》“”！？":
            return None
        first, last = at if first is None else first, at
    return "".join(g[0] for g in line[first : last + 1]) if first is not None else ""


def label(lines, to_points, box):
    """The text of a cut (points of the picture), or None where it is not certain."""
    found = []
    for line in lines:
        moved = []
        for char, x0, y0, x1, y1 in line:
            corners = to_points @ np.array([[x0, x1, x1, x0], [y0, y0, y1, y1], [1, 1, 1, 1]], float)
            corners = corners[:2] / corners[2]
            moved.append((char, *corners.min(1), *corners.max(1)))
        text = glyphs_in(moved, box)
        if text is None:
            return None
        if text:
            found.append(text)
    return found[0] if len(found) == 1 else None


def near(line, to_points, box):
    places = [g for g in line if g[0] not in " \u3000"]
    if not places:
        return False
    x = (places[0][1], places[-1][3])
    y = (places[0][2] + places[0][4]) / 2
    ends = to_points @ np.array([x, (y, y), (1, 1)], float)
    ends = ends[:2] / ends[2]
    return ends[1].min() - 12 <= box[3] and ends[1].max() + 12 >= box[1] and ends[0, 0] - 20 <= box[2] and ends[0, 1] + 20 >= box[0]


def make_batch(rng, source, known, args, number, truth):
    folder = args.out
    pictures = os.path.join(folder, "pages")
    cuts = os.path.join(folder, "raw")
    for path in (pictures, cuts):
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
    drawn = []
    for page in range(BATCH_PAGES):
        sheet = Sheet(rng, source, known, args.fields).fill()
        image, to_picture, dpi, ending = degraded(rng, sheet.image, rng.choice(PROFILES))
        image.save(
            os.path.join(pictures, "page-%02d.%s" % (page + 1, ending)), dpi=(dpi, dpi), quality=rng.randrange(55, 90)
        )
        drawn.append((sheet, np.diag([72 / dpi, 72 / dpi, 1]) @ to_picture))
    subprocess.run(
        [args.attest, "run", pictures, "-o", os.path.join(folder, "records"), "-j", "1", "--debug-images", cuts, "-q"],
        capture_output=True,
    )
    kept = seen = 0
    for page, (sheet, to_points) in enumerate(drawn):
        table = glob.glob(os.path.join(cuts, "**", "page-%d-7-lines.tsv" % (page + 1)), recursive=True)
        for row in open(table[0], encoding="utf-8") if table else []:
            name, *numbers = row.rstrip("\n").split("\t")
            left, top, width, height = map(float, numbers[:4])
            box = (left, top, left + width, top + height)
            printed = label([l for l in sheet.lines if near(l, to_points, box)], to_points, box)
            seen += 1
            text = corpus.transcript(printed) if printed else ""
            if not text:
                continue
            target = "%05d-%s" % (number * BATCH_PAGES + page, os.path.basename(name))
            shutil.move(os.path.join(os.path.dirname(table[0]), os.path.basename(name)), os.path.join(folder, "cuts", target))
            truth.write("%s\t%s\n" % (target, text))
            kept += 1
    truth.flush()
    print("batch %d: %d cuts, %d kept" % (number, seen, kept), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--attest", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--pages", type=int, required=True)
    parser.add_argument("--fields", type=int, default=3, help="weight of values on lines; tables have 5, paragraphs 4")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    source, known = generate.make_corpus(args.base, rng)
    os.makedirs(os.path.join(args.out, "cuts"), exist_ok=True)
    with open(os.path.join(args.out, "truth.tsv"), "w", encoding="utf-8") as truth:
        for number in range(-(-args.pages // BATCH_PAGES)):
            make_batch(rng, source, known, args, number, truth)


if __name__ == "__main__":
    main()
