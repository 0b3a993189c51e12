#!/bin/bash
# A fixed sample of tests/dresses.py: the same recording in another dress gives the same findings.
cd "$(dirname "$0")/.." || exit 2
exec tests/dresses.py --seed 7 --sample 200 $(find fixtures/rules fixtures/demo -name '*.strace' -type f)
