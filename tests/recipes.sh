#!/bin/bash
# The recipes of the README are the files of fixtures/recipes and fixtures/ci, and these do what the README says: each is run here
# as it is written there. What needs a program that is not installed is left out, and that is said.
set -u
cd "$(dirname "$0")/.." || exit 2
top=$PWD
ipcdiag=${IPCDIAG:-$PWD/build/ipcdiag}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=${ipcdiag%/*}:$PATH LC_ALL=C.UTF-8 HOME=$work
passed=0 failed=0

check() { # NAME COMMAND...
	local name=$1
	shift
	if "$@" >"$work/log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $name"
		head -n 20 "$work/log"
	fi
}

left_out() { echo "left out: $*"; }
have() { command -v "$1" >/dev/null || { left_out "what needs $1 (Debian: $2)"; false; }; }
status_is() { # STATUS COMMAND...
	local expected=$1 status
	shift
	"$@"
	status=$?
	[ $status = "$expected" ] || { echo "status $status, expected $expected"; false; }
}

# The first Python that has the module.
python_with() { # MODULE
	local python
	for python in python3 /usr/bin/python3; do
		"$python" -c "import $1" 2>/dev/null && echo "$python" && return
	done
	return 1
}

# --- the README shows the files ---
awk -v folder="$work" '/^```/ { inside = !inside; n += inside; next } inside { print >(folder "/block." n) }' README.md
stands_in_readme() {
	local block
	for block in "$work"/block.*; do
		cmp -s "$1" "$block" && return
	done
	echo "no block of README.md is $1"
	return 1
}
for file in fixtures/recipes/* fixtures/ci/*; do
	check "$file stands in the README" stands_in_readme "$file"
done

# --- the first steps of a newcomer ---
can_trace() { strace -o /dev/null true 2>/dev/null || { left_out "what needs strace (Debian: strace), and to be allowed to trace"; false; }; }
if can_trace; then
	(cd "$work" && sh "$top/fixtures/recipes/first.sh" >first.out 2>first.err)
	check "the shell sees nothing" grep -qx 'the shell says 0' "$work/first.out"
	check "ipcdiag fails the step" grep -qx 'ipcdiag says 1' "$work/first.out"
	check "and says why" grep -qE '^<run>:[0-9]+: error: seq\[[0-9]+\] wrote to a pipe that nobody can read any more.*\[pipe/broken\]$' "$work/first.err"
fi

# --- many traces ---
mkdir -p "$work/many/traces"
for n in 1 2 '3 with blanks'; do
	cp fixtures/demo/backup.strace "$work/many/traces/$n.strace"
done
cp fixtures/user-rules/1-store.strace "$work/many/traces"
many() { # RECIPE
	(cd "$work/many" && rm -f reports.jsonl ipcdiag.xml && status_is 1 bash "$top/fixtures/recipes/$1.sh" >out) || return
	[ "$(jq -r 'select(.type == "summary") | .type' "$work/many/reports.jsonl" | wc -l)" = 4 ] &&
		[ "$(jq -r 'select(.type == "input") | .files[0]' "$work/many/reports.jsonl" | sort -u | wc -l)" = 4 ] &&
		grep -q 'pipe/broken' "$work/many/out" && xmllint --noout "$work/many/ipcdiag.xml"
}
have parallel parallel && check "GNU parallel" many parallel
check "xargs -P" many xargs
row='pipe/broken[^0-9a-z]+tar[^0-9a-z]+3[^0-9a-z]+3'
if have sqlite3 sqlite3; then
	(cd "$work/many" && bash "$top/fixtures/recipes/sqlite.sh" >sqlite.out)
	check "SQLite" grep -qE "$row" "$work/many/sqlite.out"
fi
if [ -n "${OFFLINE-}" ]; then
	left_out "DuckDB: npm fetches it"
elif have node nodejs && have npm npm; then
	mkdir -p build/duckdb
	if (cd build/duckdb && exec 9>lock && flock 9 && { [ -e done ] || { npm install --no-audit --no-fund --no-package-lock --loglevel=error @duckdb/node-api && touch done; }; }) >"$work/npm" 2>&1; then
		cp fixtures/recipes/duckdb.mjs build/duckdb/duckdb.$$.mjs
		(cd "$work/many" && node "$top/build/duckdb/duckdb.$$.mjs" >duckdb.out 2>&1)
		rm -f build/duckdb/duckdb.$$.mjs
		check "DuckDB ($(head -c 300 "$work/many/duckdb.out"))" grep -qE "$row" "$work/many/duckdb.out"
	else
		left_out "DuckDB: npm could not fetch it: $(tail -n 1 "$work/npm")"
	fi
fi

# --- continuous integration: a project whose test passes though half of it died, and a healthy one ---
project() { # NAME LINE...
	mkdir -p "$work/$1"
	printf 'test:\n\t@%s\ninclude ipc.mk\n' "$2" >"$work/$1/Makefile"
	cp fixtures/ci/ipc.mk "$work/$1"
}
project faulty 'seq 100000 | gzip --fsat 2>/dev/null | cat >numbers.gz'
project healthy 'seq 100000 | gzip --fast | cat >numbers.gz'

# The commands that use ipcdiag, out of a YAML file, one a line.
commands_of() { # FILE
	"$python" - "$1" <<'END'
import sys, yaml
document = yaml.safe_load(open(sys.argv[1]))
jobs = document.get("jobs", document)
for job in jobs.values():
    lines = [step["run"] for step in job.get("steps", []) if "run" in step] + job.get("script", [])
    for text in lines:
        if "ipcdiag run" in text or "STEP_SUMMARY" in text:
            print(text.strip())
END
}

in_project() { # PROJECT STATUS YAML-FILE
	local line number=0
	commands_of "$top/$3" >"$work/commands"
	while read -r line; do
		number=$((number + 1))
		(cd "$work/$1" && GITHUB_STEP_SUMMARY=$work/$1/summary.md status_is "$(($number == 1 ? $2 : 0))" bash -e -o pipefail -c "$line") || return
	done <"$work/commands"
	[ $number -gt 0 ]
}

if python=$(python_with yaml) && can_trace; then
	for recipe in github gitlab; do
		check "$recipe: the file is YAML" "$python" -c 'import sys, yaml; yaml.safe_load(open(sys.argv[1]))' fixtures/ci/$recipe.yml
		check "$recipe: a faulty project fails" in_project faulty 1 fixtures/ci/$recipe.yml
		check "$recipe: a healthy project passes" in_project healthy 0 fixtures/ci/$recipe.yml
	done
	check "GitHub: annotations" bash -c "cd '$work/faulty' && $(commands_of fixtures/ci/github.yml | head -n 1) 2>&1 | grep -q '^::error file=ipcdiag.strace,line='"
	check "GitHub: SARIF" jq -e '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri == "ipcdiag.strace"' "$work/faulty/ipcdiag.sarif"
	check "GitHub: step summary" grep -q 'pipe/broken' "$work/faulty/summary.md"
	check "GitLab: code quality" jq -e 'length == 1 and .[0].location.path == "ipcdiag.strace"' "$work/faulty/ipcdiag.json"
	check "GitLab: JUnit" test "$(xmllint --xpath 'count(//failure)' "$work/faulty/ipcdiag.xml")" = 1
	check "GitLab: JUnit of a healthy project" test "$(xmllint --xpath 'count(//failure)' "$work/healthy/ipcdiag.xml")" = 0
else
	left_out "the CI recipes (they need strace and a Python with yaml: Debian python3-yaml)"
fi
if can_trace; then
	check "make: a faulty project fails" status_is 2 make -s -C "$work/faulty" test-ipc
	check "make: a healthy project passes" make -s -C "$work/healthy" test-ipc
	check "make: what is known" make -s -C "$work/faulty" ipc-known
	check "make: what is known does not fail" make -s -C "$work/faulty" test-ipc
fi
check "the installation steps are shell" bash -n <(awk '/run: \|/ { inside = 1; next } /^      - / { inside = 0 } inside' fixtures/ci/github.yml)

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
