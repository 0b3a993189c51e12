#!/bin/bash
# Who may include what: each layer sees itself and those below it. Also: only cli ends the process, rules use no stdio,
# and pcre2 is used in base alone. Long files are told.
set -u
cd "$(dirname "$0")/../.."
failed=0 passed=0

complain() {
	echo "$*"
	failed=$((failed + 1))
}

layer_of_header() {
	case $1 in
	slice | buffer | memory | text | intern | map | json | document | pattern | suggest | frame) echo base ;;
	record | trace) echo trace ;;
	event | digest) echo event ;;
	world | process | descriptor | socket | channel | segment | wait | change | step) echo state ;;
	services) echo words ;;
	finding | subject | outcome | rule | condition | engine | explain | explain_* | user_rules) echo engine ;;
	report | xml) echo report ;;
	live | snapshot) echo live ;;
	source) echo source ;;
	*) echo unknown ;;
	esac
}

seen_by() {
	case $1 in
	base) echo base ;;
	live) echo base live ;;
	source) echo base source ;;
	trace) echo base trace ;;
	event) echo base trace event ;;
	state) echo base trace event state ;;
	words) echo words ;;
	engine | rules) echo base trace event state words engine ;;
	report) echo base report ;;
	cli) echo base live source trace event state words engine rules report ;;
	esac
}

may_include() { # FILE LAYER HEADER
	local header=${3##*/} target
	header=${header%.h}
	target=$(layer_of_header "$header")
	case $2/$header in
	report/finding | report/rule) return 0 ;; # findings and rule metadata, nothing else of the engine
	rules/trace | rules/record) return 1 ;;   # no trace text
	esac
	case " $(seen_by "$2") " in
	*" $target "*) return 0 ;;
	esac
	return 1
}

check_project_headers() { # FILE LAYER
	local header
	for header in $(sed -n 's/^#include <\(ipcdiag\/[a-z_]*\.h\)>.*/\1/p' "$1"); do
		if may_include "$1" "$2" "$header"; then
			passed=$((passed + 1))
		else
			complain "$1: layer $2 may not include <$header>"
		fi
	done
	for header in $(sed -n 's/^#include "\(.*\)".*/\1/p' "$1"); do
		case $(realpath -m --relative-to=. "$(dirname "$1")/$header") in
		src/"$2"/*) passed=$((passed + 1)) ;;
		*) complain "$1: \"$header\" is private to another layer" ;;
		esac
	done
}

check_system_headers() { # FILE LAYER
	if [ "$2" != base ] && grep -nE '#include <pcre2' "$1"; then
		complain "$1: only base uses pcre2"
	fi
	if [ "$2" = rules ] && grep -nE '#include <stdio|\b(f|s|sn|v|as)?printf *\(' "$1"; then
		complain "$1: rules use no stdio"
	fi
	if [ "$2" != cli ] && grep -nE '(^|[^_[:alnum:]>.])(exit|_exit|_Exit|quick_exit|abort) *\(' "$1"; then
		complain "$1: only cli ends the process"
	fi
	if [ "$2" = cli ]; then
		grep -nE '(^|[^_[:alnum:]>.])(exit|_Exit|quick_exit|abort) *\(' "$1" && complain "$1: main returns the status"
	fi
	return 0
}

check_length() { # FILE MOST
	local lines
	lines=$(wc -l <"$1")
	[ "$lines" -le "$2" ] || echo "note: $1 has $lines lines; $2 are the measure" # in sight, no gate
}

while read -r file; do
	layer=${file#src/}
	layer=${layer%%/*}
	case $layer in
	base | live | source | trace | event | state | words | engine | rules | report | cli) ;;
	*) complain "$file: no such layer" ;;
	esac
	check_project_headers "$file" "$layer"
	check_system_headers "$file" "$layer"
	check_length "$file" 500
done < <(find src -name '*.[ch]' | sort)

for header in include/ipcdiag/*.h; do
	layer=$(layer_of_header "$(basename "$header" .h)")
	[ "$layer" = unknown ] && complain "$header: which layer? (tests/static/layers.sh)"
	check_length "$header" 100
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
