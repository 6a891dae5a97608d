"""Draws a line of text and degrades it as scanners, faxes, cameras and stamps do. Grey, black on white."""

import io
import math

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

import fonts

THIN = set("-—.·_,、。'`~=\"…:;|1lI/+*")  # a crop of just this ink would lose its meaning: keep the em box
BOXES = "□■☑☒√☐"


def draw_box(draw, rng, char, x, baseline, em):
    """A check box as word processors draw it: a square with nothing, a tick, a cross or black inside."""
    side = em * rng.uniform(0.62, 0.86)
    left, bottom = x + (em - side) / 2, baseline + em * rng.uniform(0.0, 0.1)
    top, right = bottom - side, left + side
    pen = max(1, int(em * rng.uniform(0.03, 0.07)))
    draw.rectangle([left, top, right, bottom], outline=0, width=pen, fill=0 if char == "■" else None)
    if char == "☒":
        inset = side * rng.uniform(0.0, 0.15)
        draw.line([left + inset, top + inset, right - inset, bottom - inset], fill=0, width=pen)
        draw.line([left + inset, bottom - inset, right - inset, top + inset], fill=0, width=pen)
    if char == "☑":
        out = side * rng.uniform(-0.15, 0.25)
        draw.line(
            [
                left + side * 0.18,
                top + side * 0.5,
                left + side * 0.42,
                bottom - side * 0.15,
                right + out * -1,
                top + out,
            ],
            fill=0,
            width=pen + 1,
            joint="curve",
        )


class Style:
    """Type of one line or one page: faces, size, how boxes are drawn."""

    def __init__(self, rng, faces, em, latin_share=0.55):
        self.em, self.faces = em, faces
        self.main = fonts.draw_weighted(rng, faces)
        self.latin = fonts.draw_weighted(rng, fonts.LATIN) if rng.random() < latin_share else self.main
        self.symbols = fonts.SYMBOLS if rng.random() < 0.35 else [self.main] + fonts.SYMBOLS
        self.drawn_boxes = rng.random() < 0.3
        self.spread = rng.choice([0, 0, 0, 0, 0, 0, 0, 0.05, 0.12, 0.25]) * em * rng.random()
        # Bold as word processors make it of a face without one; titles are bold.
        self.stroke = max(1, round(em * rng.uniform(0.015, 0.045))) if rng.random() < 0.12 else 0
        self.blank = rng.uniform(0.25, 0.5) * em

    def font(self, char):
        """A font with a glyph for the character, or None where nobody has one."""
        han = ord(char) >= 0x2E80
        chain = [self.latin, self.main] if ord(char) < 127 else [self.main] if han else self.symbols
        face = fonts.face_for(char, chain)
        if face is None:
            others = [fonts.NOTO_SANS] if self.faces is fonts.TRAIN or not han else [f[:2] for f in self.faces]
            face = fonts.face_for(char, others)
        return fonts.load(face[0], face[1], self.em) if face else None

    def lay_out(self, text, x):
        """([(font, char, left, right)], right end) with blanks left out and a box to be drawn without a font."""
        placed = []
        for char in text:
            font = None
            if char == " ":
                advance = self.blank
            elif char == "\u3000":
                advance = self.em
            elif char in BOXES and self.drawn_boxes and char != "√":
                advance = self.em + self.spread
                placed.append((None, char, x, x + self.em))
            else:
                font = self.font(char)
                if font is None:
                    return None
                advance = font.getlength(char) + self.spread
                placed.append((font, char, x, x + font.getlength(char)))
            x += advance
        return placed, x

    def draw(self, draw, rng, placed, baseline):
        for font, char, left, _ in placed:
            if font is None:
                draw_box(draw, rng, char, left, baseline, self.em)
            else:
                draw.text((left, baseline), char, font=font, fill=0, anchor="ls", stroke_width=self.stroke)


def draw_line(rng, text, faces, latin_share=0.55):
    """The line on a generous white ground: (image, em, baseline) or None where a glyph is missing."""
    em = rng.randrange(30, 58)
    style = Style(rng, faces, em, latin_share)
    laid = style.lay_out(text, 3.0 * em)
    if laid is None:
        return None
    placed, right = laid
    image = Image.new("L", (int(right + 3 * em), 4 * em), 255)
    baseline = int(2.4 * em)
    style.draw(ImageDraw.Draw(image), rng, placed, baseline)
    return image, em, baseline


def crop_line(rng, image, em, baseline, text):
    """The line's box with a little air: around the ink or around the em square; sometimes rules and neighbours."""
    ink = Image.eval(image, lambda v: 255 - v).getbbox()
    if ink is None:
        return None
    left, top, right, bottom = ink
    em_top, em_bottom = baseline - int(0.88 * em), baseline + int(0.14 * em)
    if rng.random() < 0.65 or set(text) <= THIN or bottom - top < 0.45 * em:
        top, bottom = min(top, em_top), max(bottom, em_bottom)
    air = lambda: int(em * rng.choice([0.02, 0.05, 0.1, 0.1, 0.15, 0.2, 0.3]) * rng.uniform(0.5, 1.2))
    side = lambda: int(em * rng.choice([0.04, 0.08, 0.15, 0.25, 0.4, 0.6]) * rng.uniform(0.7, 1.2))
    box = [max(0, left - side()), top - air(), min(image.width, right + side()), bottom + air()]
    draw = ImageDraw.Draw(image)
    pen = rng.randrange(1, 4)
    if rng.random() < 0.1:  # value above a rule of the form
        y = bottom + rng.randrange(1, max(2, em // 6))
        start = rng.choice([0, left + rng.randrange(max(1, right - left))])
        draw.line([start, y, image.width, y], fill=rng.choice([0, 0, 90]), width=pen)
        box[3] = max(box[3], y + pen + rng.randrange(3)) if rng.random() < 0.7 else box[3]
    if rng.random() < 0.06:  # border of the cell that came along
        y = rng.choice([box[1] + rng.randrange(2), box[3] - 1 - rng.randrange(2)])
        draw.line([0, y, image.width, y], fill=0, width=pen)
    if rng.random() < 0.05:
        x = rng.choice([box[0] + 1, box[2] - 1 - pen])
        if not left - 2 <= x <= right + 2:
            draw.line([x, 0, x, image.height], fill=0, width=pen)
    if rng.random() < 0.1:  # feet or heads of the neighbouring lines
        depth = rng.randrange(1, max(2, em // 9))
        for y in rng.choice([(box[1],), (box[3] - depth,), (box[1], box[3] - depth)]):
            if top <= y + depth and y <= bottom:
                continue
            x = box[0] + rng.randrange(em)
            while x < box[2]:
                width = rng.randrange(2, max(3, em // 4))
                draw.rectangle([x, y, min(x + width, box[2]), y + depth], fill=0)
                x += width + rng.randrange(3, em)
    return image.crop(box)


def warp(rng, image):
    angle, shear = rng.uniform(-0.8, 0.8), rng.uniform(-0.06, 0.06)
    if image.width > 12 * image.height:  # a long line would run out of its crop
        angle *= 12 * image.height / image.width
    tilt = math.tan(math.radians(angle))
    half = image.width / 2
    return image.transform(
        image.size,
        Image.AFFINE,
        (1, shear, -shear * image.height / 2, tilt, 1, -tilt * half),
        Image.BICUBIC,
        fillcolor=255,
    )


def stamp(rng, image):
    """Arcs and strokes of a seal over the text, as grey as red ink becomes."""
    layer = Image.new("L", image.size, 255)
    draw = ImageDraw.Draw(layer)
    grey, radius = rng.randrange(110, 200), image.height * rng.uniform(1.5, 4)
    x, y = rng.uniform(0, image.width), image.height * rng.uniform(-2, 3)
    for pen in (rng.randrange(2, 6), rng.randrange(1, 3)):
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], outline=grey, width=pen)
        radius *= 0.9
    return Image.fromarray((np.asarray(image, np.uint16) * np.asarray(layer, np.uint16) // 255).astype(np.uint8))


def light(rng, image):
    pixels = np.asarray(image, np.float32)
    dark, bright = rng.uniform(0, 90), rng.uniform(165, 255)
    if bright - dark < 115:
        dark = max(0, bright - 115)
    ramp = np.linspace(rng.uniform(0.78, 1), rng.uniform(0.78, 1), image.width, dtype=np.float32)[None, :]
    ramp = ramp * np.linspace(rng.uniform(0.9, 1), 1, image.height, dtype=np.float32)[:, None]
    return Image.fromarray(np.clip((dark + pixels / 255 * (bright - dark)) * ramp, 0, 255).astype(np.uint8))


def noise(rng, image):
    generator = np.random.default_rng(rng.getrandbits(32))
    pixels = np.asarray(image, np.float32)
    pixels = pixels + generator.normal(0, rng.uniform(2, 16), pixels.shape)
    if rng.random() < 0.25:
        share = rng.uniform(0.0005, 0.004)
        specks = generator.random(pixels.shape)
        pixels[specks < share] = 0
        pixels[specks > 1 - share] = 255
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def jpeg(rng, image):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=rng.randrange(25, 85))
    return Image.open(buffer).convert("L")


def binarise(rng, image):
    """Fax: two levels, at a threshold between the image's own paper and ink."""
    pixels = np.asarray(image, np.float32)
    ink, paper = np.percentile(pixels, 1), np.percentile(pixels, 90)
    if paper - ink < 40:
        return image
    return Image.fromarray(np.where(pixels > ink + (paper - ink) * rng.uniform(0.42, 0.68), 255, 0).astype(np.uint8))


def resize_to_em(image, em, wanted):
    factor = wanted / em
    return image.resize(
        (max(8, round(image.width * factor)), max(8, round(image.height * factor))),
        Image.BICUBIC if factor > 0.6 else Image.BOX,
    )


def degrade(rng, image, em, level):
    """level 0: clean; 1: office scan; 2: bad scan, fax, photo."""
    if rng.random() < 0.3:  # condensed and wide type
        image = image.resize((max(8, round(image.width * rng.uniform(0.87, 1.12))), image.height), Image.BICUBIC)
    if level == 0:
        return resize_to_em(image, em, rng.randrange(36, 54)) if rng.random() < 0.7 else image
    if rng.random() < 0.7:
        image = warp(rng, image)
    if rng.random() < 0.06:
        image = stamp(rng, image)
    if rng.random() < 0.15:
        image = image.filter(
            rng.choice([ImageFilter.MinFilter(3), ImageFilter.MaxFilter(3)]) if em > 40 else ImageFilter.MinFilter(3)
        )
    if rng.random() < (0.4 if level == 1 else 0.75):
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.1 if level == 1 else 1.7) * em / 44))
    image = resize_to_em(image, em, rng.randrange(28, 50) if level == 1 else rng.randrange(21, 38))
    if rng.random() < 0.5:
        image = light(rng, image)
    if rng.random() < 0.6:
        image = noise(rng, image)
    if rng.random() < (0.1 if level == 1 else 0.3):
        image = binarise(rng, image)
    elif rng.random() < 0.5:
        image = jpeg(rng, image)
    return image


def line_image(rng, text, faces, level):
    drawn = draw_line(rng, text, faces)
    if drawn is None:
        return None
    image, em, baseline = drawn
    image = crop_line(rng, image, em, baseline, text)
    return degrade(rng, image, em, level) if image else None
