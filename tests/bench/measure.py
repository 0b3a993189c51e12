#!/usr/bin/env python3
"""usage: measure.py ROUNDS FILE COMMAND...: runs `ipcdiag`, `wc -l`, `grep` and ripgrep over FILE in turn and prints a table row.
       measure.py --heading: prints what stands above the columns
COMMAND is how ipcdiag is run: with all cores, with one, and with one for a whole JSON report. The best of the rounds counts: it was
disturbed least. "x wc", "x grep", "x rg": times as long as these, with all cores and (/) with one."""
import os, shutil, subprocess, sys, time

COLUMNS = [("trace", 13), ("MB", 7), ("lines", 10), ("ms", 6), ("MB/s", 6), ("ns/line", 9), ("1 core ms", 11), ("json", 7), ("peak MB", 9),
           ("wc ms", 7), ("grep ms", 9), ("rg ms", 7), ("x wc", 11), ("x grep", 11), ("x rg", 11)]
ERRORS = "= -1 E(PIPE|CONNREFUSED|ADDRINUSE|MFILE|NOSPC)"
CORES = os.sched_getaffinity(0)
ENVIRONMENT = {**os.environ, "LC_ALL": "C"}

def row(cells):
    print("".join(f"{cell:<{width}}" if i == 0 else f"{cell:>{width}}" for i, (cell, (_, width)) in enumerate(zip(cells, COLUMNS))), flush=True)

def seconds(words, cores):
    """The child inherits the cores: setting them in the child would make Python fork itself, which takes longer than wc."""
    os.sched_setaffinity(0, cores)
    start = time.monotonic()
    subprocess.run(words, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    passed = time.monotonic() - start
    os.sched_setaffinity(0, CORES)
    return passed

def peak_memory(words):
    """The kernel's own maximum starts with what this process has: it is read from /proc while the program runs."""
    peak = 0
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    while child.poll() is None:
        try:
            with open(f"/proc/{child.pid}/status") as status:
                name, *fields = status.read().split("\n")
            if name.split()[1] == os.path.basename(words[0]):
                peak = max([peak] + [int(f.split()[1]) for f in fields if f.startswith("VmHWM")])
        except (OSError, IndexError):
            pass
        time.sleep(0.0005)
    return peak / 1024

def with_format(command, name):
    return [name if before == "-f" else word for before, word in zip([""] + command, command)]

def measure(rounds, path, command):
    one = {min(CORES)}
    runs = {"all": (command + [path], CORES), "one": (command + [path], one), "json": (with_format(command, "json") + [path], one),
            "wc": (["wc", "-l", path], CORES), "grep": (["grep", "-cE", ERRORS, path], CORES)}
    if shutil.which("rg"):
        runs["rg"] = (["rg", "-c", ERRORS, path], CORES)
    best = {}
    for _ in range(rounds):
        for name, run in runs.items():
            best[name] = min(seconds(*run), best.get(name, 1e9))
    with open(path, "rb") as f:
        lines = sum(chunk.count(b"\n") for chunk in iter(lambda: f.read(1 << 20), b""))
    size, ms = os.path.getsize(path) / 1e6, {name: f"{value * 1000:.0f}" for name, value in best.items()}
    ratio = {name: f"{best['all'] / best[name]:.1f}/{best['one'] / best[name]:.1f}" for name in best}
    row([os.path.basename(path), f"{size:.1f}", lines, ms["all"], f"{size / best['all']:.0f}", f"{best['all'] / lines * 1e9:.0f}", ms["one"],
         f"{(best['json'] / best['one'] - 1) * 100:+.0f} %", f"{peak_memory(command + [path]):.1f}", ms["wc"], ms["grep"], ms.get("rg", "-"),
         ratio["wc"], ratio["grep"], ratio.get("rg", "-")])

if sys.argv[1] == "--heading":
    row([name for name, _ in COLUMNS])
else:
    measure(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
