#!/bin/bash
# Every {fact} in the texts of a rule is one that somebody sets: it stands in the sources as a string, whole or as the
# name and the suffix that set_joined puts together.
set -u
cd "$(dirname "$0")/../.." || exit 2
strings=$(cat src/engine/*.c src/rules/*/*.c | grep -o '"_\?[a-z][a-z0-9_]*"' | tr -d '"' | sort -u)
is_string() { grep -qxF -- "$1" <<<"$strings"; }
passed=0 failed=0
for fact in $(grep -ho '{[a-z][a-z0-9_]*}' src/rules/*/*.c | tr -d '{}' | sort -u); do
	if is_string "$fact" || { is_string "${fact%_*}" && is_string "_${fact##*_}"; }; then
		passed=$((passed + 1))
	else
		echo "{$fact}: nobody sets it ($(grep -l "{$fact}" src/rules/*/*.c | head -n 1))"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
