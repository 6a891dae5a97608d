"""A line image as the network sees it: 48 pixels high, scaled by Leptonica as Tesseract does, ink at -1, paper at 1."""

import ctypes

import numpy as np

HEIGHT = 48

_lept = ctypes.CDLL("liblept.so.5")
_lept.pixCreate.restype = _lept.pixScale.restype = _lept.pixGetData.restype = ctypes.c_void_p
_lept.pixScale.argtypes = [ctypes.c_void_p, ctypes.c_float, ctypes.c_float]
_lept.pixGetData.argtypes = [ctypes.c_void_p]
for _name in ("pixGetWidth", "pixGetHeight", "pixGetWpl"):
    getattr(_lept, _name).argtypes = [ctypes.c_void_p]


def _words(pix):
    """The pixels of a Pix as an array of rows of bytes (swapped within 32 bit words), not copied."""
    height, words = _lept.pixGetHeight(pix), _lept.pixGetWpl(pix)
    data = ctypes.cast(_lept.pixGetData(pix), ctypes.POINTER(ctypes.c_uint32))
    return np.ctypeslib.as_array(data, (height, words))


def _free(pix):
    _lept.pixDestroy(ctypes.byref(ctypes.c_void_p(pix)))


def scale(pixels):
    """A grey array to 48 rows by pixScale, whose sharpening is part of what the network learns to see."""
    height, width = pixels.shape
    source = _lept.pixCreate(width, height, 8)
    words = _words(source)
    padded = np.zeros((height, words.shape[1] * 4), np.uint8)
    padded[:, :width] = pixels
    words[:] = padded.view(">u4")
    factor = HEIGHT / height
    scaled = _lept.pixScale(source, factor, factor)
    rows = _words(scaled).astype(">u4").view(np.uint8)[:, : _lept.pixGetWidth(scaled)].copy()
    _free(source)
    _free(scaled)
    return rows


def _rank(values, share):
    """STATS::ile of Tesseract: the value below which a share of the samples lies."""
    counts = np.bincount(values, minlength=256)
    target = max(1, int(share * len(values) + 0.5))
    total = np.cumsum(counts)
    at = int(np.searchsorted(total, target))
    return at + 1 - (total[at] - target) / counts[at]


def normalise(pixels):
    """Levels from the local extremes of the middle row, as NetworkIO::Copy2DImage."""
    row = pixels[pixels.shape[0] // 2].astype(np.int64)
    before, now, after = row[:-2], row[1:-1], row[2:]
    low = now[((now < before) & (now <= after)) | ((now <= before) & (now < after))]
    high = now[((now > before) & (now >= after)) | ((now >= before) & (now > after))]
    black = _rank(low, 0.25) if len(low) else _rank(np.array([0]), 0.25)
    white = _rank(high, 0.75) if len(high) else _rank(np.array([255]), 0.75)
    contrast = max(1.0, (white - black) / 2)
    return np.clip((pixels.astype(np.float32) - black) / contrast - 1, -1, 1)


def prepare(image):
    """A PIL image in grey to a float array of 48 rows."""
    pixels = scale(np.asarray(image, np.uint8))
    if pixels.shape[0] != HEIGHT:
        fixed = np.full((HEIGHT, pixels.shape[1]), 255, np.uint8)
        fixed[: min(HEIGHT, pixels.shape[0])] = pixels[:HEIGHT]
        pixels = fixed
    return normalise(pixels)
