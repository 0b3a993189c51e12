#!/bin/bash
# attach --snapshot: deadlocks of live processes, seen in /proc alone.
set -u
cd "$(dirname "$0")/.." || exit 2
IPCDIAG=${IPCDIAG:-$PWD/build/ipcdiag} exec python3 tests/snapshot.py
