"""usage: injection.py FOLDER TRACE...: copies traces into FOLDER with attacks in them, and prints the names of the copies, NUL behind each.
Attacked are names of programs, paths, payloads and the name of the file, with what a shell, HTML, XML, Markdown, CI systems and
terminals would obey. A shell that does creates the file OWNED."""
import os, re, sys

SHELL = "$(: >OWNED)`: >OWNED`';: >OWNED;'\\\";: >OWNED;\\\"|: >OWNED&: >OWNED #"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>]]>--><!--&lt;&#27;**bold** [l](x) @octocat #1 |cell|"
CI = "%0A::error::pwned\\n::error file=x::pwned\\r##[error]pwned\\n::set-output name=x::y "
TERMINAL = "\\33[31m\\33]0;title\\7\\10\\177\\302\\233\\342\\200\\256"  # as strace prints it
RAW = b"\x1b[31m\x1b]0;title\x07\x08\x7f\xc2\x9b\xe2\x80\xae\xff\xfe"  # as strace never does
ATTACK = "-x" + SHELL + MARKUP + CI + TERMINAL
NAME = ATTACK.replace("/", "!")
FILE_NAME = (SHELL.replace("\\", "") + "<script>&]]>%0A\n::error::pwned\r\x1b[31m\u202e.strace").replace("/", "!")


def attack(line, number):
    line = re.sub(r'(execve\("[^"]*)"', lambda m: m[1] + NAME + '"', line)
    line = re.sub(r'(sun_path=@?"[^"]*)"', lambda m: m[1] + ATTACK + '"', line)
    line = re.sub(r'((?:open|openat|mknod|mknodat|shm_open|mq_open|unlink|bind|chdir)\((?:AT_FDCWD, )?"[^"]*)"', lambda m: m[1] + ATTACK + '"', line)
    line = re.sub(r'((?:write|send|sendto|read|recv|recvfrom|msgsnd)\(\d+[^,]*, )"', lambda m: m[1] + '"' + ATTACK, line)
    data = line.encode("utf-8", "surrogateescape")
    if number % 7 == 3:
        data = data.replace(b'"', b'"' + RAW, 1)
    return data


folder = sys.argv[1]
for number, trace in enumerate(sys.argv[2:]):
    name = os.path.join(folder, f"{number}" + FILE_NAME)
    with open(trace, encoding="utf-8", errors="surrogateescape", newline="\n") as source, open(name, "wb") as copy:
        for at, line in enumerate(source):
            copy.write(attack(line, at))
    sys.stdout.write(name + "\0")
