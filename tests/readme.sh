#!/bin/bash
# usage: tests/readme.sh [--bless]: the example in the README is what the program prints. --bless puts it there.
set -u
cd "$(dirname "$0")/.." || exit 2
ipcdiag=${IPCDIAG:-$PWD/build/ipcdiag}
new=$(mktemp)
trap 'rm -f "$new"' EXIT
{
	sed '/^\$ ipcdiag fixtures\/demo/q' README.md
	"$ipcdiag" --no-config fixtures/demo/backup.strace
	sed '1,/^\$ ipcdiag fixtures\/demo/d' README.md | sed -n '/^```$/,$p'
} >"$new"
if [ "${1-}" = --bless ]; then
	cat "$new" >README.md
elif ! diff -u README.md "$new"; then
	echo "0 passed, 1 failed"
	exit 1
fi
echo "1 passed, 0 failed"
