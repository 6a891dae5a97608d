#!/usr/bin/python3
"""The weighted mean of the weights of several phases of one training: steadier than any of them.

    mean.py --base DIR --out MODEL.traineddata PHASE.lstm=WEIGHT...

The weights should add up to one. The phases must come from one another, so that their weights belong together.
"""

import argparse

import network
import train


def matrices(model):
    return [matrix["weights"] for layer in model.walk() for matrix in layer.get("matrices", [])]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("phases", nargs="+")
    args = parser.parse_args()
    parts = []
    for phase in args.phases:
        path, weight = phase.rsplit("=", 1)
        parts.append((float(weight), network.Model(open(path, "rb").read())))
    mean = parts[0][1]
    for same in zip(*(matrices(model) for _, model in parts)):
        same[0][:] = sum(weight * other for (weight, _), other in zip(parts, same))
    train.write_integer(mean, args.base, args.out)


if __name__ == "__main__":
    main()
