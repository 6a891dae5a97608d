"""Extends the character set and the recoder of the packaged model.

A new symbol gets a code of its own, that is a new row in the softmax. A new hanzi is written as its Wubi 86 letters
with the codes that the model already has for the letters of its 3,899 hanzi, so the softmax does not grow for it.
Sources: the General Standard table of 8,105 hanzi is property kTGH of Unihan (Debian: unicode-data), the letters are
from Debian's ibus-table-wubi.
"""

import bz2
import sqlite3
import struct

UNIHAN = "/usr/share/unicode/Unihan_OtherMappings.txt.bz2"
UNIHAN_READINGS = "/usr/share/unicode/Unihan_DictionaryLikeData.txt.bz2"
WUBI = "/usr/share/ibus-table/tables/wubi-jidian86.db"

SYMBOLS = "□☑☒■√—×●○≥≤℃·①②③④⑤⑥⑦⑧⑨⑩±°¥"

LETTER_BASES = (121, 146, 171, 197)  # code of the letter a at the first to fourth place
DOUBLE_MARKS = (222, 196, 195, 194, 193, 192)  # a further code that tells hanzi with the same letters apart
SHORT = 3  # letters that the packaged recoder keeps where they are enough


def is_han(char):
    return "\u3400" <= char <= "\u9fff" or char >= "\U00020000"


def standard_hanzi():
    """The 8,105 hanzi, in the order of the table: level 1 to 3,500, level 2 to 6,500, level 3."""
    table = []
    with bz2.open(UNIHAN, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) == 3 and fields[1] == "kTGH":
                table.append((int(fields[2].split(":")[1].split()[0]), chr(int(fields[0][2:], 16))))
    return [char for _, char in sorted(table)]


def wubi_letters():
    """The longest key sequence of each single character."""
    with sqlite3.connect("file:%s?mode=ro&immutable=1" % WUBI, uri=True) as table:
        rows = table.execute("SELECT phrase, tabkeys FROM phrases WHERE length(phrase) = 1 ORDER BY id")
        letters = {}
        for char, keys in rows:
            if len(keys) > len(letters.get(char, "")) and keys.isalpha() and "z" not in keys:
                letters[char] = keys
    return letters


def read_unicharset(path):
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    return lines[1 : int(lines[0]) + 1]


def characters(entries):
    return [entry.split(" ")[0] for entry in entries]


def read_recoder(path):
    data = open(path, "rb").read()
    at, codes = 4, []
    for _ in range(struct.unpack_from("<I", data)[0]):
        own, size = struct.unpack_from("<BI", data, at)
        codes.append((own, struct.unpack_from("<%di" % size, data, at + 5)))
        at += 5 + 4 * size
    return codes


def write_recoder(path, codes):
    with open(path, "wb") as file:
        file.write(struct.pack("<I", len(codes)))
        for own, code in codes:
            file.write(struct.pack("<BI%di" % len(code), own, len(code), *code))


def hanzi_code(letters, taken, starts):
    """Three letters where no code begins with them, all the letters otherwise, a mark behind for doubles."""
    full = tuple(base + ord(letter) - ord("a") for base, letter in zip(LETTER_BASES, letters))
    if len(full) > SHORT and full[:SHORT] not in starts:
        return full[:SHORT]
    for mark in ((),) + tuple((m,) for m in DOUBLE_MARKS):
        if full + mark not in taken and (not mark or full[-1] != mark[0]):
            return full + mark
    return None


def extend(unicharset_in, recoder_in, unicharset_out, recoder_out):
    """Writes both files with symbols and hanzi added; returns (symbols, hanzi, hanzi without a code)."""
    entries, codes = read_unicharset(unicharset_in), read_recoder(recoder_in)
    known = set(characters(entries))
    taken = {code for _, code in codes}
    starts = {code[:n] for code in taken for n in range(1, len(code) + 1)}
    next_code = max(max(code) for code in taken) + 1
    entry = "%s %d 0,255,0,255,0,0,0,0,0,0 %s %d %d %d %s\t# %s [%x ]%s"
    symbols = [s for s in SYMBOLS if s not in known]
    for symbol in symbols:
        at = len(entries)
        entries.append(entry % (symbol, 0, "Common", at, 10, at, symbol, symbol, ord(symbol), ""))
        codes.append((1, (next_code,)))
        next_code += 1
    letters, added, left_out = wubi_letters(), [], []
    for char in standard_hanzi():
        if char in known:
            continue
        code = hanzi_code(letters[char], taken, starts) if char in letters else None
        if code is None:
            left_out.append(char)
            continue
        taken.add(code)
        starts.update(code[:n] for n in range(1, len(code) + 1))
        at = len(entries)
        entries.append(entry % (char, 1, "Han", at, 0, at, char, char, ord(char), "x"))
        codes.append((1, code))
        added.append(char)
    with open(unicharset_out, "w", encoding="utf-8") as file:
        file.write("%d\n%s\n" % (len(entries), "\n".join(entries)))
    write_recoder(recoder_out, codes)
    return symbols, added, left_out
