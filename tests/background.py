"""`ipcdiag run` and what its command leaves in the background."""
import os, signal, subprocess, sys, tempfile, time

IPCDIAG = os.environ["IPCDIAG"]
PATIENCE = 60
passed = failed = 0
LEAVE = 'while :; do echo x >>"$0"; sleep 0.1; done & echo $! >"$0.pid"; exit 7'


def check(name, good, detail=""):
    global passed, failed
    passed += bool(good)
    failed += not good
    if not good:
        print(f"FAIL {name}: {repr(detail)[:2000]}")


def run(*arguments):
    with tempfile.TemporaryFile("w+") as errors:  # what is left behind keeps a pipe open
        done = subprocess.run([IPCDIAG, "run", "--no-config", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=errors, timeout=PATIENCE)
        errors.seek(0)
        return done.returncode, errors.read()


def can_trace():
    try:
        return subprocess.run(["strace", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def size_grows(path):
    size, end = os.stat(path).st_size, time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if os.stat(path).st_size >= size + 6:
            return True
        time.sleep(0.1)
    return False


def tracer_of(pid):
    return int(open(f"/proc/{pid}/status").read().split("TracerPid:")[1].split()[0])


def left_in_the_background(folder, traced, *options):
    name = f"{folder}/{len(os.listdir(folder))}"
    status, errors = run(*options, "--", "sh", "-c", LEAVE, name)
    pid = int(open(f"{name}.pid").read())
    check(f"{options}: status of the command", status == 7, (status, errors))
    check(f"{options}: said once", errors.count("has ended and left") == 1 and f"sh[{pid}]" in errors, errors)
    check(f"{options}: it goes on unharmed", size_grows(name), errors)
    tracer = tracer_of(pid)
    check(f"{options}: traced or not", bool(tracer) == traced, tracer)
    os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while tracer and os.path.exists(f"/proc/{tracer}") and time.monotonic() < end:
        time.sleep(0.1)
    check(f"{options}: strace ends with it", not tracer or not os.path.exists(f"/proc/{tracer}"), tracer)


def killed_command():
    status, errors = run("--", "sh", "-c", "sleep 3 & kill -TERM $$")
    check("killed by a signal", status == 128 + signal.SIGTERM, (status, errors))


def all_are_waited_for():
    begun = time.monotonic()
    status, errors = run("--wait=all", "--", "sh", "-c", "sleep 3 & exit 4")
    check("--wait=all", status == 4 and time.monotonic() - begun >= 3 and "--wait=all says" in errors, (status, errors))


def pipelines_are_no_background():
    status, errors = run("--", "sh", "-c", "(sleep 2; echo x) | cat; exit 5")
    check("a pipeline", status == 5 and "has ended" not in errors, (status, errors))


def quiet_time():
    status, errors = run("-v", "--", "timeout", "7", "sh", "-c", "sleep 20 | cat")
    check("a quiet time is told", "nothing has happened for 5 seconds" in errors and "waits in read on fd 0 (pipe:[" in errors, errors)
    check("once", errors.count("nothing has happened") == 1, errors)
    status, errors = run("--", "timeout", "7", "sh", "-c", "sleep 20 | cat")
    check("only to terminals", "nothing has happened" not in errors, errors)


def options_of_strace(folder):
    status, errors = run(f"--keep={folder}/kept", "--strace=-s 3", "--strace=-e", "--strace=trace=write", "--", "sh", "-c", "echo abcdefgh")
    text = open(f"{folder}/kept").read()
    check("--strace", status == 0 and '"abc"...' in text and "execve(" not in text, (status, errors, text))
    status, errors = run("--strace=--no-such-option", "--", "true")
    check("options that strace refuses", status == 3 and "refuses the options" in errors, (status, errors))


if not can_trace():
    print("left out: strace may not trace here")
    print("0 passed, 0 failed")
    sys.exit(0)
with tempfile.TemporaryDirectory() as folder:
    left_in_the_background(folder, False, "--wait=command")
    seccomp = subprocess.run(["strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "true"], stderr=subprocess.DEVNULL).returncode == 0
    left_in_the_background(folder, seccomp)
    left_in_the_background(folder, seccomp, f"--keep={folder}/trace")
    options_of_strace(folder)
killed_command()
all_are_waited_for()
pipelines_are_no_background()
quiet_time()
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
