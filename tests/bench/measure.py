#!/usr/bin/env python3
"""usage: measure.py ROUNDS FILE COMMAND...: runs `ipcdiag`, `wc -l` and `grep` over FILE in turn and prints a table row.
COMMAND is how ipcdiag is run. The best of the rounds counts: it is the one that was disturbed least."""
import os, resource, subprocess, sys, time

rounds, path, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
errors = "= -1 E(PIPE|CONNREFUSED|ADDRINUSE|MFILE|NOSPC)"
commands = {"ipcdiag": command + [path], "wc": ["wc", "-l", path], "grep": ["grep", "-cE", errors, path]}
best, peak = {}, 0

def run(words):
    start = time.monotonic()
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"})
    usage = os.wait4(child.pid, 0)[2]
    return time.monotonic() - start, usage.ru_maxrss

lines = sum(chunk.count(b"\n") for chunk in iter(lambda f=open(path, "rb"): f.read(1 << 20), b""))
for _ in range(rounds):
    for name, words in commands.items():
        seconds, memory = run(words)
        best[name] = min(seconds, best.get(name, seconds))
        if name == "ipcdiag":
            peak = max(peak, memory)
size = os.path.getsize(path) / 1e6
print(f"{os.path.basename(path):<10}{size:>8.1f}{lines:>10}{size / best['ipcdiag']:>9.0f}{best['ipcdiag'] / lines * 1e9:>9.0f}"
      f"{peak / 1024:>9.1f}{size / best['wc']:>9.0f}{size / best['grep']:>9.0f}{best['ipcdiag'] / best['grep']:>9.1f}")
