#!/bin/bash
# usage: [BUILD=build] tests/report_formats.sh [--bless]
# Reports seen by other readers than ours: renders the samples of tests/unit/report_sample.h and checks them against
#   - fixtures/report/sample/SAMPLE.FORMAT (--bless rewrites these: read the diff before committing it)
#   - jq, xmllint, an HTML parser, a Markdown renderer, the schemas of SARIF and JUnit
# and feeds the JSON and XML writers random bytes. Without npm, or with OFFLINE=1, what needs a
# schema is left out, and said so.
set -u
cd "$(dirname "$0")/.." || exit 2
build=${BUILD:-build}
formats=$build/tests/unit/test_report_formats writers=$build/tests/unit/test_report_writers
schemas=$PWD/build/schema
export LC_ALL=C.UTF-8
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
passed=0 failed=0

samples="plain hostile empty bare many"
all_formats="text short json jsonl sarif junit github gitlab markdown html none"

check() { # NAME COMMAND...
	local name=$1
	shift
	if "$@" >"$out/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $name"
		head -n 40 "$out/log"
	fi
}

# The first Python that has the module.
python_with() { # MODULE
	local python
	for python in python3 /usr/bin/python3; do
		"$python" -c "import $1" 2>/dev/null && echo "$python" && return
	done
	echo "no Python with $1 (Debian: python3-$1)" >&2
	return 1
}

render() {
	local sample format
	for sample in $samples; do
		for format in $all_formats; do
			check "rendering $sample as $format" bash -c '"$@" >"$0"' "$out/$sample.$format" "$formats" "$sample" "$format"
		done
	done
	check "rendering with colour" bash -c '"$@" >"$0"' "$out/plain.text-colour" "$formats" plain text colour
	check "rendering live" bash -c '"$@" >"$0"' "$out/plain.jsonl-live" "$formats" plain jsonl live
}

golden() {
	local sample format expected
	for sample in plain hostile empty bare; do
		for format in $all_formats text-colour jsonl-live; do
			expected=fixtures/report/sample/$sample.$format
			[ -e "$out/$sample.$format" ] || continue
			[ "$format" = none ] && continue
			[ "${1-}" = --bless ] && cp "$out/$sample.$format" "$expected"
			check "$expected" diff -u "$expected" "$out/$sample.$format"
		done
	done
}

json() {
	local sample
	for sample in $samples; do
		for format in json sarif gitlab; do
			check "jq reads $sample.$format" jq -e . "$out/$sample.$format"
		done
		check "$sample.jsonl: input, findings, summary" jq -se '.[0].type == "input" and .[-1].type == "summary" and
			(.[1:-1] | all(.type == "finding"))' "$out/$sample.jsonl"
		check "$sample.jsonl: as many findings as json" bash -c \
			'[ "$(jq ".findings | length" "$1.json")" = "$(grep -c "^{\"type\":\"finding\"" "$1.jsonl")" ]' - "$out/$sample"
		check "$sample.jsonl: the same findings as json" jq -ne --slurpfile whole "$out/$sample.json" \
			'[inputs | select(.type == "finding") | del(.type)] == $whole[0].findings' "$out/$sample.jsonl"
		check "$sample.gitlab: distinct fingerprints, known severities" jq -e '
			([.[].fingerprint] | length == (unique | length)) and
			all(.[]; .severity | IN("info", "minor", "major", "critical", "blocker")) and
			all(.[]; (.location.path | startswith("./") | not) and .location.lines.begin > 0)' "$out/$sample.gitlab"
	done
}

# What the specification of the JSON report promises.
json_shape() {
	check "the members of a report" jq -e '
		(keys_unsorted == ["schema", "tool", "input", "summary", "findings"]) and .schema == "ipcdiag-report/1" and
		(.input | has("files") and has("bytes") and has("lines") and has("records") and has("processes") and has("threads")
			and has("unparsed") and has("notes")) and
		all(.findings[]; keys_unsorted == ["rule", "severity", "mechanism", "file", "line", "pid", "process", "time", "syscall", "errno",
			"fd", "object", "count", "lines", "message", "cause", "evidence", "check", "fix", "why", "confidence", "outcome", "fingerprint"])' \
		"$out/plain.json"
	check "unknown values are null" jq -e '.findings[0] | [.pid, .process, .time, .syscall, .errno, .fd, .object, .cause, .why]
		| all(. == null)' "$out/bare.json"
}

xml() {
	local sample
	for sample in $samples; do
		check "xmllint reads $sample.junit" xmllint --noout "$out/$sample.junit"
		check "xmllint reads $sample.html" xmllint --noout "$out/$sample.html"
		check "$sample.junit: counts are right" test "$(xmllint --xpath '
			count(//testsuite[@tests != count(testcase) or @failures != count(testcase/failure)])' "$out/$sample.junit" 2>/dev/null)" = 0
	done
}

pages() {
	local sample files=()
	for sample in $samples; do
		files+=("$out/$sample.html")
	done
	check "HTML is safe" python3 tests/schema/check.py html "${files[@]}"
	check "GitHub commands are ours" python3 tests/schema/check.py github "${files[@]/%.html/.github}"
}

# What Markdown becomes of the hostile sample: no link, emphasis, strike-through, mention or element from the trace.
markdown() {
	if ! command -v cmark-gfm >/dev/null; then
		echo "left out: Markdown (Debian: cmark-gfm)"
		return
	fi
	cmark-gfm --unsafe -e table -e autolink -e strikethrough "$out/hostile.markdown" >"$out/markdown.html"
	check "Markdown is safe" python3 tests/schema/check.py markdown "$out/markdown.html"
	check "Markdown keeps its blocks" test "$(grep -c '<pre' "$out/markdown.html")" = 3
	check "Markdown keeps its table" test "$(grep -c '<tr>' "$out/markdown.html")" = 2
}

gitlab() {
	local sample python
	python=$(python_with jsonschema) || { failed=$((failed + 1)); return; }
	for sample in $samples; do
		check "$sample.gitlab fits the schema" "$python" tests/schema/check.py gitlab tests/schema/gitlab.json "$out/$sample.gitlab"
	done
}

schemas() {
	local sample python
	if [ -n "${OFFLINE-}" ] || ! command -v npm >/dev/null; then
		echo "left out: the schemas of SARIF and JUnit (npm fetches them)"
		return
	fi
	if ! timeout 90 tests/schema/fetch.sh "$schemas" 2>"$out/fetch"; then
		echo "left out: the schemas of SARIF and JUnit, which npm could not fetch: $(grep -m1 -i error "$out/fetch")"
		return
	fi
	python=$(python_with jsonschema) || { failed=$((failed + 1)); return; }
	for sample in $samples; do
		check "$sample.sarif fits its schema" "$python" tests/schema/check.py sarif "$schemas/sarif.json" "$out/$sample.sarif"
		for schema in junit-ant junit-jenkins; do
			check "$sample.junit fits $schema" xmllint --noout --schema "$schemas/$schema.xsd" "$out/$sample.junit"
		done
	done
}

# Random bytes, half of them out of the ranges where things go wrong.
random_bytes() { # SEED
	python3 -c '
import random, sys
r = random.Random(int(sys.argv[1]))
odd = [b"\xe2\x80\xae", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"]]>", b"<!--", b"\r\n", b"\0", b"\\", b"\"", b"&", b"\xc3", b"\xef\xbf\xbf", b"plain text "]
sys.stdout.buffer.write(b"".join(r.choice(odd) if r.random() < .3 else bytes([r.randrange(256)]) for _ in range(40000)))' "$1"
}

properties() {
	local seed
	for seed in 1 2 3; do
		random_bytes $seed >"$out/bytes"
		"$writers" json <"$out/bytes" >"$out/pieces.json"
		"$writers" xml <"$out/bytes" >"$out/pieces.xml"
		check "jq reads random strings ($seed)" jq -e . "$out/pieces.json"
		check "jq and Python agree on random strings ($seed)" python3 tests/schema/check.py json-pieces "$out/bytes" \
			<(jq -c . "$out/pieces.json")
		check "JSON of random strings ($seed)" python3 tests/schema/check.py json-pieces "$out/bytes" "$out/pieces.json"
		check "xmllint reads random text ($seed)" xmllint --noout "$out/pieces.xml"
		check "XML of random text ($seed)" python3 tests/schema/check.py xml-pieces "$out/bytes" "$out/pieces.xml"
	done
}

render
[ "$failed" = 0 ] || exit 1
golden "$@"
json
json_shape
xml
pages
markdown
gitlab
schemas
properties
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
