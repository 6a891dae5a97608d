"""The network [1,48,0,1 Ct3,3,16 Mp3,3 Lfys64 Lfx96 Lrx96 Lfx512 O1c1] in PyTorch, with the weights of a network.Model.

Products run in bfloat16 (matrix units of the processor), everything else and the master weights in float32. The
recurrence of the LSTM layers, forward and backward, is C (recurrence.c).
"""

import ctypes
import os

import torch
import torch.nn.functional as F

import lines

POOL = 3

native = ctypes.CDLL(os.environ["ATTEST_RECURRENCE"])  # recurrence.c as train.sh builds it


def product(a, b):
    """a @ b.T by the bfloat16 matrix unit, accumulated and returned in float32 precision of its result type."""
    return F.linear(a.bfloat16(), b.bfloat16()).float()


class Product(torch.autograd.Function):
    """Linear layer: x [n, in] @ weight [out, in].T."""

    @staticmethod
    def forward(ctx, x, weight):
        ctx.save_for_backward(x, weight)
        return product(x, weight)

    @staticmethod
    def backward(ctx, grad):
        x, weight = ctx.saved_tensors
        return product(grad, weight.t()) if ctx.needs_input_grad[0] else None, product(grad.t(), x.t())


class Lstm(torch.autograd.Function):
    """x [T, n, in]; matrix [4h, in + h + 1] as in the file: inputs, recurrent state, bias."""

    @staticmethod
    def forward(ctx, x, matrix):
        (steps, lanes, width), size = x.shape, matrix.shape[0] // 4
        inputs = x.reshape(-1, width).bfloat16()
        gates = F.linear(inputs, matrix[:, :width].bfloat16()).float().add_(matrix[:, -1])
        cells, tanhs, outputs = (x.new_empty(steps, lanes, size) for _ in range(3))
        outputs16 = torch.empty(steps, lanes, size, dtype=torch.bfloat16)
        packed = pack(matrix[:, width:-1])
        native.lstm_forward(steps, lanes, size, *addresses(packed, gates, cells, tanhs, outputs, outputs16))
        ctx.save_for_backward(inputs, matrix, gates, cells, tanhs, outputs16)
        return outputs

    @staticmethod
    def backward(ctx, grad):
        inputs, matrix, gates, cells, tanhs, outputs16 = ctx.saved_tensors
        (steps, lanes, size), width = cells.shape, inputs.shape[1]
        grad = grad.clone(memory_format=torch.contiguous_format)
        delta = torch.empty(steps * lanes, 4 * size, dtype=torch.bfloat16)
        now, carry = grad.new_empty(lanes, 4 * size), grad.new_empty(lanes, size)
        packed = pack(matrix[:, width:-1].t())
        native.lstm_backward(steps, lanes, size, *addresses(packed, gates, cells, tanhs, grad, delta, now, carry))
        weights = torch.cat(
            [
                F.linear(delta.t(), inputs.t()).float(),
                F.linear(delta[lanes:].t(), outputs16[:-1].view(-1, size).t()).float(),
                delta.float().sum(0)[:, None],
            ],
            1,
        )
        return F.linear(delta, matrix[:, :width].t().bfloat16()).float().view(steps, lanes, width), weights


def addresses(*tensors):
    return [ctypes.c_void_p(tensor.data_ptr()) for tensor in tensors]


def pack(weights):
    """[outputs, inputs] for recurrence.c."""
    outputs, inputs = weights.shape
    packed = torch.empty(outputs * inputs, dtype=torch.bfloat16)
    native.pack(
        ctypes.c_void_p(weights.data_ptr()), outputs, inputs, weights.stride(0), weights.stride(1), *addresses(packed)
    )
    return packed


lstm = Lstm.apply


class Net(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.layers = [layer for layer in model.walk() if "matrices" in layer]
        stacks = [
            torch.cat([torch.tensor(m["weights"], dtype=torch.float32) for m in layer["matrices"]])
            for layer in self.layers
        ]
        self.matrices = torch.nn.ParameterList([torch.nn.Parameter(stack) for stack in stacks])

    def store(self):
        """Writes the weights back into the model the net was made from."""
        for layer, stack in zip(self.layers, self.matrices):
            for matrix, part in zip(layer["matrices"], stack.detach().chunk(len(layer["matrices"]))):
                matrix["weights"] = part.double().numpy().copy()

    def forward(self, images, widths, noise):
        """images [n, 48, w]; returns log probabilities [T, n, codes] and the columns of each line."""
        features, columns = self.features(images, widths, noise)
        return self.scores(features), columns

    def scores(self, features):
        softmax = self.matrices[-1]
        logits = Product.apply(features.reshape(-1, features.shape[2]), softmax[:, :-1]) + softmax[:, -1]
        return F.log_softmax(logits.view(features.shape[0], features.shape[1], -1), 2)

    def features(self, images, widths, noise):
        """What the softmax sees: [T, n, 512]."""
        columns = widths // POOL
        convolution, down, forward, backward, wide, _ = self.matrices
        count, steps = images.shape[0], int(columns.max())
        # A border of noise, as Tesseract has it; behind shorter lines too.
        padded = F.pad(
            images[:, :, : steps * POOL + 1], (1, 1 + max(0, steps * POOL + 1 - images.shape[2]), 1, 1), value=9.0
        )
        padded = torch.where(padded == 9.0, torch.empty_like(padded).uniform_(-1, 1, generator=noise), padded)
        kernel = convolution[:, :-1].view(-1, 1, 3, 3).transpose(2, 3)  # the file's order is column by column
        x = F.conv2d(padded[:, None], kernel, convolution[:, -1])[:, :, :, : steps * POOL]
        x = torch.tanh(F.max_pool2d(x, POOL))  # [n, 16, 16, T]
        valid = torch.arange(steps)[None, :] < columns[:, None]
        x = x.permute(2, 0, 3, 1)[:, valid]  # [16 rows, columns of all lines, 16]
        summed = lstm(x, down)[-1]
        x = summed.new_zeros(count, steps, summed.shape[1])
        x[valid] = summed
        x = lstm(x.transpose(0, 1), forward)
        # Right to left: each line mirrored within its own length.
        order = torch.arange(steps)[:, None].expand(steps, count)
        mirror = torch.where(order < columns[None, :], columns[None, :] - 1 - order, order)
        index = mirror[:, :, None].expand(-1, -1, x.shape[2])
        x = lstm(x.gather(0, index), backward).gather(0, index)
        return lstm(x, wide), columns


def batch_images(pages):
    """Arrays [48, w] to one tensor; the filler is the noise mark of forward()."""
    widths = torch.tensor([page.shape[1] for page in pages])
    images = torch.full((len(pages), lines.HEIGHT, int(widths.max())), 9.0)
    for at, page in enumerate(pages):
        images[at, :, : page.shape[1]] = torch.from_numpy(page)
    return images, widths
