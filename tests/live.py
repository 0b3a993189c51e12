"""Live use of ipcdiag: what it does while its input is still open. Waits are bounded; nothing depends on how fast the machine is."""
import json, os, select, signal, subprocess, sys, tempfile, time

IPCDIAG = os.environ["IPCDIAG"]
DEMO = open("fixtures/demo/backup.strace", "rb").read()
PATIENCE = 60
WRITERS, WRITER_LINES = 4, 40000
LETTERS = str.maketrans("0123456789", "ghijklmnop")
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    passed += bool(good)
    failed += not good
    if not good:
        print(f"FAIL {name}: {repr(detail)[:2000]}")


def start(*options, **more):
    return subprocess.Popen([IPCDIAG, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **more)


def read_until(stream, word):
    """What comes until `word` does, or nothing comes any more."""
    text, end = b"", time.monotonic() + PATIENCE
    while word not in text and time.monotonic() < end:
        if select.select([stream], [], [], 1)[0]:
            part = os.read(stream.fileno(), 65536)
            if not part:
                break
            text += part
    return text


def wait_for_handler(process):
    """Until the process catches SIGTERM: bit 14 of SigCgt."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        status = open(f"/proc/{process.pid}/status").read()
        if int(status.split("SigCgt:")[1].split()[0], 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.02)


def read_of_process(pid, name):
    """A file below /proc/PID; empty when the process has gone."""
    try:
        return open(f"/proc/{pid}/{name}").read()
    except OSError:
        return ""


def children(pid):
    return [int(word) for word in read_of_process(pid, f"task/{pid}/children").split()]


def wait_for_program(process, name):
    """Until strace, its child, runs the program."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for strace in children(process.pid):
            for program in children(strace):
                if read_of_process(program, "comm").strip() == name:
                    return
        time.sleep(0.02)


def wait_for_tracer(pid):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and "TracerPid:\t0" in open(f"/proc/{pid}/status").read():
        time.sleep(0.02)


def end_of(process, name):
    try:
        out, err = process.communicate(timeout=PATIENCE)
        return process.returncode, out, err
    except subprocess.TimeoutExpired:
        process.kill()
        check(name, False, "did not end")
        return None, b"", b""


def first_interrupt_reads_on():
    p = start("-f", "short")
    wait_for_handler(p)
    p.send_signal(signal.SIGINT)
    p.stdin.write(DEMO)
    status, out, err = end_of(p, "first ^C")
    check("first ^C: the rest is read", status == 1 and b"pipe/broken" in out, (status, out, err))


def second_interrupt_stops():
    p = start()
    p.stdin.write(DEMO)
    p.stdin.flush()
    wait_for_handler(p)
    keep_open = os.dup(p.stdin.fileno())
    for _ in range(PATIENCE):
        p.send_signal(signal.SIGINT)
        try:
            p.wait(timeout=0.5)
            break
        except subprocess.TimeoutExpired:
            pass  # two that come at once are one
    status, out, err = end_of(p, "second ^C")
    os.close(keep_open)
    check("second ^C: stops and summarises", status == 3 and b"line" in out and b"stopped" in err, (status, out, err))


def terminate_stops(*command):
    p = start(*command)
    p.stdin.write(DEMO)
    p.stdin.flush()
    wait_for_handler(p)
    keep_open = os.dup(p.stdin.fileno())
    p.send_signal(signal.SIGTERM)
    status, out, err = end_of(p, "SIGTERM")
    os.close(keep_open)
    check(f"SIGTERM: stops and says so {command}", status == 3 and b"stopped" in err, (status, out, err))
    check(f"SIGTERM: summarises {command}", command or b"line" in out, (status, out, err))


def stalls_are_told_at_once():
    p = start("-f", "short", "--stall=1", "--severity=note")
    p.stdin.write(b'1 execve("/bin/a", ["a"], 0x7ff) = 0\n1 pipe2([3, 4], 0) = 0\n1 read(3,  <unfinished ...>\n')
    p.stdin.flush()
    text = read_until(p.stdout, b"]\n")
    check("a stall is told while the input is open", b"pipe/" in text, text)
    end_of(p, "stall")


def calls_without_line_end_are_known():
    """strace leaves it at the beginning of a call until something else happens: a lone program that hangs has no line's end."""
    p = start("-f", "jsonl", "--stall=1", "--severity=note")
    p.stdin.write(b'1 execve("/bin/a", ["a"], 0x7ff) = 0\n1 pipe2([3, 4], 0) = 0\n1 read(3, ')
    p.stdin.flush()
    text = read_until(p.stdout, b'"finding"')
    check("a stall is told though its line has no end", b"pipe/no-eof" in text, text)
    p.stdin.write(b'"", 1) = 0\n1 write(7, "", 1) = -1 EBADF (Bad file descriptor)\n1 +++ exited with 1 +++\n')
    status, out, err = end_of(p, "the rest of a cut line")
    lines = [json.loads(line) for line in out.splitlines()]
    check("the rest of a line is the rest of its call", [x["line"] for x in lines if x["type"] == "finding"] == [4]
          and lines[-1]["lines"] == 5 and lines[-1]["unparsed"] == 0 and lines[-1]["records"]["resumed"] == 1, (out, err))


def parallel_writers_do_not_tear_lines():
    """Four writers, one pipe, 160,000 lines; a part of them longer than a pipe takes at once."""
    with tempfile.NamedTemporaryFile("w", suffix=".strace") as trace:
        for i in range(WRITER_LINES):
            word = f"{i:x}".translate(LETTERS)
            trace.write(f'1 connect(3, {{sa_family=AF_UNIX, sun_path="/run/{word}"}}, 110) = -1 ENOENT (No such file or directory)\n'
                        + (f'1 write(9, "{"x" * 9000}", 9000) = -1 EBADF (Bad file descriptor)\n' if i % 1000 == 0 else ""))
        trace.flush()
        read_end, write_end = os.pipe()
        many = [subprocess.Popen([IPCDIAG, "records", trace.name], stdout=write_end) for _ in range(WRITERS)]
        os.close(write_end)
        whole = longer = 0
        with os.fdopen(read_end, "rb") as stream:
            for line in stream:
                try:
                    json.loads(line)
                    whole += 1
                    longer += len(line) > 4096
                except ValueError:
                    check("a torn line", False, line[:200])
                    break
        check("parallel writers", whole >= WRITERS * WRITER_LINES and longer >= WRITERS * WRITER_LINES // 1000, (whole, longer))
        check("parallel writers end well", all(p.wait() == 0 for p in many))


def parallel_reports_stay_whole():
    read_end, write_end = os.pipe()
    many = [subprocess.Popen([IPCDIAG, "-f", "jsonl", f"--stdin-name=job-{i}"], stdin=subprocess.PIPE, stdout=write_end) for i in range(6)]
    os.close(write_end)
    for p in many:
        p.stdin.write(DEMO)
        p.stdin.close()
    with os.fdopen(read_end, "rb") as stream:
        types = [json.loads(line)["type"] for line in stream]
    for p in many:
        p.wait()
    check("parallel reports", all(types.count(t) == 6 for t in ("input", "finding", "summary")), types)


def run_passes_signals_on():
    p = start("run", "--", "sleep", "50")
    wait_for_program(p, "sleep")
    p.send_signal(signal.SIGTERM)
    status, out, err = end_of(p, "run, SIGTERM")
    check("run: SIGTERM reaches the program", status == 128 + signal.SIGTERM and b"lines: " in err and not out, (status, out, err))


def attach_once(target, seconds):
    p = start("attach", str(target.pid))
    wait_for_tracer(target.pid)
    time.sleep(seconds)
    p.send_signal(signal.SIGINT)
    return end_of(p, "attach, ^C")


def attach_lets_go():
    target = subprocess.Popen(["sleep", "100"])
    for seconds in (0.2, 1, 5, 20):  # until strace had the time to write a line
        status, out, err = attach_once(target, seconds)
        if status == 0:
            break
    check("attach: ^C ends and summarises", status == 0 and b"0 errors" in out, (status, out, err))
    check("attach: the process goes on", target.poll() is None)
    target.kill()
    target.wait()


def can_trace():
    try:
        return subprocess.run(["strace", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


first_interrupt_reads_on()
second_interrupt_stops()
terminate_stops()
terminate_stops("records")
terminate_stops("channels")
stalls_are_told_at_once()
calls_without_line_end_are_known()
parallel_writers_do_not_tear_lines()
parallel_reports_stay_whole()
if can_trace():
    run_passes_signals_on()
    attach_lets_go()
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
