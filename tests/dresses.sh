#!/bin/bash
# A fixed sample of tests/dresses.py: the same recording in another dress gives the same findings. Dresses that take something away
# (stamps, notes, the order between files) are for looking at, without --exact.
cd "$(dirname "$0")/.." || exit 2
exec tests/dresses.py --exact --seed 7 --sample 250 $(find fixtures/rules fixtures/demo -name '*.strace' -type f)
