#!/usr/bin/env python3
"""Measures exports: does memory grow with the archive, and does the same archive give the same bytes twice.

    bench/export_bench.py PROGRAM [--counts 2000,10000,30000] [--to csv,jsonl,sqlite,xlsx,parquet] [--redact]

The samples are read into an SQLite archive once. Then their records are entered again and again, each time with other
hanzi in some hundred places, so that no two texts are the same; that goes past the program, since reading thirty
thousand documents would take hours. Memory is the most that the process had (VmHWM).
"""
import argparse
import hashlib
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time

SAMPLES = pathlib.Path(__file__).parent.parent / "samples/documents"
CHANGES = 300  # hanzi a record
FIRST_HANZI, LAST_HANZI = 0x4E00, 0x9FA5


def make_archive(program, folder):
    archive = folder / "a.db"
    subprocess.run([program, "run", SAMPLES, "--store", archive, "-q"], check=True)
    return archive


class Copies:
    """The records of an archive as templates for more."""

    def __init__(self, archive):
        self.connection = sqlite3.connect(archive)
        self.engine = self.connection.execute("SELECT engine FROM jobs").fetchone()[0]
        self.templates = []
        for job, json in self.connection.execute("SELECT job_id, json FROM records ORDER BY job_id").fetchall():
            row = self.connection.execute("SELECT * FROM report_rows WHERE job_id = ?", (job,)).fetchone()
            places = [i for i, c in enumerate(json) if FIRST_HANZI <= ord(c) <= LAST_HANZI]
            self.templates.append((list(json), places, row[2:]))
        self.random = random.Random(1)

    def fill(self, count):
        """Adds records until there are so many."""
        with self.connection:
            for job in range(self.connection.execute("SELECT max(id) FROM jobs").fetchone()[0] + 1, count + 1):
                json, places, row = self.templates[job % len(self.templates)]
                changed = json[:]
                for place in self.random.sample(places, min(CHANGES, len(places))):
                    changed[place] = chr(self.random.randint(FIRST_HANZI, LAST_HANZI))
                self.connection.execute("INSERT INTO jobs (id, content, engine, state) VALUES (?, ?, ?, 'ok')",
                                        (job, f"copy {job}", self.engine))
                self.connection.execute("INSERT INTO records (job_id, json) VALUES (?, ?)", (job, "".join(changed)))
                marks = ", ".join("?" * (2 + len(row)))
                self.connection.execute(f"INSERT INTO report_rows VALUES ({marks})", (None, job, *row))


def run_measured(command):
    """Seconds of processors, and the most memory that the process had, in MB."""
    process, peak = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL), 0.0
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid != 0:
            break
        for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                peak = max(peak, int(line.split()[1]) / 1024)
        time.sleep(0.02)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"exit code {process.returncode}: {command}")
    return usage.ru_utime + usage.ru_stime, peak


def digest(path):
    """Of a file, or of a folder's files with their names."""
    out = hashlib.sha256()
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        out.update(file.name.encode() if path.is_dir() else b"")
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                out.update(block)
    return out.hexdigest()


def size(path):
    return sum(f.stat().st_size for f in [path, *path.rglob("*")] if f.is_file()) / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--counts", default="2000,10000,30000")
    parser.add_argument("--to", default="csv,jsonl,sqlite,xlsx,parquet")
    parser.add_argument("--redact", action="store_true")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="attest-bench-"))
    try:
        archive = make_archive(program, folder)
        copies = Copies(archive)
        for count in map(int, options.counts.split(",")):
            copies.fill(count)
            for to in options.to.split(","):
                digests = []
                for out in (folder / "one", folder / "two"):
                    command = [program, "export", "--store", archive, "--to", to, "-o", out, "-q"]
                    cpu, peak = run_measured(command + ["--redact"] * options.redact)
                    written = size(out)
                    digests.append(digest(out))
                    (shutil.rmtree if out.is_dir() else os.unlink)(out)
                same = "the same bytes twice" if digests[0] == digests[1] else "NOT THE SAME BYTES"
                print(f"{count:7} records  {to:8} {cpu:7.1f} s CPU  {peak:6.0f} MB  {written:8.1f} MB written  {same}",
                      flush=True)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
