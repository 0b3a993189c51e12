#!/bin/sh
# usage: tests/bench/record.sh FILE: records a real workload with -f -ttt -T -yy: some rounds of shell pipelines over /usr/share.
command -v strace >/dev/null || exit 1
exec strace -f -ttt -T -yy -o "$1" sh -c '
	for round in 1 2; do
		find /usr/share -name "*.[ch]" -o -name "*.txt" | sort | head -n 200 | xargs -P 4 -n 20 cat | tr a-z A-Z | sort | uniq -c | sort -rn | head -n 5
	done' >/dev/null 2>&1
