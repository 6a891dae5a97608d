#!/usr/bin/python3
"""Continues training of a float network on freshly drawn lines (CTC, Adam, bfloat16 products, one core).

    train.py --base DIR --seed N --lines N --rate R [--last-rate R] [--in FLOAT.lstm] --out NAME

DIR is the output of prepare.py. Writes NAME.lstm (float, for the next phase), NAME.adam (moments of the optimiser)
and NAME.traineddata (integer, for use). The rate falls from R to the last rate along half a cosine.
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

import charset
import corpus
import fonts
import generate
import lines
import net
import network
import render

POOL_LINES = 1536  # drawn at once and sorted by width, so that batches need little padding
BATCH_COLUMNS = 2200  # columns of a batch, padding included
MOST_LINES = 16  # of short numbers
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


def draw_pool(rng, source, known, alphabet, count):
    pool = []
    while len(pool) < count:
        _, printed = source.line()
        text = corpus.transcript(printed)
        if not generate.writable(text, known):
            continue
        image = render.line_image(rng, printed, fonts.TRAIN, rng.choice(generate.LEVELS))
        if image is None or image.width * lines.HEIGHT > generate.MOST_COLUMNS * image.height:
            continue
        page, target = lines.prepare(image), alphabet.encode(text)
        if page.shape[1] // net.POOL >= 1.3 * len(target) + 2:  # room for the blanks of CTC
            pool.append((page, target))
    return pool


def batches(rng, pool):
    pool = sorted(pool, key=lambda item: item[0].shape[1])
    groups, group = [], []
    for item in pool:
        columns = item[0].shape[1] // net.POOL
        if group and (columns * (len(group) + 1) > BATCH_COLUMNS or len(group) == MOST_LINES):
            groups.append(group)
            group = []
        group.append(item)
    groups.append(group)
    rng.shuffle(groups)
    return groups


def save(model, network_model, optimiser, args):
    model.store()
    with open(args.out + ".lstm.part", "wb") as file:
        file.write(network_model.serialize())
    os.replace(args.out + ".lstm.part", args.out + ".lstm")
    torch.save(optimiser.state_dict(), args.out + ".adam")
    folder = args.out + ".parts"
    os.makedirs(folder, exist_ok=True)
    for part in ("lstm-unicharset", "lstm-recoder", "version", "config"):
        shutil.copy(os.path.join(args.base, "start." + part), os.path.join(folder, "attest." + part))
    with open(os.path.join(folder, "attest.lstm"), "wb") as file:
        file.write(network_model.serialize(integer=True))
    subprocess.run(["combine_tessdata", os.path.join(folder, "attest.")], check=True, capture_output=True)
    shutil.move(os.path.join(folder, "attest.traineddata"), args.out + ".traineddata")
    shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--lines", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--last-rate", type=float)
    parser.add_argument("--in", dest="source")
    parser.add_argument("--out", required=True)
    parser.add_argument("--kinds", default="", help="kind=weight,...: other weights than the usual ones")
    args = parser.parse_args()
    last_rate = args.rate if args.last_rate is None else args.last_rate

    torch.set_num_threads(1)
    rng, noise = random.Random(args.seed), torch.Generator().manual_seed(args.seed)
    alphabet = Alphabet(args.base)
    source, known = generate.make_corpus(args.base, rng, args.kinds)
    start = args.source or os.path.join(args.base, "start.lstm")
    network_model = network.Model(open(start, "rb").read())
    model = net.Net(network_model)
    body, softmax = list(model.matrices)[:-1], list(model.matrices)[-1:]
    optimiser = torch.optim.Adam([{"params": body}, {"params": softmax}], lr=args.rate, betas=(0.9, 0.998), eps=1e-7)
    moments = os.path.splitext(start)[0] + ".adam"
    if args.source and os.path.exists(moments):
        optimiser.load_state_dict(torch.load(moments))

    done = reported = 0
    loss_sum = codes_sum = columns_sum = 0.0
    started, saved = time.time(), time.time()
    while done < args.lines:
        for group in batches(rng, draw_pool(rng, source, known, alphabet, min(POOL_LINES, args.lines - done))):
            rate = last_rate + (args.rate - last_rate) * 0.5 * (1 + math.cos(math.pi * done / args.lines))
            optimiser.param_groups[0]["lr"], optimiser.param_groups[1]["lr"] = rate, rate * SOFTMAX_FACTOR
            images, widths = net.batch_images([page for page, _ in group])
            scores, columns = model(images, widths, noise)
            lengths = torch.tensor([len(target) for _, target in group])
            targets = torch.tensor([code for _, target in group for code in target])
            loss = F.ctc_loss(scores, targets, columns, lengths, blank=network_model.null_code, reduction="sum",
                              zero_infinity=True)
            optimiser.zero_grad()
            (loss / math.sqrt(float(lengths.sum()) * 8)).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP_NORM)
            optimiser.step()
            done += len(group)
            loss_sum, codes_sum, columns_sum = loss_sum + loss.item(), codes_sum + int(lengths.sum()), columns_sum + int(columns.sum())
            if done - reported >= REPORT_LINES:
                print("%7d lines %6.0f s cpu %6.0f s rate %.2e loss a code %.4f columns a line %.0f"
                      % (done, time.time() - started, time.process_time(), rate, loss_sum / codes_sum,
                         columns_sum / (done - reported)), flush=True)
                reported, loss_sum, codes_sum, columns_sum = done, 0.0, 0.0, 0.0
            if time.time() - saved > SAVE_SECONDS:
                save(model, network_model, optimiser, args)
                saved = time.time()
    save(model, network_model, optimiser, args)


if __name__ == "__main__":
    main()
