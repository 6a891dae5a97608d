#!/usr/bin/env python3
"""Measures archives: documents a second by -j, what the store and the sandbox cost, how fast a killed run goes on.

    bench/archive_bench.py PROGRAM [--store postgresql://…] [--count 10000] [--scans FOLDER] [--only NAME,…]

Inputs are transcripts of half a page with invented names, made here. Without --store archives are SQLite files. A server's
archive is emptied before each measurement (DROP SCHEMA attest, by psql). Times are of the clock; a busy machine makes them
longer, so the load is printed beside them.
"""
import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

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


def memory(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Bench:
    def __init__(self, program, store, folder):
        self.program, self.store, self.folder = program, store, pathlib.Path(folder)

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

    def seconds(self, *arguments):
        begin, used = time.monotonic(), os.times()
        process = self.start(*arguments)
        code = process.wait()
        after = os.times()
        cpu = after.children_user + after.children_system - used.children_user - used.children_system
        print(f"    {' '.join(map(str, arguments))[:60]:60} {time.monotonic() - begin:7.2f} s  {cpu:7.2f} s CPU  exit {code}  "
              f"load {os.getloadavg()[0]:.1f}", flush=True)
        return time.monotonic() - begin, cpu


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
    nothing, _ = bench.seconds("run", inputs, "--store", store, "-j", 2)
    print(f"  again with nothing to do: {nothing:.2f} s")


def resume(bench, inputs, count):
    """Killed at half; how long the next run takes until it completes its first document."""
    store = bench.fresh()
    process = bench.start("run", inputs, "--store", store, "-j", 2)
    wait_for(bench, store, count // 2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = records(bench, store)
    begin = time.monotonic()
    process = bench.start("run", inputs, "--store", store, "-j", 2)
    while records(bench, store) == before:
        time.sleep(0.02)
    print(f"  killed at {before} of {count}; first document after {time.monotonic() - begin:.2f} s")
    process.send_signal(signal.SIGTERM)
    process.wait()


def records(bench, store):
    if bench.store:
        out = subprocess.run(["psql", "-qAt", store, "-c", "SELECT count(*) FROM attest.records"], capture_output=True, text=True)
        return int(out.stdout or 0)
    import sqlite3
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=5) as connection:
            return connection.execute("SELECT count(*) FROM records").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def wait_for(bench, store, count):
    while records(bench, store) < count:
        time.sleep(0.1)


def jobs(bench, inputs, count):
    for j in (1, 2):
        seconds, _ = bench.seconds("run", inputs, "--store", bench.fresh(), "-j", j)
        print(f"  -j {j}: {count / seconds:.0f} documents a second")


def overhead(bench, inputs, _):
    """Plain folder without isolation, with it, and the archive. Processor time, as the clock depends on others."""
    out = bench.folder / "out"
    _, plain = bench.seconds("run", inputs, "-o", out, "--to", "json", "-j", 1, "--no-sandbox")
    _, isolated = bench.seconds("run", inputs, "-o", out, "--to", "json", "-j", 1)
    _, stored = bench.seconds("run", inputs, "--store", bench.fresh(), "-j", 1)
    print(f"  isolation {100 * (isolated / plain - 1):+.1f} %, isolation and store {100 * (stored / plain - 1):+.1f} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--store", default="")
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--scans", default="", help="for the overhead: a folder of scans instead of transcripts")
    parser.add_argument("--only", default="run_through,resume,jobs,overhead")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="attest-bench-")
    try:
        inputs = pathlib.Path(folder) / "in"
        inputs.mkdir()
        for i in range(options.count):
            (inputs / f"{i}.txt").write_text(TRANSCRIPT.format(number=10000 + i), encoding="utf-8")
        bench = Bench(os.path.abspath(options.program), options.store, folder)
        for name in options.only.split(","):
            print(name, flush=True)
            scans = name == "overhead" and options.scans
            {"run_through": run_through, "resume": resume, "jobs": jobs, "overhead": overhead}[name](
                bench, options.scans if scans else inputs, options.count)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
