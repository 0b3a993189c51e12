"""Findings of `ipcdiag run` that this machine can explain: each names the holder, which is outside of the trace, and how that was learned."""
import ctypes, fcntl, os, re, socket, subprocess, sys, tempfile

IPCDIAG = os.environ["IPCDIAG"]
PATIENCE = 60
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    passed += bool(good)
    failed += not good
    if not good:
        print(f"FAIL {name}: {repr(detail)[:3000]}")


def run(code, *options, seconds=None):
    """Runs Python code under ipcdiag; with `seconds` it is ended after them."""
    command = (["timeout", str(seconds)] if seconds else []) + [PYTHON, "-c", code]
    done = subprocess.run([IPCDIAG, "run", "--no-config", "--severity=note", *options, "--", *command],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
    return done.stderr


def held_by_us(report):
    return re.search(rf"held by [^ \n]*\[{os.getpid()}\]", report)


def can_trace():
    try:
        return subprocess.run(["strace", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def port_in_use():
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            server = socket.create_server((host, 0), family=family)
        except OSError:
            print(f"left out: no {host} here")
            continue
        port = server.getsockname()[1]
        report = run(f"import socket; socket.create_server(({host!r}, {port}), family={int(family)})")
        check(f"port of {host}", held_by_us(report) and "/proc/net/tcp" in report, report)
        server.close()


def datagram_port_in_use():
    server = socket.socket(type=socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    port = server.getsockname()[1]
    report = run(f"import socket; socket.socket(type=socket.SOCK_DGRAM).bind(('127.0.0.1', {port}))")
    check("UDP port", held_by_us(report) and "/proc/net/udp" in report, report)


def nobody_listens():
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    server.close()
    report = run(f"import socket; socket.create_connection(('127.0.0.1', {port}))")
    check("nobody listens", f"nobody listens on 127.0.0.1:{port} of this machine (/proc/net/tcp, tcp6)" in report, report)


def path_in_use(folder):
    server = socket.socket(socket.AF_UNIX)
    server.bind(f"{folder}/s")
    server.listen()
    code = f"import socket; socket.socket(socket.AF_UNIX).bind('{folder}/s')"
    report = run(code)
    check("Unix path", held_by_us(report) and "/proc/net/unix" in report, report)
    server.close()
    report = run(code)
    check("left-over path", "no socket is bound to it: it was left behind" in report, report)


def lock_held(folder):
    with open(f"{folder}/lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        report = run(f"import fcntl; fcntl.flock(open('{folder}/lock', 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)")
    check("lock", held_by_us(report) and "/proc/locks" in report, report)


def other_end_of_fifo(folder):
    os.mkfifo(f"{folder}/fifo")
    end = os.open(f"{folder}/fifo", os.O_RDWR)
    report = run(f"open('{folder}/fifo').read()", "--stall=0.5", seconds=3)
    check("other end of a FIFO", held_by_us(report) and "the write end is held by" in report, report)
    os.close(end)


def other_end_of_connection(folder):
    server = socket.socket(socket.AF_UNIX)
    server.bind(f"{folder}/c")
    server.listen()
    report = run(f"import socket; s = socket.socket(socket.AF_UNIX); s.connect('{folder}/c'); s.recv(1)", "--stall=0.5", seconds=3)
    check("nothing is made up for a connection that waits to be accepted", f"[{os.getpid()}]" not in report, report)


def semaphore_held():
    libc = ctypes.CDLL(None, use_errno=True)
    semaphores = libc.semget(0, 1, 0o600 | 0o1000)
    if semaphores < 0:
        print("left out: no System V semaphores here")
        return
    libc.semctl(semaphores, 0, 16, 0)  # SETVAL
    code = f"import ctypes, struct; ctypes.CDLL(None).semop({semaphores}, struct.pack('HhH', 0, -1, 0), 1)"
    report = run(code, "--stall=0.5", seconds=3)
    libc.semctl(semaphores, 0, 0)  # IPC_RMID
    check("semaphore", re.search(rf"semaphore 0 is 0, 1 wait for more; it was changed last by [^ ]*\[{os.getpid()}\]", report), report)


def saved_traces_are_not_looked_up():
    port = 0
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        trace = f'4242 bind(3, {{sa_family=AF_INET, sin_port=htons({port}), sin_addr=inet_addr("127.0.0.1")}}, 16) = -1 EADDRINUSE (Address already in use)\n'
        done = subprocess.run([IPCDIAG, "--no-config"], input=trace, capture_output=True, text=True, timeout=PATIENCE)
    check("a saved trace says nothing of this machine", "address-in-use" in done.stdout and "Looked up" not in done.stdout, done.stdout)


def redacted():
    with socket.create_server(("127.0.0.1", 0)) as server:
        report = run(f"import socket; socket.create_server(('127.0.0.1', {server.getsockname()[1]}))", "--redact")
    check("--redact hides command lines", held_by_us(report) and "lookups.py" not in report, report)


PYTHON = os.path.realpath(sys.executable)
if can_trace():
    port_in_use()
    datagram_port_in_use()
    nobody_listens()
    with tempfile.TemporaryDirectory() as folder:
        path_in_use(folder)
        lock_held(folder)
        other_end_of_fifo(folder)
        other_end_of_connection(folder)
    semaphore_held()
    redacted()
else:
    print("left out: strace may not trace here")
saved_traces_are_not_looked_up()
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
