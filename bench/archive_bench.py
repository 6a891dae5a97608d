#!/usr/bin/env python3
"""Measures archives: documents a second by -j, what the store and the sandbox cost, how fast a killed run goes on, exports.

    bench/archive_bench.py PROGRAM [--store postgresql://…] [--count 10000] [--scans FOLDER] [--only NAME,…]

Inputs are made here: transcripts of half a page with invented names, and every twentieth one a scanned page (the first of
samples/documents/gbt-scan-200dpi.pdf, as PNG files that differ in a comment; poppler-utils). Without --store archives are
SQLite files. A server's archive is emptied before each measurement (DROP SCHEMA attest, by psql). Times are of the clock; a
busy machine makes them longer, so processor seconds and the load are printed beside them.
"""
import argparse
import os
import pathlib
import shutil
import signal
import sqlite3
import statistics
import struct
import subprocess
import tempfile
import time
import zlib

SCAN = pathlib.Path(__file__).parent.parent / "samples/documents/gbt-scan-200dpi.pdf"
SCAN_EVERY = 20

TRANSCRIPT = """甲乙认证有限公司

服务认证审查报告

■售后服务 依据 GB/T27922-2011

组织名称： 测试设备有限公司

项目编号： {number}-2024-SA

审查类型： ☒初次认证 ☐保持认证 ☐再认证

地址： 某市某路 1 号

1.基本信息

1.1 受审查方名称： 测试设备有限公司

1.2 项目编号： {number}-2024-SA

1.12 审查覆盖的时期和本次审查时间：

本次审查时间： 2024 年 11 月 19 日 下午至 2024 年 11 月 20 日 下午（共 1.5 天）
"""


def png_chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def make_inputs(folder, count, scans):
    """`count` documents in the folder, each with bytes of its own; with `scans` every twentieth is a page image."""
    folder.mkdir()
    page = b""
    if scans:
        subprocess.run(["pdftoppm", "-r", "100", "-gray", "-png", "-singlefile", SCAN, folder.parent / "page"], check=True)
        page = (folder.parent / "page.png").read_bytes()
    for i in range(count):
        if scans and i % SCAN_EVERY == 0:  # before IEND, the last twelve bytes
            comment = png_chunk(b"tEXt", b"Comment\0" + str(i).encode())
            (folder / f"{i}.png").write_bytes(page[:-12] + comment + page[-12:])
        else:
            (folder / f"{i}.txt").write_text(TRANSCRIPT.format(number=10000 + i), encoding="utf-8")


def memory(pid, kind="VmRSS"):
    """MB that a process has (VmRSS) or has had at most (VmHWM); 0: it has ended."""
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(kind + ":"):
                return int(line.split()[1]) / 1024
    except ProcessLookupError:
        pass
    return 0.0


class Bench:
    def __init__(self, program, store, folder, repeats):
        self.program, self.store, self.folder, self.repeats = program, store, folder, repeats

    def fresh(self):
        if self.store:
            subprocess.run(["psql", "-q", self.store, "-c", "DROP SCHEMA IF EXISTS attest CASCADE"], check=True,
                           stderr=subprocess.DEVNULL)
            return self.store
        for file in self.folder.glob("a.db*"):
            file.unlink()
        return str(self.folder / "a.db")

    def start(self, *arguments):
        return subprocess.Popen([self.program, *map(str, arguments)], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def measured(self, *arguments):
        """Seconds of the clock and of processors, and the most memory that the process itself had, in MB."""
        begin, peak = time.monotonic(), 0.0
        process = self.start(*arguments)
        while True:  # not ru_maxrss, which counts what this interpreter had when it forked
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid != 0:
                break
            peak = max(peak, memory(process.pid, "VmHWM"))
            time.sleep(0.02)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds, cpu = time.monotonic() - begin, usage.ru_utime + usage.ru_stime
        print(f"    {' '.join(map(str, arguments))[:70]:70} {seconds:7.2f} s  {cpu:7.2f} s CPU  {peak:5.0f} MB  "
              f"exit {process.returncode}  load {os.getloadavg()[0]:.1f}", flush=True)
        return seconds, cpu, peak


def run_through(bench, inputs, count):
    """All inputs, memory of the coordinator on the way, and a second run with nothing to do."""
    store = bench.fresh()
    process, samples, begin = bench.start("run", inputs, "--store", store, "-j", 2), [], time.monotonic()
    while process.poll() is None:
        samples.append(memory(process.pid))
        time.sleep(0.5)
    seconds = time.monotonic() - begin
    half = [s for s in samples[len(samples) // 2:] if s > 0]
    print(f"  {count} inputs, -j 2: {seconds:.1f} s, {count / seconds:.0f} a second; coordinator {half[0]:.1f} MB at half, "
          f"{half[-1]:.1f} MB at the end")
    nothing, _, _ = bench.measured("run", inputs, "--store", store, "-j", 2)
    print(f"  again with nothing to do: {nothing:.2f} s")


def resume(bench, inputs, count):
    """Killed at half; how long the next run takes until it begins its first document, and until that is in the archive."""
    store = bench.fresh()
    process = bench.start("run", inputs, "--store", store, "-j", 2)
    wait_for(bench, store, count // 2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before, claimed = records(bench, store), attempts(bench, store)
    begin = time.monotonic()
    process = bench.start("run", inputs, "--store", store, "-j", 2)
    while attempts(bench, store) <= claimed:
        time.sleep(0.02)
    begun = time.monotonic() - begin
    while records(bench, store) == before:
        time.sleep(0.02)
    print(f"  killed at {before} of {count}; first document begun after {begun:.2f} s, in the archive after "
          f"{time.monotonic() - begin:.2f} s")
    process.send_signal(signal.SIGTERM)
    process.wait()


def number(bench, store, sql):
    """The answer of the archive; 0 where it has no such table yet."""
    if bench.store:
        out = subprocess.run(["psql", "-qAt", store, "-c", "SET search_path TO attest; " + sql], capture_output=True, text=True)
        return int(out.stdout or 0)
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=5) as connection:
            return connection.execute(sql).fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def records(bench, store):
    return number(bench, store, "SELECT count(*) FROM records")


def attempts(bench, store):
    """How often a document was begun."""
    return number(bench, store, "SELECT sum(attempts) FROM jobs")


def wait_for(bench, store, count):
    while records(bench, store) < count:
        time.sleep(0.1)


def jobs(bench, inputs, count):
    """-j 1 and 2 in turn, so that other work on the machine meets both alike."""
    rates = {1: [], 2: []}
    for _ in range(bench.repeats):
        for j, found in rates.items():
            seconds, _, _ = bench.measured("run", inputs, "--store", bench.fresh(), "-j", j)
            found.append(count / seconds)
    for j, found in rates.items():
        print(f"  -j {j}: {statistics.median(found):.2f} documents a second (median of {len(found)})")
    print(f"  -j 2 against -j 1: {statistics.median(rates[2]) / statistics.median(rates[1]):.2f} times")


def overhead(bench, inputs, _):
    """Plain folder without isolation, with it, and the archive, in turn. Processor time, as the clock depends on others."""
    out = bench.folder / "out"
    found = {"plain": [], "isolated": [], "stored": []}
    for _ in range(bench.repeats):
        found["plain"].append(bench.measured("run", inputs, "-o", out, "--to", "json", "-j", 1, "--no-sandbox")[1])
        found["isolated"].append(bench.measured("run", inputs, "-o", out, "--to", "json", "-j", 1)[1])
        found["stored"].append(bench.measured("run", inputs, "--store", bench.fresh(), "-j", 1)[1])
    plain, isolated, stored = (statistics.median(values) for values in found.values())
    print(f"  processor seconds, medians of {bench.repeats}: plain {plain:.2f}; isolation {100 * (isolated / plain - 1):+.1f} %, "
          f"isolation and store {100 * (stored / plain - 1):+.1f} %")


def export(bench, inputs, count):
    """Every format, of a tenth of the records and of all."""
    store = bench.fresh()
    tenth = sorted(inputs.iterdir())[:count // 10]
    for documents in (tenth, [inputs]):
        bench.measured("run", *documents, "--store", store, "-j", 2)
        print(f"  {len(documents) if documents is tenth else count} records")
        for to in ("csv", "jsonl", "sqlite", "xlsx", "parquet"):
            out = bench.folder / f"export-{to}"
            bench.measured("export", "--to", to, "--store", store, "-o", out)
            size = sum(f.stat().st_size for f in [out, *out.rglob("*")] if f.is_file())
            print(f"      {size / 1e6:.1f} MB")


MEASUREMENTS = {"run_through": run_through, "resume": resume, "jobs": jobs, "overhead": overhead, "export": export}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--store", default="")
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--scans", default="", help="for jobs and overhead: a folder of scans instead of what is made here")
    parser.add_argument("--transcripts", action="store_true", help="make transcripts only")
    parser.add_argument("--repeats", type=int, default=3, help="of jobs and overhead")
    parser.add_argument("--only", default=",".join(MEASUREMENTS))
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="attest-bench-"))
    try:
        made = folder / "in"
        make_inputs(made, options.count, not options.transcripts)
        bench = Bench(os.path.abspath(options.program), options.store, folder, options.repeats)
        for name in options.only.split(","):
            print(name, flush=True)
            inputs, count = made, options.count
            if options.scans and name in ("jobs", "overhead"):
                inputs = pathlib.Path(options.scans)
                count = len(list(inputs.iterdir()))
            MEASUREMENTS[name](bench, inputs, count)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
