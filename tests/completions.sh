#!/bin/bash
# Completions: what bash, zsh and fish themselves offer behind a line. A shell that is not installed is left out, and that is said.
set -u
cd "$(dirname "$0")/.." || exit 2
tests=$PWD/tests
ipcdiag=${IPCDIAG:-$PWD/build/ipcdiag}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=${ipcdiag%/*}:$PATH HOME=$work XDG_CONFIG_HOME=$work XDG_DATA_HOME=$work TERM=dumb
cd "$work" || exit 2
touch broken.strace
passed=0 failed=0 pid=$$

# Each prints what the shell offers behind LINE.
in_bash() {
	bash --norc -c '. ./completion
		read -ra COMP_WORDS <<<"${1//=/ = }"
		[[ $1 == *[\ =] ]] && COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		compopt() { :; }
		_ipcdiag
		printf "%s\n" "${COMPREPLY[@]}"' - "$1"
}
in_zsh() { timeout 60 zsh -f "$tests/complete.zsh" "$work" "$1" </dev/null | tr -d '\r'; }
in_fish() { fish --no-config -c 'source ./completion; complete -C $argv[1]' "$1"; }

is_offered() { # SHELL LINE WORD
	in_"$1" "$2" >out 2>err
	grep -qE -- "(^|[^a-z])$3([^a-z]|\$)" out
}

# Three tries: zsh behind its pseudo terminal now and then offers nothing, and does when it is asked again.
offers() { # SHELL LINE WORD
	if is_offered "$@" || is_offered "$@" || is_offered "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $1 does not offer $3 behind '$2'"
		head -n 10 out err
	fi
}

does_not_offer() { # SHELL LINE WORD
	if is_offered "$@"; then
		failed=$((failed + 1))
		echo "FAIL $1 offers $3 behind '$2'"
	else
		passed=$((passed + 1))
	fi
}

for shell in bash zsh fish; do
	if ! command -v $shell >/dev/null; then
		echo "left out: completions for $shell (Debian: $shell)"
		continue
	fi
	ipcdiag --completions=$shell >completion || exit 1
	cp completion _ipcdiag
	offers $shell 'ipcdiag re' records
	offers $shell 'ipcdiag --no' no-config
	offers $shell 'ipcdiag --fail-on=' never
	offers $shell 'ipcdiag -f gi' gitlab
	offers $shell 'ipcdiag --format=gi' github
	offers $shell 'ipcdiag explain pipe/br' 'pipe/broken'
	offers $shell 'ipcdiag -e pipe/b' 'pipe/broken'
	offers $shell 'ipcdiag --config br' 'broken.strace'
	offers $shell 'ipcdiag br' 'broken.strace'
	offers $shell 'ipcdiag -o js' jsonl
	offers $shell 'ipcdiag run --wai' wait
	offers $shell 'ipcdiag run slee' sleep
	offers $shell 'ipcdiag attach --snap' snapshot
	offers $shell "ipcdiag attach ${pid%?}" $pid
	offers $shell 'ipcdiag help att' attach
	does_not_offer $shell 'ipcdiag records --wai' wait
	does_not_offer $shell 'ipcdiag --snap' snapshot
	does_not_offer $shell 'ipcdiag -f gi' records
	does_not_offer $shell 'ipcdiag --fail-on=' json

	# Every option of --help is known.
	for option in $(ipcdiag --help | grep -oE '^  (-., |    )--[a-z-]+' | grep -oE '[a-z-]+$' | sed 's/^--//'); do
		if grep -qE -- "(--|-l )$option\b" completion; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
			echo "FAIL $shell does not know --$option"
		fi
	done
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
