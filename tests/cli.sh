#!/bin/bash
# The contract of the command line: exit statuses, formats, habits. Each case runs the program and looks at what it did.
set -u
cd "$(dirname "$0")/.." || exit 2
ipcdiag=${IPCDIAG:-$PWD/build/ipcdiag}
demo=$PWD/fixtures/demo/backup.strace
tests=$PWD/tests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
export HOME=$work XDG_CONFIG_HOME=$work/xdg LC_ALL=C.UTF-8
unset NO_COLOR FORCE_COLOR CLICOLOR_FORCE
passed=0 failed=0

# A healthy trace, and one with a fault.
cat >healthy.strace <<'END'
100 execve("/bin/a", ["a"], 0x7ffd /* 2 vars */) = 0
100 write(1, "secret\n", 7) = 7
100 exit_group(0) = ?
100 +++ exited with 0 +++
END

# run NAME COMMAND...: the case that the following checks belong to
run() {
	name=$1
	shift
	"$@" >out 2>err </dev/null
	status=$?
}

pass() { passed=$((passed + 1)); }
fail() {
	failed=$((failed + 1))
	echo "FAIL $name: $*"
	sed 's/^/    out: /' out | head -n 15
	sed 's/^/    err: /' err | head -n 15
}
is() { if [ "$status" = "$1" ]; then pass; else fail "status $status, expected $1"; fi; }
out() { if grep -qE -- "$1" out; then pass; else fail "standard output lacks: $1"; fi; }
err() { if grep -qE -- "$1" err; then pass; else fail "standard error lacks: $1"; fi; }
silent() { if [ -s "$1" ]; then fail "$1 is not empty"; else pass; fi; }
holds() { if "$@" >/dev/null; then pass; else fail "not true: $*"; fi; }
same() { if cmp -s "$1" "$2"; then pass; else fail "$1 and $2 differ"; fi; }

# --- exit status ---
run "a fault" "$ipcdiag" "$demo"; is 1; out 'error: .*EPIPE.*\[pipe/broken\]'; out '^3 processes, 545 lines: 1 error'; silent err
run "no fault" "$ipcdiag" healthy.strace; is 0; out '0 errors'
run "fail-on never" "$ipcdiag" --fail-on=never "$demo"; is 0; out 'pipe/broken'
run "fail-on note" "$ipcdiag" --fail-on=note --severity=error "$demo"; is 1
run "another status" "$ipcdiag" --error-exitcode=42 "$demo"; is 42
run "another status, no finding" "$ipcdiag" --error-exitcode=42 healthy.strace; is 0
for n in 0 124 125 255 256 -1 x ''; do
	run "status $n is refused" "$ipcdiag" "--error-exitcode=$n" "$demo"; is 2
done
run "missing file" "$ipcdiag" nowhere.strace; is 3; err 'nowhere.strace: no such file'
run "missing file beside a faulty one" "$ipcdiag" nowhere.strace "$demo"; is 3; out 'pipe/broken'
: >empty
run "empty input" "$ipcdiag" empty; is 3; err 'empty'; err 'strace -f -o'
run "no trace" "$ipcdiag" /etc/passwd; is 3; err 'no strace output'; err 'strace -f -o'
head -c 20000 /dev/urandom >random
run "noise" "$ipcdiag" random; is 3
awk 'NR % 10 { print "10:00:0" NR % 10 " INFO request " NR; next } 1' "$demo" >drowned
run "mostly something else" "$ipcdiag" drowned; is 3; err 'only [0-9]+ of 545 lines'
run "mostly something else, and that is known" "$ipcdiag" --pass-through drowned; holds [ "$status" != 3 ]
printf '%s\n' 'main() = 0' '  0.010 ( 0.002 ms): cat/123 openat(dfd: CWD, filename: /etc/x) = 3' '  0.013 ( 0.001 ms): cat/123 read(fd: 3) = 5' >perf.txt
run "perf trace" "$ipcdiag" perf.txt; is 3; err 'perf trace'
printf '%s\n' 'malloc(24) = 0x55d0c0de' 'strlen("abc") = 3' 'puts("x") = 2' '+++ exited (status 0) +++' >ltrace.txt
run "ltrace" "$ipcdiag" ltrace.txt; is 3; err 'the output of ltrace'
printf '%s\n' 'a line of ls' 'strace: Process 12 attached' '% time     seconds  usecs/call     calls    errors syscall' \
	'------ ----------- ----------- --------- --------- ----------------' ' 34.26    0.000326          15        21         9 wait4' \
	'------ ----------- ----------- --------- --------- ----------------' '100.00    0.000326           6        50         9 total' >table.txt
run "only a table" "$ipcdiag" table.txt; is 3; err 'strace -c without the calls'
(cat healthy.strace; printf '200 read(3, "abc') >cut.strace
run "cut in a string" "$ipcdiag" cut.strace; is 3; err 'ends in the middle of a line'
(cat healthy.strace; cat table.txt) >both.strace
run "calls and a table" "$ipcdiag" both.strace; is 0
(cat healthy.strace; printf '200 read(3, ') >blocked.strace
run "blocked at the end" "$ipcdiag" blocked.strace; is 0
gzip -c "$demo" >cut.gz
run "compressed" "$ipcdiag" cut.gz; is 1; out 'pipe/broken'
truncate -s -200 cut.gz
run "cut off" "$ipcdiag" cut.gz; is 3; err 'cut.gz'
mkdir bare
run "a folder that holds no trace" "$ipcdiag" bare; is 3
run "usage wins over a missing file" "$ipcdiag" --severity=loud nowhere.strace; is 2

# --- options ---
run "unknown option" "$ipcdiag" --fromat=json "$demo"; is 2; err "did you mean '--format'"; silent out
run "unknown letter" "$ipcdiag" -X "$demo"; is 2; err "'-X'"
run "ambiguous option" "$ipcdiag" --s=1 "$demo"; is 2; err 'several'
run "missing argument" "$ipcdiag" "$demo" --format; is 2; err 'needs an argument'
run "argument too much" "$ipcdiag" --quiet=1 "$demo"; is 2; err 'takes no argument'
run "unknown format" "$ipcdiag" -f jsn "$demo"; is 2; err "did you mean 'json"
run "unknown level" "$ipcdiag" --fail-on=fatal "$demo"; is 2; err 'note warning error never'
run "bad seconds" "$ipcdiag" --stall=nan "$demo"; is 2
run "option of another command" "$ipcdiag" rules -f json; is 2; err "not for 'rules'"
run "misspelt command" "$ipcdiag" recrods; is 2; err "did you mean 'records'"
run "help" "$ipcdiag" --help; is 0; out '--fail-on=LEVEL'; out 'sarif'; out '^  3 '; silent err
for command in check run attach merge records channels rules explain help; do
	run "help of $command" "$ipcdiag" help "$command"; is 0; out '^Usage: ipcdiag'; holds [ "$(wc -L <out)" -le 80 ]
done
run "help of an unknown command" "$ipcdiag" help chanels; is 2; err "did you mean 'channels'"
run "values in the help" "$ipcdiag" help run; is 0; out 'WHEN is auto, always or'; out 'FOR is auto, command'
run "a folder of rules" "$ipcdiag" -d pipe /dev/null; is 2; err "did you mean 'pipe/\*'"
run "help of a command" "$ipcdiag" run --help; is 0; out '^Usage: ipcdiag run'
run "version" "$ipcdiag" -V; is 0; out '^ipcdiag [0-9]+\.[0-9]+\.[0-9]+$'
run "options behind files" "$ipcdiag" "$demo" -f short; is 1; out '^[^ ]+:[0-9]+: error: .* \[pipe/broken\]$'
run "end of options" "$ipcdiag" -- -f; is 3; err '^ipcdiag: -f: '

# --- rules ---
run "rules" "$ipcdiag" rules; is 0; out '^pipe/broken +error'
run "rules, one folder" "$ipcdiag" rules -e 'pipe/*'; is 0; holds [ "$(grep -vc '^pipe/' out)" = 0 ]
run "rules, less one" "$ipcdiag" rules -d pipe/broken; is 0; holds [ "$(grep -c '^pipe/broken ' out)" = 0 ]
run "rules, one of the disabled" "$ipcdiag" rules -d 'pipe/*' -e pipe/broken; is 0; out '^pipe/broken'; out '^socket/'
run "explain" "$ipcdiag" explain pipe/broken; is 0; out '^pipe/broken \(error\)'; out '^Why:'; out '^Check:'
run "explain nothing" "$ipcdiag" explain; is 2
run "unknown rule" "$ipcdiag" explain pipe/borken; is 2; err "did you mean 'pipe/broken'"
run "glob that matches nothing" "$ipcdiag" -d 'pip/*' "$demo"; is 2; err 'no rule'
run "disabled rule" "$ipcdiag" -d pipe/broken "$demo"; is 0
run "only other rules" "$ipcdiag" -e 'socket/*' "$demo"; is 0

# --- formats and outputs ---
run "json" "$ipcdiag" -f json "$demo"; is 1
holds jq -e '.schema == "ipcdiag-report/1" and .summary.error == 1 and .input.lines == 545 and .findings[0].rule == "pipe/broken"' out
run "jsonl" "$ipcdiag" -f jsonl "$demo"; is 1
holds [ "$(jq -r .type out | tr '\n' ' ')" = "input finding summary " ]
run "none" "$ipcdiag" -f none "$demo"; is 1; silent out; silent err
run "extra reports" "$ipcdiag" -o json:a.json -o sarif:b.sarif -f short "$demo"; is 1
holds jq -e .findings a.json; holds jq -e '.version == "2.1.0"' b.sarif
holds [ "$(find . -name '[ab].*.*' | wc -l)" = 0 ]
run "output without format" "$ipcdiag" -o report.json "$demo"; is 2; err 'FMT:FILE'
run "output of unknown format" "$ipcdiag" -o xml:report "$demo"; is 2; holds [ ! -e report ]
run "output to nowhere" "$ipcdiag" -o json:no/such/dir "$demo"; is 3; err 'no/such/dir'
echo old >kept.json
run "a failing run keeps the old report" "$ipcdiag" -o json:kept.json -f xml "$demo"; is 2; holds [ "$(cat kept.json)" = old ]
ln -s kept.json link.json
run "output through a link" "$ipcdiag" -f none -o json:link.json "$demo"; is 1; holds [ -L link.json ]; holds jq -e .schema kept.json
run "full disk" bash -c "'$ipcdiag' '$demo' >/dev/full"; is 3; err 'No space left'
run "full disk for an extra report" "$ipcdiag" -f none -o json:/dev/full "$demo"; is 3; err 'No space left'
run "help on a full disk" bash -c "'$ipcdiag' --help >/dev/full"; is 3
run "closed standard output" bash -c "'$ipcdiag' '$demo' >&-"; is 3
run "closed standard output, and an extra report" bash -c "'$ipcdiag' -o json:closed.json '$demo' >&-"; is 3; holds jq -e .schema closed.json
run "closed standard input" bash -c "'$ipcdiag' <&-"; is 3
run "a reader that has enough" bash -c "set -o pipefail; '$ipcdiag' -f json '$demo' | head -c 1"; is 1; silent err
run "quiet" "$ipcdiag" -q healthy.strace; is 0; silent out; silent err
run "hidden notes are told" "$ipcdiag" --severity=error "$demo"; is 1; out 'error'
"$ipcdiag" -f json "$demo" >first; "$ipcdiag" -f json "$demo" >second
name="same input, same bytes"; same first second

# --- colour ---
run "colour on demand" "$ipcdiag" --color=always "$demo"; is 1; out $'\033\\['
run "no colour in a file" "$ipcdiag" "$demo"; holds [ "$(grep -c $'\033' out)" = 0 ]
run "FORCE_COLOR" env FORCE_COLOR=1 "$ipcdiag" "$demo"; out $'\033\\['
run "NO_COLOR wins" env NO_COLOR=1 FORCE_COLOR=1 "$ipcdiag" "$demo"; holds [ "$(grep -c $'\033' out)" = 0 ]
run "the option wins" env NO_COLOR=1 "$ipcdiag" --color=always "$demo"; out $'\033\\['

# --- standard input ---
run "pipe" bash -c "cat '$demo' | '$ipcdiag'"; is 1; out '^<stdin>:[0-9]+: error'
run "dash" bash -c "cat '$demo' | '$ipcdiag' -"; is 1
run "name of standard input" bash -c "cat '$demo' | '$ipcdiag' --stdin-name=job.strace"; is 1; out '^job.strace:[0-9]+: error'
run "redirection" bash -c "'$ipcdiag' <'$demo'"; is 1; out '^<stdin>:[0-9]+: error'
yes '100 getpid() = 100' | head -n 200000 >long
run "the input is drained, whatever is wrong" bash -c "set -o pipefail; cat long | '$ipcdiag' --no-such-option"; is 2
run "the input is drained when the output is full" bash -c "set -o pipefail; cat long '$demo' | '$ipcdiag' -f jsonl >/dev/full"; is 3
if script -qec true /dev/null >/dev/null 2>&1; then
		run "terminal without a file" script -qec "$ipcdiag" typescript; is 2; out 'standard input is a terminal'
	else
		echo "no pseudo-terminal here: how a terminal is treated is not tested"
	fi
{ sleep 0.1; cat "$demo"; echo 'program says hello'; } >mixed
run "pass-through" bash -c "cat mixed | '$ipcdiag' --pass-through"; is 1; err '^program says hello$'
run "no pass-through" bash -c "cat mixed | '$ipcdiag'"; is 1; silent err

# --- several traces ---
run "two traces" "$ipcdiag" -f json "$demo" healthy.strace; is 1
holds jq -e '(.input.files | length) == 2 and .input.lines == 549 and .summary.error == 1' out
printf '%s\n' healthy.strace "$demo" >names
printf '%s\0' healthy.strace "$demo" >names0
run "names from a file" "$ipcdiag" -f json --files-from=names; is 1; holds jq -e '(.input.files | length) == 2' out
run "names from a pipe" bash -c "'$ipcdiag' -f json --files-from=- <names"; is 1; holds jq -e '(.input.files | length) == 2' out
run "names with NULs" "$ipcdiag" -f json -0 --files-from=names0; is 1; holds jq -e '(.input.files | length) == 2' out
run "names from nowhere" "$ipcdiag" --files-from=none; is 3; err 'none: No such file'
run "no names" "$ipcdiag" --files-from=empty; is 3; err 'names no trace'
for n in 1 2 3 4 5 6 7; do cp "$demo" "t$n.strace"; done
"$ipcdiag" -f json -j 1 t?.strace >first; "$ipcdiag" -f json -j 4 t?.strace >second
name="-j changes nothing"; same first second; holds jq -e '.summary.error == 7' second

# --- merge ---
"$ipcdiag" -f jsonl --fail-on=never t1.strace t2.strace >r1; "$ipcdiag" -f jsonl --fail-on=never "$demo" healthy.strace >r2
run "merge" "$ipcdiag" merge -f json r1 r2; is 1
holds jq -e '(.findings | length) == 1 and .findings[0].count == 3 and (.findings[0].inputs | length) == 3 and .input.lines == 1639 and .summary.error == 1' out
cp out merged
jq -c 'if .type == "finding" then .outcome = "tried" else . end' r2 >r3
run "merge keeps what became of it" "$ipcdiag" merge -f json r3; is 1; holds jq -e '.findings[0].outcome == "tried"' out
run "merge, the other way round" "$ipcdiag" merge -f json r2 r1; same out merged
run "merge of merged reports" bash -c "'$ipcdiag' merge -f jsonl r1 >m1; '$ipcdiag' merge -f json m1 r2"; same out merged
run "merge tells where" "$ipcdiag" merge r1 r2; is 1; out '^  times: 3'; out '^  in:    3 inputs: '
run "merge of a stream" bash -c "cat r2 r1 | '$ipcdiag' merge -f json"; is 1; same out merged
run "merge, no gate" "$ipcdiag" merge --fail-on=never r1; is 0
"$ipcdiag" -f json "$demo" >r.json
run "merge of a json report" "$ipcdiag" merge -f short r.json; is 1; out 'pipe/broken'
grep -v '"type":"summary"' r1 >dead
run "a run that died" "$ipcdiag" merge dead; is 3; err 'summary is missing'
run "merge of something else" "$ipcdiag" merge "$demo"; is 3
run "merge of nothing" "$ipcdiag" merge empty; is 3

sed 's,pipe/broken,later/rule,' r1 >later
for format in text short json jsonl sarif junit github gitlab markdown html; do
	run "merge of a rule of another version as $format" "$ipcdiag" merge -f $format later; is 1; out 'later/rule|"errors?": ?1|failures="1"'
done

# --- known findings ---
run "write a baseline" "$ipcdiag" --write-baseline=base.json "$demo"; is 0; holds jq -e '.findings | length >= 1' base.json
run "baseline" "$ipcdiag" --baseline=base.json "$demo"; is 0; err 'in the baseline: '; holds [ "$(grep -c pipe/broken out)" = 0 ]
run "a JSON report as baseline" "$ipcdiag" --baseline=r.json "$demo"; is 0
run "stale baseline" "$ipcdiag" --baseline=base.json healthy.strace; is 0; err 'did not occur'
run "no baseline" "$ipcdiag" --baseline=none "$demo"; is 2; err 'none'
run "broken baseline" "$ipcdiag" --baseline=names "$demo"; is 2; err '^ipcdiag: names:1:'
run "blocks" "$ipcdiag" --gen-suppressions "$demo"; is 1; out '^- rule: pipe/broken$'; out '^  reason: '
cp out known.yaml
run "suppressed" "$ipcdiag" --suppressions=known.yaml "$demo"; is 0; err 'suppressed: 1 finding'
{ cat known.yaml; echo '  expires: 2020-02-02'; } >expired.yaml
run "expired" "$ipcdiag" --suppressions=expired.yaml "$demo"; is 1; err 'expired on 2020-02-02'
grep -v reason known.yaml >bad.yaml
run "without a reason" "$ipcdiag" --suppressions=bad.yaml "$demo"; is 2; err 'bad.yaml:2:3: .*reason'

# --- rules of the user ---
cat >mine.rules <<'END'
- id: local/backup-broken
  severity: error
  title: the backup's pipe broke
  when:
    calls: [write, writev]
    errors: EPIPE
    objects: pipe
  process: ^tar$
  arguments: ', 10240$'
  message: "{process} lost its compressor"
  check: ls -l /proc/{pid}/fd
  fix: look at gzip
END
run "a rule of the user" "$ipcdiag" --rules=mine.rules -e 'local/*' "$demo"; is 1; out 'tar\[[0-9]+\] lost its compressor \[local/backup-broken\]'
out '^  check: ls -l /proc/[0-9]+/fd$'
run "it is listed" "$ipcdiag" rules --rules=mine.rules; is 0; out '^local/backup-broken +error'
run "it is explained" "$ipcdiag" explain --rules=mine.rules local/backup-broken; is 0; out 'lost its compressor'
run "rules are checked" "$ipcdiag" --rules=mine.rules --check-rules; is 0; silent out
while read -r edit; do
	sed -e "$edit" mine.rules >wrong.rules
	run "rule refused: $edit" "$ipcdiag" --rules=wrong.rules --check-rules; is 2; err '^ipcdiag: wrong.rules:[0-9]+:[0-9]+: '
done <<'END'
s/title:/tilte:/
s/EPIPE/EPIP/
s/writev/wrtiev/
s/pipe$/pip/
s/.tar./"("/
s/severity: error/severity: fatal/
s/local.backup-broken/Local/
s/local.backup-broken/pipe\/broken/
s/calls:/change: cal/
/message/d
/when/,/objects/d
s/- id/id/
END
sed "s/', 10240\$'/'^(a+)+\$'/" mine.rules >slow.rules
run "a pattern that backtracks" timeout 20 "$ipcdiag" --rules=slow.rules -e 'local/*' "$demo"; is 0
run "no such rule file" "$ipcdiag" --rules=none "$demo"; is 2; err 'none: No such file'

# --- live: a finding that nothing later can change is out before the input ends ---
mkfifo live
"$ipcdiag" -f short --rules=mine.rules -e "local/*" <live >live.out 2>err &
exec 7>live
cat "$demo" >&7
for _ in $(seq 100); do grep -q local/ live.out && break; sleep 0.1; done
name="live"; cp live.out out; out 'local/backup-broken'
exec 7>&-
wait $!; status=$?; is 1

# --- severities of the user ---
run "severity set" "$ipcdiag" --set-severity='pipe/*=warning' "$demo"; is 0; out ': warning: .*pipe/broken'
run "the last one decides" "$ipcdiag" --set-severity='pipe/*=note' --set-severity=pipe/broken=error "$demo"; is 1
run "severity of no rule" "$ipcdiag" --set-severity=pipe/borken=note "$demo"; is 2; err "did you mean 'pipe/broken'"
run "no severity" "$ipcdiag" --set-severity=pipe/broken=loud "$demo"; is 2; err 'GLOB=LEVEL'
run "fixes and checks are ready to paste" "$ipcdiag" -f json --severity=note "$demo"; holds jq -e 'all(.findings[] | .fix[], .check[]; startswith("$ ") | not)' out

# --- configuration ---
mkdir -p repo/sub/.x repo/.git xdg/ipcdiag
printf 'format: short\nerror-exitcode: 7\n' >repo/.ipcdiag.yaml
cd repo/sub || exit 2
run "configuration of the repository" "$ipcdiag" "$demo"; is 7; out '\[pipe/broken\]$'; holds [ "$(wc -l <out)" = 1 ]
run "the command line wins" "$ipcdiag" --error-exitcode=8 -f json "$demo"; is 8; holds jq -e .schema out
printf 'output:\n  - json:from-config.json\n' >output.yaml
run "reports from the configuration" "$ipcdiag" -c output.yaml "$demo"; is 1; holds [ -s from-config.json ]
run "no configuration" "$ipcdiag" --no-config "$demo"; is 1
echo 'fail-on: never' >mine.yaml
run "this configuration" "$ipcdiag" -c mine.yaml "$demo"; is 0
run "no such configuration" "$ipcdiag" -c none.yaml "$demo"; is 2; err 'none.yaml: No such file'
for text in 'fomat: json' 'format: [json]' 'severity: loud' 'format: &a json' 'format: !!str json' \
	'quiet: perhaps' $'format: json\nformat: text' $'a: 1\n---\nb: 2' '[1' '- format' 'text' "$(printf '[%.0s' {1..40})"; do
	echo "$text" >wrong.yaml
	run "refused: $text" "$ipcdiag" -c wrong.yaml "$demo"; is 2; err '^ipcdiag: wrong.yaml:[0-9]+:[0-9]+: '
done
cd "$work" || exit 2
echo 'fail-on: never' >xdg/ipcdiag/config.yaml
run "configuration of the user" "$ipcdiag" "$demo"; is 0
rm xdg/ipcdiag/config.yaml

# --- redaction ---
run "records" "$ipcdiag" records healthy.strace; is 0; out 'secret'; holds [ "$(jq -r .kind out | sort -u | tr '\n' ' ')" = "exit syscall " ]
run "redacted records" "$ipcdiag" records --redact healthy.strace; is 0; holds [ "$(grep -c secret out)" = 0 ]; out '/bin/a'
run "redacted report" "$ipcdiag" --redact -f json "$demo"; is 1; holds [ "$(jq -r '.findings[].evidence[].text // ""' out | grep -cE 'write\([0-9]+, "[^"]')" = 0 ]

# --- run and attach ---
if strace -o /dev/null true 2>/dev/null; then
	fault='{ sleep 0.3; head -c 100000 /dev/zero; } | exec false'
	run "run" "$ipcdiag" run -o json:run.json -- sh -c 'echo to-stdout; echo to-stderr >&2; exit 5'; is 5
	holds [ "$(cat out)" = to-stdout ]; err '^to-stderr$'; err '^[0-9]+ process'
	holds jq -e '.input.records.syscall > 10 and .summary.error == 0 and .input.files == ["<run>"]' run.json
	run "run, a fault" "$ipcdiag" run -- bash -c "$fault"; is 1; silent out; err '^<run>:[0-9]+: error: .*pipe/broken'
	run "run, a fault, another status" "$ipcdiag" run --error-exitcode=9 -- bash -c "$fault"; is 9
	run "run, a fault of which only the report tells" "$ipcdiag" run -f none -o short:run.short -- bash -c "$fault; exit 4"; is 1; silent out; silent err
	holds grep -q 'pipe/broken' run.short
	run "run, killed" "$ipcdiag" run --fail-on=never -- sh -c 'kill -9 $$'; is 137
	for n in 1 2 3 124 125 126 127 255; do
		run "run, the program's own $n" "$ipcdiag" run -q -- sh -c "exit $n"; is $n
	done
	run "run keeps the trace" "$ipcdiag" run --keep kept.strace -f short -- bash -c "$fault"; is 1; err '^kept.strace:[0-9]+: error'
	sed -n 's/^kept.strace:\([0-9]*\):.*pipe.broken.*/\1/p' err | head -n 1 >line
	holds grep -q EPIPE <(sed -n "$(cat line)p" kept.strace)
	"$ipcdiag" -f short kept.strace >again; cp err out
	name="the kept trace says the same"; same out again
	run "run cannot keep the trace" "$ipcdiag" run --keep no/such/dir -- sh -c 'echo ran'; is 3; err 'no/such/dir: cannot be written'; silent out
	run "run keeps the trace on a full disk" "$ipcdiag" run --keep /dev/full -- sh -c 'echo ran'; is 3; err '/dev/full: .*No space left'; out ran
	run "run on a full disk" bash -c "'$ipcdiag' run -- bash -c 'exit 0' 2>/dev/full"; is 3
	run "run nothing" "$ipcdiag" run; is 2
	run "run what is not there" "$ipcdiag" run -o json:none.json -- no-such-program; is 127; err 'not found'; holds [ ! -e none.json ]
	run "run what cannot run" "$ipcdiag" run -- /etc/passwd; is 126
	run "run with a bad option what is not there" "$ipcdiag" run -f bad no-such-program; is 2
	run "run keeps standard input" bash -c "echo word | '$ipcdiag' run -- cat"; is 0; out '^word$'
	run "run passes options on" "$ipcdiag" run -- echo --format=json; is 0; out '^--format=json$'
	run "run leaks no descriptor" "$ipcdiag" run --keep kept.strace -- ls /proc/self/fd; is 0; cp out fds; ls /proc/self/fd >out; same out fds
	run "run gets a signal" timeout -s TERM --foreground 1 "$ipcdiag" run -- sleep 20; err 'lines?: '
	run "run without strace" env PATH=/nonexistent "$ipcdiag" run -- /bin/true; is 3; err 'apt-get install strace'; silent out
	forbid="env ASAN_OPTIONS=detect_leaks=0 python3 $tests/no_ptrace.py" # LeakSanitizer needs ptrace, too
	run "run where ptrace is forbidden" $forbid "$ipcdiag" run -- echo ran; is 3; silent out; err 'cannot trace here: .*not permitted'; err 'cap-add=SYS_PTRACE'
	run "attach where ptrace is forbidden" $forbid "$ipcdiag" attach $$; is 3; err 'cap-add=SYS_PTRACE'
	run "attach to a word" "$ipcdiag" attach me; is 2
	run "attach to nobody" "$ipcdiag" attach 999999999; is 3; err 'no process 999999999'

	# Older straces: one that does not know --seccomp-bpf, one that knows no -yy either.
	mkdir old
	for refused in --seccomp-bpf '--seccomp-bpf|-yy'; do
		printf '#!/bin/bash\nfor word; do case $word in --) break;; %s) echo "strace: invalid option" >&2; exit 1;; esac; done\nexec %s "$@"\n' \
			"$refused" "$(command -v strace)" >old/strace
		chmod +x old/strace
		run "run with a strace without $refused" env PATH="$work/old:$PATH" "$ipcdiag" run -- bash -c "$fault"; is 1; err 'pipe/broken'
	done
	sleep 20 & sleeper=$!
	run "attach" timeout --foreground -s TERM 2 "$ipcdiag" attach $sleeper; out 'lines?: '
	holds kill -0 $sleeper
	kill $sleeper
else
	echo "strace cannot trace here: run and attach are not tested"
fi

# --- a family of strace -ff, named by the shell ---
awk '{ pid = $1; sub(/^[0-9]+ +/, ""); print >"one." pid }' "$demo"
echo text >one.txt
run "all files of a family" "$ipcdiag" channels one.[0-9]*; is 0
holds [ "$(grep -c '^the pipe' out)" = 1 ]; out 'fd 0 ended with gzip\[5103\]'
run "not all files of a family" "$ipcdiag" -f json --fail-on=never one.5101 one.5102; is 0
holds jq -e '.input.files == ["one.5101", "one.5102"] and .input.processes > 2' out

# --- completions ---
for shell in bash zsh fish; do
	run "completions for $shell" "$ipcdiag" --completions=$shell; is 0; out 'fail-on'
	if command -v "$shell" >/dev/null; then holds "$shell" -n out; fi
done
"$ipcdiag" --completions=bash >bash.completion
name="bash completes"
bash -c '. ./bash.completion; COMP_WORDS=(ipcdiag --fail-on = e); COMP_CWORD=3; _ipcdiag; echo "${COMPREPLY[*]}"' >out 2>err; out '^error$'
bash -c '. ./bash.completion; COMP_WORDS=(ipcdiag rec); COMP_CWORD=1; _ipcdiag; echo "${COMPREPLY[*]}"' >out 2>err; out 'records'
run "completions for another shell" "$ipcdiag" --completions=tcsh; is 2

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
