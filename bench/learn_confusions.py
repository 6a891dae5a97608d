#!/usr/bin/python3
"""Learns what the recogniser takes for what in numbers, codes and dates, and what each mistake costs to believe.

    learn_confusions.py draw --base DIR --out DIR [--seed N] [--lines N]     lines with known text (base: ocr/training/prepare.py)
    learn_confusions.py learn --reader build/rel/bench/read_lines --model models/attest.traineddata
                              [--table check/confusions.inc] DIR...

`learn` takes folders of pictures of lines (`cuts/NAME.png`) and their texts (`truth.tsv`: name, tab, text), as `draw` and
ocr/training/pages.py make them, in faces or of pages that the model was not trained on. It reads them, aligns what was read
with what is printed, counts the mistakes, and writes the table that check/ decides by. docs/confusions.md tells how the
costs follow from the counts.
"""

import argparse
import collections
import json
import math
import os
import random
import re
import subprocess
import sys

BAD_LEVELS = (1, 2, 2)  # of render.degrade: an office scan, bad scans, faxes and photos
TRAINING = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ocr", "training")

NUMBER = re.compile(r"\d+(\.\d+)?%?")
CODE = re.compile(r"[0-9A-Z]+([-\[\]./]+[0-9A-Z]+)*")
DATE = re.compile(r"\d{4}([年./-]\d{1,2})([月./-]\d{1,2})日?")
WIDTHS = {0x3000: " ", **{0xFF01 + i: chr(0x21 + i) for i in range(94)}, ord("—"): "-", ord("–"): "-"}

MOST_DOUBT = 12.0  # nats, as kMaxReadingCost: nothing is surer
# Counts that stand for what was believed before anything was counted: of an edit, and of a pair of characters.
EDIT_PRIOR = 1.0
PAIR_PRIOR = 0.5
MIRRORED = 0.5  # share of a pair's count that goes to the pair the other way round: the shapes are alike both ways
SHARES = [i / 20 for i in range(21)]

# A wrong number may be the author's as well as the recogniser's. Authors add up wrongly and mistype digits; that a number
# has lost its point, and is ten or a hundred times too large, they see. So many times rarer than other mistakes is this one
# in print, and so much cheaper is it as a misreading.
AUTHOR_SEES = math.log(100)

# name: (what happened, what an author's seeing it takes off its cost)
EDITS = {
    "OtherDigit": ("another digit", 0.0),
    "LostPoint": ("the decimal point lost", AUTHOR_SEES),
    "StrayPoint": ("dirt read as a decimal point", AUTHOR_SEES),
    "LostBeforePoint": ("the digit before the point lost", AUTHOR_SEES),
    "LostEndDigit": ("the first or last digit lost", 0.0),
    "StrayEndDigit": ("a ruling or dirt read as a first or last digit", 0.0),
    "InnerDigit": ("a digit within the number lost or added", 0.0),
}


# -- drawing


def score_number(rng):
    """A number as the cells of score tables have it: a maximum, a percentage, a score, a sum."""
    kind = rng.random()
    if kind < 0.2:
        return str(rng.choice([1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 9, 10, 12, 15, 20, 25, 30]))
    if kind < 0.45:
        return str(rng.randrange(70, 101)) + rng.choice(["%", "%", ""])
    if kind < 0.85:
        return "%d.%0*d" % (rng.randrange(rng.choice([2, 5, 10])), rng.choice([1, 2, 2]), rng.randrange(10))
    places = rng.choice([1, 2, 2, 3])
    return "%d.%s" % (rng.randrange(10, 101), "".join(rng.choice("0123456789") for _ in range(places)))


def draw(args):
    sys.path.insert(0, TRAINING)
    import corpus
    import fonts
    import generate
    import lines
    import render

    rng = random.Random(args.seed)
    source, _ = generate.make_corpus(args.base, rng)
    kinds = [lambda: score_number(rng)] * 7 + [source.registration, source.registration, source.date]
    folder = os.path.join(args.out, "cuts")
    os.makedirs(folder, exist_ok=True)
    made = 0
    with open(os.path.join(args.out, "truth.tsv"), "w", encoding="utf-8") as truth:
        while made < args.lines:
            printed = rng.choice(kinds)()
            image = render.line_image(rng, printed, fonts.HELD_OUT, rng.choice(BAD_LEVELS))
            if image is None or image.width * lines.HEIGHT > generate.MOST_COLUMNS * image.height:
                continue
            image.save(os.path.join(folder, "%06d.png" % made))
            truth.write("%06d.png\t%s\n" % (made, corpus.transcript(printed)))
            made += 1


# -- reading


def folded(text):
    return "".join(text.translate(WIDTHS).split())


def content_of(text):
    """What the column of such a text is read as; None: nothing that the table speaks of."""
    if NUMBER.fullmatch(text):
        return "number"
    if DATE.fullmatch(text):
        return "date"
    if CODE.fullmatch(text) and len(text) >= 4 and any(c.isdigit() for c in text):
        return "code"
    return None


class Reading:
    """One line as it is printed and as it was read."""

    def __init__(self, content, printed, glyphs):
        glyphs = [g for g in glyphs if folded(g[0])]
        self.content, self.printed = content, printed
        self.read = "".join(folded(g[0]) for g in glyphs)
        self.confidence = math.prod(min(1.0, g[1]) for g in glyphs) if glyphs else 0.0
        self.doubt = min(MOST_DOUBT, -math.log(max(1 - self.confidence, math.exp(-MOST_DOUBT))))
        self.others = self.other_readings(glyphs)

    @staticmethod
    def other_readings(glyphs):
        """Whole readings with one glyph exchanged: text → cost."""
        out = {}
        for at, glyph in enumerate(glyphs):
            for text, cost in glyph[2]:
                whole = "".join(folded(text if k == at else g[0]) for k, g in enumerate(glyphs))
                out[whole] = min(cost, out.get(whole, math.inf))
        return out


def read_all(args):
    rows = []
    for folder in args.folders:
        for row in open(os.path.join(folder, "truth.tsv"), encoding="utf-8"):
            name, text = row.rstrip("\n").split("\t", 1)
            printed = folded(text)
            content = content_of(printed)
            if content:
                rows.append((os.path.join(folder, "cuts", name), content, printed))
    listed = "".join("%s\t%s\n" % row[:2] for row in rows)
    run = subprocess.run([args.reader, args.model], input=listed, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    return [Reading(row[1], row[2], glyphs) for row, glyphs in zip(rows, answers) if glyphs is not None]


# -- counting


def align(read, printed):
    """Edits as (character read or "", character printed or "", place in what was read)."""
    cost = [[0] * (len(printed) + 1) for _ in range(len(read) + 1)]
    for i in range(len(read) + 1):
        for j in range(len(printed) + 1):
            if i and j:
                cost[i][j] = min(
                    cost[i - 1][j - 1] + (read[i - 1] != printed[j - 1]), cost[i - 1][j] + 1, cost[i][j - 1] + 1
                )
            else:
                cost[i][j] = i + j
    i, j, edits = len(read), len(printed), []
    while i or j:
        if i and j and cost[i][j] == cost[i - 1][j - 1] + (read[i - 1] != printed[j - 1]):
            i, j = i - 1, j - 1
            if read[i] != printed[j]:
                edits.append((read[i], printed[j], i))
        elif i and cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
            edits.append((read[i], "", i))
        else:
            j -= 1
            edits.append(("", printed[j], i))
    return edits


def edit_name(edit, read):
    """The edit of EDITS that this is; None where it is none of them."""
    seen, printed, at = edit
    if seen and printed:
        return "OtherDigit" if seen.isdigit() and printed.isdigit() else None
    character = seen or printed
    if character == ".":
        return "LostPoint" if printed else "StrayPoint"
    if not character.isdigit():
        return None
    if printed:
        if at == 0 and read.startswith("."):
            return "LostBeforePoint"
        return "LostEndDigit" if at in (0, len(read)) else "InnerDigit"
    return "StrayEndDigit" if at in (0, len(read) - 1) else "InnerDigit"


class Counts:
    def __init__(self):
        self.lines, self.wrong = collections.Counter(), collections.Counter()
        self.pairs = collections.Counter()  # (read, printed) → glyphs, of all kinds of lines
        self.doubts = []  # of numbers
        self.events = {name: [] for name in EDITS}  # doubts of the numbers with this one edit
        self.listed = self.unlisted = 0  # misread numbers of the right length: the truth among the other readings, or not

    def add(self, line):
        self.lines[line.content] += 1
        edits = align(line.read, line.printed)
        self.wrong[line.content] += bool(edits)
        if len(edits) * 3 <= max(3, len(line.printed)):  # what was read as something else altogether teaches nothing
            self.pairs.update((e[0], e[1]) for e in edits if e[0] and e[1])
        if line.content == "number":
            self.add_number(line, edits)

    def add_number(self, line, edits):
        read = line.read.rstrip("%")
        self.doubts.append(line.doubt)
        edits = [e for e in edits if "%" not in e[:2]]
        if len(edits) != 1:
            return
        name = edit_name(edits[0], read)
        if name:
            self.events[name].append(line.doubt)
        if name == "OtherDigit" and line.others:
            self.listed += line.printed in line.others
            self.unlisted += line.printed not in line.others


# -- costs


def fit(events, doubts):
    """(cost, share): where the recogniser has doubt d, the edit's probability is exp(-cost - share * d).

    Poisson likelihood over all numbers; the cost that is best for a share has a closed form, shares are tried.
    """
    count = len(events) + EDIT_PRIOR
    total = sum(events) + EDIT_PRIOR * sum(doubts) / len(doubts)
    best = None
    for share in SHARES:
        cost = math.log(sum(math.exp(-share * d) for d in doubts) / count)
        likelihood = -cost * count - share * total
        if best is None or likelihood > best[0]:
            best = (likelihood, cost, share)
    return best[1:]


DIGITS = "0123456789"
CHARACTERS = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class PairCosts:
    """-ln of the probability that this is printed, where that was read and is wrong.

    A digit stands for one of the nine others; where a letter is read or printed, all characters of a code are possible.
    """

    def __init__(self, pairs):
        self.counts = {
            (a, b): pairs[a, b] + MIRRORED * pairs[b, a] for a in CHARACTERS for b in CHARACTERS if a != b
        }

    def cost(self, read, printed):
        among = DIGITS if read in DIGITS and printed in DIGITS else CHARACTERS
        others = [c for c in among if c != read]
        whole = sum(self.counts[read, c] + PAIR_PRIOR for c in others)
        return -math.log((self.counts[read, printed] + PAIR_PRIOR) / whole)

    def unseen(self):
        """The mean over the digits of what a pair costs that was never counted."""
        costs = []
        for read in DIGITS:
            whole = sum(self.counts[read, c] + PAIR_PRIOR for c in DIGITS if c != read)
            costs.append(-math.log(PAIR_PRIOR / whole))
        return sum(costs) / len(costs)

    def rows(self):
        """(count, read, printed, cost) of all pairs that were counted, most frequent first."""
        seen = [(n, read, printed, self.cost(read, printed)) for (read, printed), n in self.counts.items() if n]
        return sorted(seen, key=lambda row: (-row[0], row[1:3]))


TABLE_HEAD = """// What the recogniser takes for what, and what it costs in nats to believe that it did. Learned by
// bench/learn_confusions.py from {lines} lines with known text, {wrong} of them read wrong; how is told in
// docs/confusions.md.
//
// EDIT(name, cost, share): the number has this mistake with probability exp(−cost − share × doubt).
// CONFUSION(read, printed, cost): what is printed where the character was read wrong, on top of OtherDigit.
// UNSEEN_PAIR(cost): the same of two characters that were never taken for each other.
// UNLISTED(cost): the recogniser listed other readings, but not the right one; on top of both.
"""


def write_table(path, counts):
    pairs = PairCosts(counts.pairs)
    with open(path, "w", encoding="utf-8") as table:
        table.write(TABLE_HEAD.format(lines=sum(counts.lines.values()), wrong=sum(counts.wrong.values())))
        for name, (what, seen) in EDITS.items():
            cost, share = fit(counts.events[name], counts.doubts)
            table.write("EDIT(%s, %.2f, %.2f)  // %d: %s\n" % (name, cost - seen, share, len(counts.events[name]), what))
        whole = counts.listed + counts.unlisted + 2 * EDIT_PRIOR
        table.write("UNLISTED(%.2f)\n" % -math.log((counts.unlisted + EDIT_PRIOR) / whole))
        table.write("UNSEEN_PAIR(%.2f)\n" % pairs.unseen())
        for count, read, printed, cost in pairs.rows():
            table.write("CONFUSION('%s', '%s', %.2f)  // %g\n" % (read, printed, cost, count))


# -- the report


BANDS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999)


def print_report(lines, counts):
    for content, n in sorted(counts.lines.items()):
        print("%-8s %6d lines, %5d wrong" % (content, n, counts.wrong[content]))
    print("\nnumbers by confidence")
    numbers = [line for line in lines if line.content == "number"]
    for low, high in zip(BANDS, BANDS[1:] + (1.1,)):
        band = [line for line in numbers if low <= line.confidence < high]
        print("from %.4f %6d, %4d wrong" % (low, len(band), sum(line.read != line.printed for line in band)))
    print("\nedits: how often, -ln of the probability at doubt d, and at confidence 0.6, 0.95, 0.999")
    for name, events in counts.events.items():
        cost, share = fit(events, counts.doubts)
        at = ["%5.1f" % (cost - share * math.log(1 - confidence)) for confidence in (0.6, 0.95, 0.999)]
        print("%-16s %4d  %.2f + %.2f d %s" % (name, len(events), cost, share, " ".join(at)))
    print("\nmisread digits with the right one among the other readings: %d, without: %d" % (counts.listed, counts.unlisted))


def learn(args):
    lines = read_all(args)
    counts = Counts()
    for line in lines:
        counts.add(line)
    print_report(lines, counts)
    if args.table:
        write_table(args.table, counts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(required=True)
    drawing = verbs.add_parser("draw")
    drawing.add_argument("--base", required=True)
    drawing.add_argument("--out", required=True)
    drawing.add_argument("--seed", type=int, default=4711)
    drawing.add_argument("--lines", type=int, default=16000)
    drawing.set_defaults(run=draw)
    learning = verbs.add_parser("learn")
    learning.add_argument("--reader", required=True)
    learning.add_argument("--model", required=True)
    learning.add_argument("--table", help="where to write the table; without it only the counts are printed")
    learning.add_argument("folders", nargs="+")
    learning.set_defaults(run=learn)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
