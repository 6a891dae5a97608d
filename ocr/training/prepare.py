#!/usr/bin/python3
"""Turns the packaged integer model into a float model with more characters, ready for lstmtraining.

    prepare.py --base chi_sim.traineddata --out DIR [--body-rate R --softmax-rate R]

Writes DIR/start.lstm (float network) and DIR/start.traineddata (character set, recoder, network; no dictionary).
"""

import argparse
import os
import shutil
import subprocess

import charset
import network

NEW_ROW_BIAS = -2.0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", default="/usr/share/tesseract-ocr/5/tessdata/chi_sim.traineddata")
    parser.add_argument("--out", required=True)
    parser.add_argument("--body-rate", type=float, default=2e-4)
    parser.add_argument("--softmax-rate", type=float, default=8e-4)
    parser.add_argument("--plain", action="store_true", help="float form of the base, nothing added")
    args = parser.parse_args()

    os.makedirs(args.out, exist_ok=True)
    base, start = os.path.join(args.out, "base."), os.path.join(args.out, "start.")
    subprocess.run(["combine_tessdata", "-u", args.base, base], check=True, capture_output=True)
    model = network.Model(open(base + "lstm", "rb").read())
    if args.plain:
        shutil.copy(base + "lstm-unicharset", start + "lstm-unicharset")
        shutil.copy(base + "lstm-recoder", start + "lstm-recoder")
    else:
        symbols, hanzi, left_out = charset.extend(
            base + "lstm-unicharset", base + "lstm-recoder", start + "lstm-unicharset", start + "lstm-recoder"
        )
        model.add_outputs(len(symbols), NEW_ROW_BIAS)
        print(
            "added %d symbols %s and %d hanzi; without a code: %d %s"
            % (len(symbols), "".join(symbols), len(hanzi), len(left_out), "".join(left_out))
        )
    model.set_rates(args.body_rate, args.softmax_rate)
    with open(start + "lstm", "wb") as file:
        file.write(model.serialize())
    shutil.copy(base + "config", start + "config")
    # Tells the reader that lines are to be given to this model as the line finder cuts them.
    with open(base + "version", encoding="utf-8") as old, open(start + "version", "w", encoding="utf-8") as new:
        new.write("attest:" + old.read())
    subprocess.run(["combine_tessdata", start], check=True, capture_output=True)


if __name__ == "__main__":
    main()
