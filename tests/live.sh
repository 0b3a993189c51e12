#!/bin/bash
# Live use: signals, stalls, parallel writers. Driven from Python: background jobs of a shell ignore SIGINT.
set -u
cd "$(dirname "$0")/.." || exit 2
IPCDIAG=${IPCDIAG:-$PWD/build/ipcdiag} exec python3 tests/live.py
