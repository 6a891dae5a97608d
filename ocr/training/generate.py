#!/usr/bin/python3
"""Writes training lines (.lstmf) or test sets (PNG and text).

    generate.py --base DIR --seed N --lines N --out FILE.lstmf      DIR: output of prepare.py
    generate.py --base DIR --seed N --lines N --test-set DIR        200 lines a set, held-out faces
"""

import argparse
import io
import os
import random
import struct
import subprocess

import charset
import corpus
import fonts
import render

LEVELS = (0, 0, 1, 1, 1, 2, 2)  # clean, office scan, bad scan
MOST_COLUMNS = 2200  # pixels at 48 high: longer lines are rare and slow
DPI = 300

# name: (kind of line, level, blank-separated extra)
TEST_SETS = {
    "clean300": (None, 0), "scan200": (None, 1), "bad": (None, 2), "numbers_clean": ("number", 0), "numbers_scan": ("number", 1),
    "numbers_bad": ("number", 2), "boxes_clean": ("boxes", 0), "boxes_scan": ("boxes", 1), "hanzi_common": ("common_hanzi", 0),
    "hanzi_new": ("rare", 0), "names": ("person", 0), "names_scan": ("person", 1),
}


def vocabulary(base):
    """The words of the packaged model's own dictionary that are wholly Chinese."""
    path = os.path.join(base, "words.txt")
    if not os.path.exists(path):
        subprocess.run(["dawg2wordlist", os.path.join(base, "base.lstm-unicharset"), os.path.join(base, "base.lstm-word-dawg"), path],
                       check=True, capture_output=True)
    words = open(path, encoding="utf-8").read().split()
    return tuple(sorted(w for w in words if all(charset.is_han(c) for c in w) and len(w) > 1))


def make_corpus(base, rng, kinds=""):
    old = set(charset.characters(charset.read_unicharset(os.path.join(base, "base.lstm-unicharset"))))
    now = charset.characters(charset.read_unicharset(os.path.join(base, "start.lstm-unicharset")))
    hanzi = [c for c in now if len(c) == 1 and charset.is_han(c)]
    table = charset.standard_hanzi()
    common = tuple(c for c in table[:3500] if c in set(now))
    new = tuple(c for c in hanzi if c not in old)
    source = corpus.Corpus(rng, vocabulary(base), tuple(hanzi), new, common)
    weights = dict(pair.split("=") for pair in kinds.split(",") if pair)
    source.kinds = [(kind, int(weights.get(kind.__name__, weight))) for kind, weight in source.kinds]
    return source, set(now) | {" "}


def writable(text, known):
    return text and all(c == " " or c in known for c in text)


def lstmf_page(image, text):
    """One ImageData record, as Tesseract 5.3 reads it: image and one box around the whole line."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1, dpi=(DPI, DPI))
    png, raw = buffer.getvalue(), text.encode("utf-8")
    packed = lambda data: struct.pack("<I", len(data)) + data
    page = struct.pack("<B", 1) + packed(b"") + struct.pack("<i", 0) + packed(png) + packed(b"chi_sim") + packed(raw)
    page += struct.pack("<Ihhhh", 1, 0, 0, min(image.width, 32767), image.height)
    page += struct.pack("<I", 1) + packed(raw) + struct.pack("<b", 0)
    return page


def draw_lines(args, rng, source, known, faces, level_of, kind=None):
    made = 0
    while made < args.lines:
        if kind == "common_hanzi":
            name, printed = kind, "".join(source.pick(source.common) for _ in range(rng.randrange(10, 20)))
        elif kind:
            name, printed = kind, getattr(source, kind)().strip()
        else:
            name, printed = source.line()
        text = corpus.transcript(printed)
        if not writable(text, known):
            continue
        image = render.line_image(rng, printed, faces, level_of())
        if image is None or image.width * 48 > MOST_COLUMNS * image.height:
            continue
        made += 1
        yield name, image, text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--lines", type=int, required=True)
    parser.add_argument("--out")
    parser.add_argument("--test-set")
    parser.add_argument("--kinds", default="", help="kind=weight,...: other weights than the usual ones")
    args = parser.parse_args()

    rng = random.Random(args.seed)
    source, known = make_corpus(args.base, rng, args.kinds)
    if args.out:
        pages = [lstmf_page(image, text) for _, image, text in
                 draw_lines(args, rng, source, known, fonts.TRAIN, lambda: rng.choice(LEVELS))]
        with open(args.out, "wb") as file:
            file.write(struct.pack("<I", len(pages)) + b"".join(pages))
    if args.test_set:
        for number, (name, (kind, level)) in enumerate(TEST_SETS.items()):
            rng.seed(args.seed * 1000 + number)
            source.pending = []
            folder = os.path.join(args.test_set, name)
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, "truth.txt"), "w", encoding="utf-8") as truth:
                for at, (_, image, text) in enumerate(draw_lines(args, rng, source, known, fonts.HELD_OUT, lambda: level, kind)):
                    image.save(os.path.join(folder, "%04d.png" % at), dpi=(DPI, DPI))
                    truth.write(text + "\n")


if __name__ == "__main__":
    main()
