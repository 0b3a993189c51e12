#!/usr/bin/env python3
"""The same recording in another dress must give the same findings.

usage: tests/dresses.py [--seed N] [--sample N] [--each] [--show] TRACE...

For each trace some dresses are drawn at random: calls cut into halves, stamps or annotations taken off, [pid N] or bare
numbers, CRLF, names of commands, one file or one a process. Rule, severity and line of each finding are compared, and its
cause where the dress takes no fact away. --each tries each dress by itself. Needs IPCDIAG, or build/ipcdiag.
"""
import argparse, json, os, random, re, subprocess, sys, tempfile

LEADER = re.compile(r'(?:\[pid +(\d+)\] |(\d+) +)?((?:\d\d:\d\d:\d\d(?:\.\d+)?|\d{9,}\.\d+|\d+\.\d{6}) )?')
CALL = re.compile(r'[a-z_][a-z0-9_]*\(')
CHILD = re.compile(r'^(?:clone3?|v?fork)\(.*\) += (\d+)')
OPEN, CLOSE = '([{', ')]}'


class Line:
    def __init__(self, number, text):
        m = LEADER.match(text)
        self.numbers = [number]  # of the original; a second half has that of its first
        self.pid, self.bracket = m[1] or m[2], m[1] is not None
        self.time, self.body = m[3] or '', text[m.end():]

    def text(self, form):
        pid = '' if self.pid is None else form % self.pid
        return pid + self.time + self.body

    def with_body(self, body):
        other = Line.__new__(Line)
        other.__dict__.update(self.__dict__, body=body)
        return other


def places(body):
    """Where a call may be cut: behind its arguments. Empty: it is no whole call."""
    m = CALL.match(body)
    if not m or '<unfinished' in body or ' resumed>' in body:
        return [], 0
    depth, string, found, i = 0, False, [], m.end()
    while i < len(body):
        c = body[i]
        if string:
            if c == '\\':
                i += 1
            string = c != '"'
        elif c == '"':
            string = True
        elif c in OPEN:
            depth += 1
        elif c in CLOSE:
            if depth == 0:
                return (found + [i], i) if re.match(r'\) += ', body[i:]) else ([], 0)
            depth -= 1
        elif c == '<' and (m2 := re.match(r'<(?:->|[^<>"]|<[^<>]*>)*>', body[i:])):
            i += m2.end() - 1
        elif body.startswith(' => ', i) and depth == 0:  # what follows is written at the return
            return found + [i], i
        elif body.startswith(', ', i) and depth == 0:
            found.append(i + 2)
        i += 1
    return [], 0


def cut(lines, draw):
    out, i = [], 0
    while i < len(lines):
        line = lines[i]
        at, _ = places(line.body)
        i += 1
        if not at or line.pid is None or draw.random() < 0.5 or line.body.startswith('exit'):
            out.append(line)
            continue
        p = draw.choice(at)
        name = line.body[:line.body.index('(')]
        out.append(line.with_body(line.body[:p] + ' <unfinished ...>'))
        child = CHILD.match(line.body)  # may run before its parent does again, unless it uses what comes later
        while child and i < len(lines) and lines[i].pid == child[1] and draw.random() < 0.5:
            out.append(lines[i])
            i += 1
        out.append(line.with_body('<... %s resumed>%s' % (name, line.body[p:])))
    return out


STRING_OR_NOTE = re.compile(r'"(?:[^"\\]|\\.)*"|(?<=[\d)D])<(?!\.)(?:->|[^<>"]|<[^<>]*>)*>')


def no_notes(lines, draw):
    return [l.with_body(STRING_OR_NOTE.sub(lambda m: m[0] if m[0][0] == '"' else '', l.body)) for l in lines]


def no_stamps(lines, draw):
    for l in lines:
        l.time = ''
    return lines


class Dress:
    def __init__(self, name, change=None, form=None, end='\n', split=False, exact=True, severity=True):
        self.name, self.change, self.form, self.end, self.split, self.exact = name, change, form, end, split, exact
        self.severity = severity


DRESSES = [
    Dress('halves', cut), Dress('no stamps', no_stamps, exact=False), Dress('no notes', no_notes, exact=False, severity=False),
    Dress('[pid]', form='[pid %5s] '), Dress('bare', form='%s '), Dress('wide', form='%-5s '),
    Dress('comm', form='%s<prog> ', exact=False), Dress('CRLF', end='\r\n'), Dress('files', split=True, exact=False),
]


def read(path):
    with open(path, encoding='latin-1', newline='') as f:
        texts = f.read().split('\n')
    if texts and not texts[-1]:
        texts.pop()
    return [Line(n, t.rstrip('\r')) for n, t in enumerate(texts, 1)]


def findings(ipcdiag, paths, place):
    """(rule, severity, line, cause) of each; lines as place() maps them."""
    run = subprocess.run([ipcdiag, 'check', '--no-config', '--format=json', '--severity=note', *paths],
                         capture_output=True, timeout=120)
    if run.returncode > 2:
        return [('status', run.returncode, run.stderr.decode()[-300:], '')]
    out = []
    for f in json.loads(run.stdout)['findings']:
        def mapped(m):
            return m[1] + re.sub(r'\d+', lambda n: str(place(f['file'], int(n[0]))), m[2])
        cause = re.sub(r'(lines? )(\d+(?:(?:, | and |–)\d+)*)', mapped, f['cause'] or '')
        out.append((f['rule'], f['severity'], place(f['file'], f['line']), cause))
    return sorted(out, key=str)


def write(folder, lines, dress, form):
    """Paths, and the function from a file's name and a line to a line of the original."""
    if dress.split:
        files = {}
        for l in lines:
            files.setdefault(l.pid, []).append(l)
        form = ''
    else:
        files = {None: lines}
    paths, numbers = [], {}
    for pid, part in files.items():
        path = os.path.join(folder, 'trace' + ('.' + pid if pid else ''))
        with open(path, 'w', encoding='latin-1', newline='') as f:
            for l in part:
                f.write((l.time + l.body if dress.split else l.text(form)) + dress.end)
        paths.append(path)
        numbers[path] = [l.numbers[0] for l in part]

    def place(path, n):
        at = numbers.get(path) or next(iter(numbers.values()))
        return at[n - 1] if 0 < n <= len(at) else n
    return paths, place


def fits(dress, lines):
    pids = {l.pid for l in lines}
    if dress.form or dress.split:
        if None in pids:
            return False
    if dress.split:
        return len(pids) > 1 and all(re.search(r'\.\d{6}', l.time) for l in lines)
    if dress.change is cut:
        return None not in pids
    if dress.change is no_notes:
        return any(STRING_OR_NOTE.sub(lambda m: m[0] if m[0][0] == '"' else '\0', l.body).count('\0') for l in lines)
    if dress.change is no_stamps:
        return any(l.time for l in lines)
    return True


def normal(found, wear):
    """Without stamps or notes less is known of causes; without notes also of what descriptors are (/dev/null), so of severity."""
    if wear.exact:
        return found
    return [f[:3] if wear.severity else (f[0], f[2]) for f in found]


def try_dresses(ipcdiag, path, dresses, draw, show):
    lines = read(path)
    form = '[pid %5s] ' if any(l.bracket for l in lines) else '%-5s '
    wear = Dress('+'.join(d.name for d in dresses), exact=all(d.exact for d in dresses),
                 severity=all(d.severity for d in dresses))
    if not all(fits(d, lines) for d in dresses):
        return True
    if any(d.split for d in dresses) and any(d.change is no_stamps for d in dresses):
        return True  # files without stamps: the order between processes is gone
    for d in dresses:
        if d.change:
            lines = d.change(lines, draw)
        form, wear.split, wear.end = d.form or form, wear.split or d.split, d.end if d.end != '\n' else wear.end
    before = findings(ipcdiag, [path], lambda f, n: n)
    if before and before[0][0] == 'status':  # a trace that cannot be read whole cannot be dressed
        return True
    with tempfile.TemporaryDirectory() as folder:
        paths, place = write(folder, lines, wear, form)
        after = findings(ipcdiag, paths, place)
        was, now = normal(before, wear), normal(after, wear)
        if sorted(was, key=str) == sorted(now, key=str):
            return True
        print(f'FAIL {path}: {wear.name}')
        for f in was:
            if f not in now:
                print('    gone:', *f)
        for f in now:
            if f not in was:
                print('    new: ', *f)
        if show:
            for p in paths:
                os.system(f'cp {p} /tmp/')
    return False


def main():
    a = argparse.ArgumentParser()
    a.add_argument('--seed', type=int, default=1)
    a.add_argument('--sample', type=int)
    a.add_argument('--each', action='store_true')
    a.add_argument('--only')
    a.add_argument('--exact', action='store_true', help='only dresses that take nothing away')
    a.add_argument('--show', action='store_true')
    a.add_argument('traces', nargs='+')
    o = a.parse_args()
    ipcdiag = os.environ.get('IPCDIAG', 'build/ipcdiag')
    draw = random.Random(o.seed)
    traces = sorted(t for t in o.traces if os.path.isfile(t))
    traces = draw.sample(traces, min(o.sample or len(traces), len(traces)))
    passed = failed = 0
    for t in traces:
        if o.only:
            sets = [[d for d in DRESSES if d.name == o.only]]
        elif o.each:
            sets = [[d] for d in DRESSES]
        else:
            fitting = [d for d in DRESSES if fits(d, read(t)) and (d.form is None or d.name == '[pid]')
                       and (d.exact or not o.exact)]
            sets = [draw.sample(fitting, min(len(fitting), draw.randint(1, 3)))]
        for s in sets:
            if try_dresses(ipcdiag, t, s, draw, o.show):
                passed += 1
            else:
                failed += 1
    print(f'{passed} passed, {failed} failed')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
