"""attach --snapshot on live processes: rings of pipes, locks, semaphores and threads are found, healthy waits are not, and nothing is disturbed."""
import json, os, signal, subprocess, sys, tempfile, time

IPCDIAG = os.environ["IPCDIAG"]
PATIENCE = 60
passed = failed = 0

PIPES = """
import os
a, b = os.pipe(), os.pipe()
if os.fork() == 0:
    os.close(a[1]); os.close(b[0]); os.read(a[0], 1)
os.close(a[0]); os.close(b[1]); os.read(b[0], 1)
"""
SOCKETS = """
import os, socket
a, b = socket.socketpair()
if os.fork() == 0:
    b.close(); a.recv(1)
a.close(); b.recv(1)
"""
LOCKS = """
import fcntl, os, sys
folder = sys.argv[1]
there, back = os.pipe(), os.pipe()
child = os.fork() == 0
first, second = ("A", "B") if child else ("B", "A")
x = open(folder + "/" + first, "w"); fcntl.flock(x, fcntl.LOCK_EX)
os.write((there if child else back)[1], b"x"); os.read((back if child else there)[0], 1)
y = open(folder + "/" + second, "w"); fcntl.flock(y, fcntl.LOCK_EX)
"""
SEMAPHORES = """
import ctypes, os, struct, sys
libc = ctypes.CDLL(None)
s = libc.semget(0, 2, 0o1600)
libc.semctl(s, 0, 16, 1); libc.semctl(s, 1, 16, 1)
open(sys.argv[1] + "/id", "w").write(str(s))
there, back = os.pipe(), os.pipe()
child = os.fork() == 0
first, second = (0, 1) if child else (1, 0)
take = lambda n: libc.semop(s, struct.pack("HhH", n, -1, 0), 1)
take(first)
os.write((there if child else back)[1], b"x"); os.read((back if child else there)[0], 1)
take(second)
"""
THREADS = """
import threading
a, b, meet = threading.Lock(), threading.Lock(), threading.Barrier(2)
def take(x, y):
    x.acquire(); meet.wait(); y.acquire()
threading.Thread(target=take, args=(a, b)).start()
take(b, a)
"""
OWN_PIPE = "import os; r, w = os.pipe(); os.read(r, 1)"
HEALTHY = """
import os, time
a = os.pipe()
if os.fork() == 0:
    os.close(a[1]); os.read(a[0], 1)
else:
    os.close(a[0]); time.sleep(600)
"""
PARENT = """
import os, time
if os.fork() == 0:
    time.sleep(600)
os.wait()
"""


def check(name, good, detail=""):
    global passed, failed
    passed += bool(good)
    failed += not good
    if not good:
        print(f"FAIL {name}: {repr(detail)[:3000]}")


def status(pid, name):
    try:
        return open(f"/proc/{pid}/{name}").read()
    except OSError:
        return ""


def children(pid):
    return [int(word) for word in status(pid, f"task/{pid}/children").split()]


def shot(*arguments):
    done = subprocess.run([IPCDIAG, "attach", "--no-config", "--snapshot", "--severity=note", *map(str, arguments)],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
    return done.returncode, done.stdout, done.stderr


def wait_until(good):
    end = time.monotonic() + PATIENCE
    while not good() and time.monotonic() < end:
        time.sleep(0.05)


def calls_of(pid):
    return [(p, status(p, "syscall")) for p in [pid, *children(pid)]]


def with_process(code, folder, look, ready):
    process = subprocess.Popen([sys.executable, "-c", code, folder], start_new_session=True, stdin=subprocess.DEVNULL)
    try:
        wait_until(lambda: ready(process.pid))
        look(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def deadlocked(name, code, words, rule="deadlock/cycle"):
    def look(pid):
        before = calls_of(pid)
        code, text, errors = shot("--tree", pid)
        check(f"{name}: found", code == 1 and f"[{rule}]" in text, (code, text, errors))
        for word in words:
            check(f"{name}: {word}", word.format(pid=pid) in text, text)
        check(f"{name}: undisturbed", before == calls_of(pid) and "TracerPid:\t0" in status(pid, "status"), before)
        code, text, _ = shot("--tree", "-f", "json", pid)
        report = json.loads(text)
        check(f"{name}: JSON", [f["rule"] for f in report["findings"]] == [rule] and report["findings"][0]["evidence"], text)

    with tempfile.TemporaryDirectory() as folder:
        with_process(code, folder, look, lambda pid: shot("--tree", "-f", "none", pid)[0] == 1)
        if os.path.exists(f"{folder}/id"):
            subprocess.run(["ipcrm", "-s", open(f"{folder}/id").read()])


def healthy(name, code, ready):
    def look(pid):
        status_, text, errors = shot("--tree", pid)
        check(f"{name}: nothing is wrong", status_ == 0 and "error:" not in text, (status_, text, errors))
        check(f"{name}: who waits is shown", f"[{pid}" in text or "waits" in text, text)

    with_process(code, "/", look, ready)


def attached():
    """attach has looked before: the trace itself cannot show who holds what."""
    def look(pid):
        done = subprocess.run(["timeout", "-s", "INT", "2", IPCDIAG, "attach", "--no-config", *map(str, [pid, *children(pid)])],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
        check("attach: the ring is found", "[deadlock/cycle]" in done.stdout, (done.stdout, done.stderr))
        check("attach: says what each waits for", done.stderr.count("waits in read on fd") >= 2, done.stderr)
        check("attach: lets go", children(pid) and "TracerPid:\t0" in status(pid, "status"), done.stderr)

    if subprocess.run(["strace", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        print("left out: strace may not trace here")
        return
    with_process(PIPES, "/", look, lambda pid: shot("--tree", "-f", "none", pid)[0] == 1)


def sees_calls():
    process = subprocess.Popen(["sleep", "60"])
    try:
        wait_until(lambda: "sleep" in status(process.pid, "comm"))
        time.sleep(0.1)
        return bool(status(process.pid, "syscall"))
    finally:
        process.kill()
        process.wait()


if not sees_calls():
    print("left out: /proc/PID/syscall may not be read here")
    print("0 passed, 0 failed")
    sys.exit(0)
deadlocked("pipes", PIPES, ["waits in read on fd", "has the write end as fd", "wait for each other in a ring", "python"])
deadlocked("socketpair", SOCKETS, ["waits in recvfrom on fd", "has the other end as fd"])
deadlocked("locks", LOCKS, ["waits in flock", "has the lock", "/proc/locks"])
deadlocked("semaphores", SEMAPHORES, ["semaphore 0 is 0", "it was changed last by", "likely"])
deadlocked("threads", THREADS, ["waits in futex", "likely"])
deadlocked("own pipe", OWN_PIPE, ["it waits for itself", "itself python"], "deadlock/stalled")
healthy("a writer that sleeps", HEALTHY, lambda pid: children(pid) and status(children(pid)[0], "syscall").startswith("0 "))
healthy("a child that sleeps", PARENT, lambda pid: "wait" in status(pid, "wchan"))
attached()
code, text, errors = shot(2 ** 22 + 1)
check("no such process", code == 3 and "there is no process" in errors, (code, errors))
check("--tree belongs to a look", subprocess.run([IPCDIAG, "run", "--tree", "true"], capture_output=True).returncode == 2)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
