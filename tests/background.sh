#!/bin/bash
# run ends as its command does, whatever that leaves in the background, and says what is waited for.
set -u
cd "$(dirname "$0")/.." || exit 2
IPCDIAG=${IPCDIAG:-$PWD/build/ipcdiag} exec python3 tests/background.py
