#!/usr/bin/python3
"""The mean of the packaged and the tuned weights, and the final integer model.

    blend.py --base DIR --tuned FLOAT.lstm --share S --out NAME.traineddata

A short training on synthetic lines forgets some of what the packaged model knows about print; a weighted mean of both
reads better than either. Rows of new symbols are taken from the tuned network alone.
"""

import argparse
import os
import shutil

import network
import train


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--tuned", required=True)
    parser.add_argument("--share", type=float, required=True, help="of the tuned weights, 0 to 1")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    packaged = network.Model(open(os.path.join(args.base, "base.lstm"), "rb").read())
    model = network.Model(open(args.tuned, "rb").read())
    for old, new in zip(packaged.walk(), model.walk()):
        for before, after in zip(old.get("matrices", []), new.get("matrices", [])):
            known = after["weights"][: len(before["weights"])]
            known *= args.share
            known += (1 - args.share) * before["weights"]
    train.write_integer(network_model=model, base=args.base, out=args.out)


if __name__ == "__main__":
    main()
