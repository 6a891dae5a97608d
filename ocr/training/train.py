#!/usr/bin/python3
"""Continues training of a float network on freshly drawn lines (CTC, Adam, bfloat16 products, one core).

    train.py --base DIR --part all|softmax --seed N --lines N --rate R --last-rate R --in FLOAT.lstm --out NAME

DIR is the output of prepare.py. Writes NAME.lstm (float, for the next phase) and NAME.traineddata (integer, for use).
The rate falls from R to the last rate along half a cosine.
"""

import argparse
import math
import os
import random
import shutil
import subprocess
import time

import torch
import torch.nn.functional as F
from PIL import Image

import charset
import corpus
import fonts
import generate
import lines
import net
import network
import render

POOL_LINES = 600  # drawn at once and sorted by width, so that batches need little padding
BATCH_LINES = 8  # as many lanes as recurrence.c takes in one pass over the weights
SOFTMAX_PASSES = 8  # over the lines of a phase that trains the softmax alone
SOFTMAX_FACTOR = 2.0  # the softmax has new rows to learn
CLIP_NORM = 8.0
REPORT_LINES = 1000
SAVE_SECONDS = 240


class Alphabet:
    def __init__(self, base):
        entries = charset.characters(charset.read_unicharset(os.path.join(base, "start.lstm-unicharset")))
        codes = charset.read_recoder(os.path.join(base, "start.lstm-recoder"))
        self.codes = {char: code for char, (_, code) in zip(entries, codes)}
        self.codes[" "] = self.codes["NULL"]  # how a unicharset file writes the blank

    def encode(self, text):
        return [code for char in text for code in self.codes[char]]


class Cuts:
    """Lines that attest cut out of drawn pages (pages.py), in random order, again and again."""

    def __init__(self, rng, folders):
        self.rng, self.rows, self.open = rng, [], []
        for folder in folders:
            for row in open(os.path.join(folder, "truth.tsv"), encoding="utf-8"):
                name, text = row.rstrip("\n").split("\t")
                self.rows.append((os.path.join(folder, "cuts", name), text))

    def next(self):
        if not self.open:
            self.open = list(self.rows)
            self.rng.shuffle(self.open)
        path, text = self.open.pop()
        return Image.open(path).convert("L"), text


def drawn_line(rng, source):
    _, printed = source.line()
    return render.line_image(rng, printed, fonts.TRAIN, rng.choice(generate.LEVELS)), corpus.transcript(printed)


def draw_pool(rng, source, known, alphabet, count, cuts, share):
    pool = []
    while len(pool) < count:
        image, text = cuts.next() if cuts.rows and rng.random() < share else drawn_line(rng, source)
        if not generate.writable(text, known):
            continue
        if image is None or image.width * lines.HEIGHT > generate.MOST_COLUMNS * image.height:
            continue
        page, target = lines.prepare(image), alphabet.encode(text)
        if page.shape[1] // net.POOL >= 1.3 * len(target) + 2:  # room for the blanks of CTC
            pool.append((page, target))
    return pool


def batches(rng, pool):
    pool = sorted(pool, key=lambda item: item[0].shape[1])
    groups = [pool[at : at + BATCH_LINES] for at in range(0, len(pool), BATCH_LINES)]
    rng.shuffle(groups)
    return groups


def ctc(scores, columns, group, null_code):
    """(loss for the step, mean loss of a code)"""
    lengths = torch.tensor([len(target) for _, target in group])
    targets = torch.tensor([code for _, target in group for code in target])
    loss = F.ctc_loss(scores, targets, columns, lengths, blank=null_code, reduction="sum", zero_infinity=True)
    codes = float(lengths.sum())
    return loss / math.sqrt(8 * codes), loss.item() / codes


def step(optimiser, parameters, loss):
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, CLIP_NORM)
    optimiser.step()


def falling(first, last, share):
    return last + (first - last) * 0.5 * (1 + math.cos(math.pi * share))


class Log:
    def __init__(self):
        self.started, self.losses, self.reported = time.time(), [], 0

    def add(self, done, rate, loss):
        self.losses.append(loss)
        if done - self.reported >= REPORT_LINES:
            print(
                "%7d lines %6.0f s cpu %6.0f s rate %.2e loss a code %.4f"
                % (done, time.time() - self.started, time.process_time(), rate, sum(self.losses) / len(self.losses)),
                flush=True,
            )
            self.reported, self.losses = done, []


def train_softmax(model, groups, null_code, noise, rng, args):
    """The body stays and runs once a line, so that the rows of new symbols learn in many cheap passes."""
    seen, log, done = [], Log(), 0
    with torch.no_grad():
        for group in groups:
            features, columns = model.features(*net.batch_images([page for page, _ in group]), noise)
            seen.append((features, columns, group))
    parameters = [model.matrices[-1]]
    optimiser = torch.optim.Adam(parameters, lr=args.rate)
    for lap in range(SOFTMAX_PASSES):
        rng.shuffle(seen)
        for at, (features, columns, group) in enumerate(seen):
            rate = falling(args.rate, args.last_rate, (lap + at / len(seen)) / SOFTMAX_PASSES)
            optimiser.param_groups[0]["lr"] = rate
            loss, shown = ctc(model.scores(features), columns, group, null_code)
            step(optimiser, parameters, loss)
            done += len(group)
            log.add(done, rate, shown)


def train_all(model, network_model, draw, noise, rng, args):
    body, softmax = list(model.matrices)[:-1], list(model.matrices)[-1:]
    optimiser = torch.optim.Adam([{"params": body}, {"params": softmax}], lr=args.rate, betas=(0.9, 0.998), eps=1e-7)
    done, log, saved = 0, Log(), time.time()
    while done < args.lines:
        for group in batches(rng, draw(min(POOL_LINES, args.lines - done))):
            rate = falling(args.rate, args.last_rate, done / args.lines)
            optimiser.param_groups[0]["lr"], optimiser.param_groups[1]["lr"] = rate, rate * SOFTMAX_FACTOR
            scores, columns = model(*net.batch_images([page for page, _ in group]), noise)
            loss, shown = ctc(scores, columns, group, network_model.null_code)
            step(optimiser, body + softmax, loss)
            done += len(group)
            log.add(done, rate, shown)
            if time.time() - saved > SAVE_SECONDS:
                save(model, network_model, args)
                saved = time.time()


def save(model, network_model, args):
    model.store()
    with open(args.out + ".lstm.part", "wb") as file:
        file.write(network_model.serialize())
    os.replace(args.out + ".lstm.part", args.out + ".lstm")
    write_integer(network_model, args.base, args.out + ".traineddata")


def write_integer(network_model, base, out):
    """The model for use: integer weights, no dictionary."""
    folder = out + ".parts"
    os.makedirs(folder, exist_ok=True)
    for part in ("lstm-unicharset", "lstm-recoder", "version", "config"):
        shutil.copy(os.path.join(base, "start." + part), os.path.join(folder, "attest." + part))
    with open(os.path.join(folder, "attest.lstm"), "wb") as file:
        file.write(network_model.serialize(integer=True))
    subprocess.run(["combine_tessdata", os.path.join(folder, "attest.")], check=True, capture_output=True)
    shutil.move(os.path.join(folder, "attest.traineddata"), out)
    shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--part", choices=("all", "softmax"), default="all")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--lines", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--last-rate", type=float, required=True)
    parser.add_argument("--in", dest="source", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--cuts", default="", help="folders of pages.py, separated by commas")
    parser.add_argument("--cut-share", type=float, default=0.5, help="of the lines, to be taken from there")
    parser.add_argument("--kinds", default="", help="kind=weight,...: other weights than the usual ones")
    args = parser.parse_args()

    torch.set_num_threads(1)
    rng, noise = random.Random(args.seed), torch.Generator().manual_seed(args.seed)
    alphabet = Alphabet(args.base)
    source, known = generate.make_corpus(args.base, rng, args.kinds)
    network_model = network.Model(open(args.source, "rb").read())
    model = net.Net(network_model)
    cuts = Cuts(rng, [folder for folder in args.cuts.split(",") if folder])
    draw = lambda count: draw_pool(rng, source, known, alphabet, count, cuts, args.cut_share)
    if args.part == "softmax":
        train_softmax(model, batches(rng, draw(args.lines)), network_model.null_code, noise, rng, args)
    else:
        train_all(model, network_model, draw, noise, rng, args)
    save(model, network_model, args)


if __name__ == "__main__":
    main()
