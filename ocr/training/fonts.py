"""The faces of training and of the test, all from Debian packages, with the characters each one covers."""

import functools
import subprocess

from PIL import ImageFont

ROOT = "/usr/share/fonts/"
NOTO_SANS = (ROOT + "opentype/noto/NotoSansCJK-Regular.ttc", 2)

# (file, index, weight in the draw)
TRAIN = [
    (ROOT + "truetype/arphic/uming.ttc", 0, 26),
    (ROOT + "truetype/arphic-gbsn00lp/gbsn00lp.ttf", 0, 13),
    (ROOT + "truetype/babelstone/BabelStoneHan.ttf", 0, 13),
    (ROOT + "truetype/hanazono/HanaMinA.ttf", 0, 4),  # the shapes of rare hanzi are partly Japanese ones
    (ROOT + "truetype/arphic/ukai.ttc", 0, 16),
    (ROOT + "truetype/wqy/wqy-zenhei.ttc", 0, 10),
    (ROOT + "truetype/wqy/wqy-microhei.ttc", 0, 9),
    (*NOTO_SANS, 7),
    (ROOT + "opentype/noto/NotoSansCJK-Light.ttc", 2, 2),
    (ROOT + "opentype/noto/NotoSansCJK-DemiLight.ttc", 2, 4),
    (ROOT + "opentype/noto/NotoSansCJK-Medium.ttc", 2, 4),
    (ROOT + "opentype/noto/NotoSansCJK-Bold.ttc", 2, 4),
]
HELD_OUT = [
    (ROOT + "opentype/noto/NotoSerifCJK-Regular.ttc", 2, 50),
    (ROOT + "truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf", 0, 30),
    (ROOT + "truetype/arphic-gkai00mp/gkai00mp.ttf", 0, 20),
]
LATIN = [
    (ROOT + "truetype/liberation/LiberationSerif-Regular.ttf", 0, 40),
    (ROOT + "truetype/liberation/LiberationSans-Regular.ttf", 0, 25),
    (ROOT + "truetype/liberation/LiberationSerif-Bold.ttf", 0, 6),
    (ROOT + "truetype/liberation/LiberationSans-Bold.ttf", 0, 6),
    (ROOT + "truetype/liberation/LiberationMono-Regular.ttf", 0, 6),
    (ROOT + "truetype/liberation/LiberationSerif-Italic.ttf", 0, 4),
    (ROOT + "truetype/dejavu/DejaVuSans.ttf", 0, 8),
    (ROOT + "truetype/dejavu/DejaVuSerif.ttf", 0, 5),
]
SYMBOLS = [(ROOT + "truetype/dejavu/DejaVuSans.ttf", 0), (ROOT + "truetype/wqy/wqy-zenhei.ttc", 0), NOTO_SANS]


@functools.lru_cache(maxsize=None)
def coverage(path, index):
    ranges = subprocess.run(
        ["fc-query", "-i", str(index), "--format=%{charset}", path], check=True, capture_output=True, text=True
    ).stdout
    covered = set()
    for part in ranges.split():
        first, _, last = part.partition("-")
        covered.update(range(int(first, 16), int(last or first, 16) + 1))
    return covered


@functools.lru_cache(maxsize=400)
def load(path, index, size):
    return ImageFont.truetype(path, size, index=index)


def draw_weighted(rng, faces):
    at = rng.randrange(sum(face[2] for face in faces))
    for path, index, weight in faces:
        if at < weight:
            return path, index
        at -= weight


def covers(face, char):
    return ord(char) in coverage(*face)


def face_for(char, chain):
    """The first face of the chain that has the character; None where nobody has."""
    for face in chain:
        if covers(face, char):
            return face
    return None
