#!/bin/bash
# The manual pages are valid mdoc, and name every option, command, format and status there is.
set -u
cd "$(dirname "$0")/../.."
failed=0 passed=0
for page in build/man/*.[1-8]; do
	if mandoc -Tlint -Wwarning "$page"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
done
manual=$(mandoc -Tascii build/man/ipcdiag.1 | sed 's/.\x08//g')
words=$(build/ipcdiag --help | sed -n -E 's/^ +(-., )?(--[a-z-]+).*/\2/p; /^Commands/,/^$/s/^  ([a-z]+) .*/\1/p; /^Formats/,/^$/s/^  ([a-z]+) .*/\1/p')
for word in $words; do
	if grep -qF -- "$word" <<<"$manual"; then
		passed=$((passed + 1))
	else
		echo "ipcdiag.1 does not tell of $word"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 20 ]
