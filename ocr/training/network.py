"""Reads and writes the network component (.lstm) of a Tesseract 5 model.

The packaged models hold 8 bit integers, which lstmtraining refuses to continue from. A file is parsed into a tree
of layers, its matrices are turned into doubles (weight = integer * scale of its row), the softmax may grow by new
rows, and the tree is written back in the float format. Layout: src/lstm/{network,plumbing,weightmatrix,
lstmrecognizer}.cpp of Tesseract 5.3, little endian throughout.
"""

import struct

import numpy as np

INT_MODE, DOUBLE_MODE = 1, 128  # flags of a matrix's mode byte; Adam (4) is kept as it is
LAYER_RATES = 64  # network flag: a list of learning rates follows the children
TRAINING_INT_MODE = 1  # flag of the recogniser's tail

PLUMBING = {"Series", "Parallel", "RTLReversed", "TTBReversed", "XYTranspose"}
MATRICES_OF_LSTM = 4  # cell input, input gate, forget gate, output gate


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, layout):
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values if len(values) > 1 else values[0]

    def text(self):
        size = self.take("I")
        self.at += size
        return self.data[self.at - size : self.at].decode("utf-8")

    def array(self, kind, count):
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values


def pack_text(text):
    raw = text.encode("utf-8")
    return struct.pack("<I", len(raw)) + raw


def read_matrix(reader):
    mode = reader.take("B")
    rows, columns = reader.take("II")
    if mode & INT_MODE:
        reader.take("b")  # the array's empty value
        weights = reader.array("<i1", rows * columns).reshape(rows, columns).astype(np.float64)
        weights *= reader.array("<f8", reader.take("I"))[:rows, None]
    else:
        reader.take("d")
        weights = reader.array("<f8", rows * columns).reshape(rows, columns).copy()
    return {"mode": (mode & ~INT_MODE) | DOUBLE_MODE, "weights": weights}


def write_matrix(matrix, integer):
    rows, columns = matrix["weights"].shape
    if integer:  # as WeightMatrix::ConvertToInt: the largest weight of a row becomes 127
        scales = np.abs(matrix["weights"]).max(axis=1) / 127
        divisors = np.where(scales == 0, 1, scales)[:, None]
        weights = matrix["weights"] / divisors
        weights = np.where(weights >= 0, np.floor(weights + 0.5), np.ceil(weights - 0.5)).astype("<i1")
        head = struct.pack("<BIIb", matrix["mode"] | INT_MODE, rows, columns, 0)
        return head + weights.tobytes() + struct.pack("<I", rows) + scales.astype("<f8").tobytes()
    return struct.pack("<BIId", matrix["mode"], rows, columns, 0.0) + matrix["weights"].astype("<f8").tobytes()


def read_layer(reader):
    if reader.take("b") != 0:
        raise ValueError("layer types as numbers (Tesseract 4.0 alpha) are not supported")
    layer = {"type": reader.text()}
    layer["training"], layer["backprop"] = reader.take("bb")
    layer["flags"], layer["ni"], layer["no"], layer["weights"] = reader.take("iiii")
    layer["name"] = reader.text()
    kind = layer["type"]
    if kind in PLUMBING:
        layer["children"] = [read_layer(reader) for _ in range(reader.take("I"))]
        if layer["flags"] & LAYER_RATES:
            layer["rates"] = list(reader.array("<f4", reader.take("I")))
    elif kind == "Input":
        layer["shape"] = reader.take("iiiii")
    elif kind in ("Convolve", "Maxpool"):
        layer["shape"] = reader.take("ii")
    elif "LSTM" in kind:
        layer["states"] = reader.take("i")
        layer["matrices"] = [read_matrix(reader) for _ in range(MATRICES_OF_LSTM)]
    else:  # fully connected: Tanh, Softmax and so on
        layer["matrices"] = [read_matrix(reader)]
    return layer


def write_layer(layer, integer):
    out = struct.pack("<b", 0) + pack_text(layer["type"])
    out += struct.pack(
        "<bbiiii", layer["training"], layer["backprop"], layer["flags"], layer["ni"], layer["no"], layer["weights"]
    )
    out += pack_text(layer["name"])
    if "children" in layer:
        out += struct.pack("<I", len(layer["children"])) + b"".join(write_layer(c, integer) for c in layer["children"])
        if "rates" in layer:
            out += struct.pack("<I", len(layer["rates"])) + np.array(layer["rates"], "<f4").tobytes()
        return out
    if "shape" in layer:
        return out + struct.pack("<%di" % len(layer["shape"]), *layer["shape"])
    if "states" in layer:
        out += struct.pack("<i", layer["states"])
    return out + b"".join(write_matrix(m, integer) for m in layer["matrices"])


class Model:
    """A recogniser: its tree of layers and the tail that follows it in the file."""

    def __init__(self, data):
        reader = Reader(data)
        self.root = read_layer(reader)
        self.spec = reader.text()
        self.training_flags, self.iteration, self.samples, self.null_code = reader.take("iiii")
        self.adam_beta, self.rate, self.momentum = reader.take("fff")
        if reader.at != len(data):
            raise ValueError("%d bytes left behind the network" % (len(data) - reader.at))

    def serialize(self, integer=False):
        flags = self.training_flags & ~TRAINING_INT_MODE | (TRAINING_INT_MODE if integer else 0)
        return (
            write_layer(self.root, integer)
            + pack_text(self.spec)
            + struct.pack(
                "<iiiifff",
                flags,
                self.iteration,
                self.samples,
                self.null_code,
                self.adam_beta,
                self.rate,
                self.momentum,
            )
        )

    def walk(self, layer=None):
        layer = layer or self.root
        yield layer
        for child in layer.get("children", []):
            yield from self.walk(child)

    def set_rates(self, body, softmax):
        """One learning rate for the softmax, another for all the layers before it."""
        for layer in self.walk():
            if "rates" in layer:
                layer["rates"] = [softmax if "oftmax" in c["type"] else body for c in layer["children"]]
        self.rate = body

    def add_outputs(self, count, bias):
        """Gives the softmax new rows: the mean of the old ones, with a low bias so that they stay silent at first."""
        softmax = self.root["children"][-1]
        matrix = softmax["matrices"][0]
        row = matrix["weights"].mean(axis=0)
        row[-1] = bias
        matrix["weights"] = np.vstack([matrix["weights"]] + [row[None, :]] * count)
        added = count * matrix["weights"].shape[1]
        softmax["no"] += count
        softmax["weights"] += added
        self.root["no"] += count
        self.root["weights"] += added
