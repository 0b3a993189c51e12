#!/bin/bash
# Every rule has a trace on which it fires and one on which it keeps quiet; every folder of fixtures belongs to a rule.
set -u
cd "$(dirname "$0")/../.."
passed=0 failed=0
say() {
	echo "$*"
	failed=$((failed + 1))
}
for file in src/rules/*/*.c; do
	[ -e "$file" ] || continue
	id=${file#src/rules/}
	id=${id%.c}
	for kind in fires quiet; do
		if compgen -G "fixtures/rules/$id/$kind*.strace" >/dev/null; then
			passed=$((passed + 1))
		else
			say "$id: no fixtures/rules/$id/$kind.strace"
		fi
	done
done
for folder in fixtures/rules/*/*/; do
	[ -d "$folder" ] || continue
	id=${folder#fixtures/rules/}
	[ -e "src/rules/${id%/}.c" ] || [ -e "$folder/rules.yaml" ] || say "$folder: there is no rule of that name"
done
for expected in $(find fixtures -name '*.findings' -o -name '*.records' -o -name '*.channels'); do
	[ -e "${expected%.*}.strace" ] || say "$expected: there is no trace of that name"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
