#!/bin/sh
# usage: tests/bench/record.sh FILE KIND: records a real workload.
#   files   -f -ttt -T -yy: pipelines over /usr/share, four at a time; most data is printed and never comes again
#   loops   -f: shell loops that read and write line by line, six at a time; most calls are cut into halves
#   build   -f -ttt -T -yy: a parallel build; hundreds of processes that open, map and close files
command -v strace >/dev/null || exit 1
case $2 in
files)
	exec strace -f -ttt -T -yy -o "$1" sh -c '
		for round in 1 2; do
			find /usr/share -name "*.[ch]" -o -name "*.txt" | sort | head -n 200 | xargs -P 4 -n 20 cat | tr a-z A-Z | sort | uniq -c | sort -rn | head -n 5
		done' >/dev/null 2>&1 ;;
loops)
	exec strace -f -o "$1" bash -c '
		for round in 1 2; do
			for loop in 1 2 3 4 5 6; do
				(seq 1500 | while read -r x; do echo "$x of loop $loop"; done | sort -n | tr 0-9 a-j | uniq -c | sort -rn | head -n 5) &
			done
			wait
		done' >/dev/null 2>&1 ;;
build)
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	seq 64 | while read -r i; do
		printf '#include <stdio.h>\n#include <stdlib.h>\n#include <sys/socket.h>\nint f%d(void) { return puts("%d"); }\n' "$i" "$i" >"$work/f$i.c"
	done
	strace -f -ttt -T -yy -o "$1" make -s -C "$work" -j 8 $(seq -f f%g.o 64) >/dev/null 2>&1 ;;
esac
