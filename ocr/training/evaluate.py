#!/usr/bin/python3
"""Reads the test sets of generate.py with several models; character error rate and share of exact lines.

    evaluate.py --sets DIR MODEL.traineddata...

Blanks, full-width forms, commas and quotes are folded on both sides, so that models with other conventions for them are
compared fairly. Sets named numbers_* are read in raw-line mode (PSM 13), the others as single lines (PSM 7).
"""

import argparse
import os
import subprocess
import sys

import corpus

FOLD = dict(corpus.WIDTHS)
FOLD.update(str.maketrans({"，": ",", "“": '"', "”": '"', "‘": "'", "’": "'", "〇": "○", "＂": '"', "●": "●"}))


def fold(text):
    return "".join(text.split()).translate(FOLD)


def distance(left, right):
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def read_set(model, folder, count, mode):
    """One line of text for each image, in one run of tesseract."""
    images = "".join(os.path.join(folder, "%04d.png\n" % at) for at in range(count))
    place, name = os.path.split(os.path.abspath(model))
    command = [
        "tesseract",
        "stdin",
        "stdout",
        "--psm",
        str(mode),
        "--tessdata-dir",
        place,
        "-l",
        name.removesuffix(".traineddata"),
    ]
    run = subprocess.run(
        command, input=images, capture_output=True, text=True, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"}
    )
    pages = run.stdout.split("\f")[:count]
    return ["".join(page.split("\n")) for page in pages]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sets", required=True)
    parser.add_argument("--only", default="", help="comma separated names")
    parser.add_argument("--errors", type=int, default=0, help="wrong lines to show for each set and model")
    parser.add_argument("--first", type=int, help="read only so many lines of each set")
    parser.add_argument("models", nargs="+")
    args = parser.parse_args()
    only = [name for name in args.only.split(",") if name]
    print("set".ljust(15), *(os.path.basename(m).removesuffix(".traineddata").rjust(19) for m in args.models))
    for name in sorted(os.listdir(args.sets)):
        if only and name not in only:
            continue
        folder = os.path.join(args.sets, name)
        truth = open(os.path.join(folder, "truth.txt"), encoding="utf-8").read().split("\n")[:-1][: args.first]
        cells, wrong = [], []
        for model in args.models:
            lines = read_set(model, folder, len(truth), 13 if name.startswith("numbers") else 7)
            pairs = [(fold(t), fold(l)) for t, l in zip(truth, lines)]
            edits = sum(distance(t, l) for t, l in pairs)
            exact = sum(t == l for t, l in pairs)
            cells.append("%8.2f %% %6.1f %%" % (100 * edits / sum(len(t) for t, _ in pairs), 100 * exact / len(pairs)))
            wrong += [(os.path.basename(model), t, l) for t, l in pairs if t != l][: args.errors]
        print(name.ljust(15), *(c.rjust(19) for c in cells))
        for line in wrong:
            print("   ", *line)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
