#!/bin/bash
# What run and attach see beside the trace: who has the port, the lock, the other end, the semaphore.
set -u
cd "$(dirname "$0")/.." || exit 2
IPCDIAG=${IPCDIAG:-$PWD/build/ipcdiag} exec python3 tests/lookups.py
