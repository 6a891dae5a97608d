#!/usr/bin/env python3
"""Whole documents: attest, tesseract in page mode and ocrmypdf on the same scans, one thread each.

  bench/documents.py build/release/app/attest DOCUMENT...     # PDF, TIFF or a folder of images: seconds a page, ratios, peak memory

Processor seconds (user and system, of the program and its children) and wall time; on a busy machine only the first compare.
tesseract gets the pages as images, those of a PDF rendered at 300 dpi; ocrmypdf gets images as a PDF (img2pdf). Both are made
beforehand and not counted. ocrmypdf runs where it is installed.
"""
import glob, os, resource, shutil, subprocess, sys, tempfile, time


def measured(command, environment=None):
    """(wall seconds, processor seconds, peak MB of the largest process)"""
    begin = time.monotonic()
    pid = os.posix_spawnp("sh", ["sh", "-c", 'exec "$@" >/dev/null 2>&1', "sh", *command], {**os.environ, **(environment or {})})
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        print(f"{command[0]}: status {status}", file=sys.stderr)
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def page_images(document, folder):
    if os.path.isdir(document):
        return sorted(glob.glob(f"{glob.escape(document)}/*.*"))
    if document.endswith(".pdf"):
        subprocess.run(["pdftoppm", "-r", "300", "-png", document, f"{folder}/page"], check=True)
    else:
        subprocess.run(["tiffsplit", document, f"{folder}/page-"], check=True)
    return sorted(glob.glob(f"{folder}/page-*"))


def as_pdf(document, images, folder):
    if document.endswith(".pdf"):
        return document
    subprocess.run(["img2pdf", "-o", f"{folder}/in.pdf", *images], check=True)
    return f"{folder}/in.pdf"


def programs(attest, document, images, folder):
    for text in ("full", "fields"):
        yield f"attest, {text}", [attest, "run", "-j", "1", "--text", text, "-o", f"{folder}/{text}", document]
    with open(f"{folder}/pages.txt", "w") as listing:
        listing.write("\n".join(images) + "\n")
    yield "tesseract", ["tesseract", f"{folder}/pages.txt", f"{folder}/tesseract", "-l", "chi_sim"]
    if shutil.which("ocrmypdf"):
        pdf = as_pdf(document, images, folder)
        yield "ocrmypdf", ["ocrmypdf", "--force-ocr", "-l", "chi_sim", "--jobs", "1", pdf, f"{folder}/out.pdf"]


def main():
    attest, documents = sys.argv[1], sys.argv[2:]
    print(f"{'document':28} {'program':15} {'pages':>5} {'CPU s/page':>10} {'wall s/page':>11} {'ratio':>6} {'peak MB':>8}")
    for document in documents:
        with tempfile.TemporaryDirectory() as folder:
            images = page_images(document, folder)
            count = len(images)
            first = None
            for name, command in programs(attest, document, images, folder):
                wall, processor, peak = measured(command, {"OMP_THREAD_LIMIT": "1"})
                first = first or processor
                print(f"{os.path.basename(document):28} {name:15} {count:5} {processor / count:10.2f} {wall / count:11.2f} "
                      f"{processor / first:6.1f} {peak:8.0f}", flush=True)


if __name__ == "__main__":
    main()
