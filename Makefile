# ipcdiag. What people call:
#   make            build/ipcdiag
#   make demo       install what the build needs (Debian), build, diagnose a bundled trace
#   make check      install what the tests need (Debian), build, run all tests; check-quick: without the sanitizers' second round
#   make asan       build/asan/ipcdiag, with AddressSanitizer and UndefinedBehaviorSanitizer
#   make bless      rewrite the expected files of the golden tests (read the diff before you commit it)
#   make format     bring all C files into the form of .clang-format
#   make bench, make fuzz
#   make install, make uninstall     PREFIX=/usr/local DESTDIR=
CC       ?= gcc
CLANG    ?= clang
CFLAGS   ?= -O2 -g $(TUNE)
BUILD    ?= build
PREFIX   ?= /usr/local
JOBS     ?= $(shell nproc)
VERSION  := 0.1.0

ifeq ($(origin CC),default)
CC := gcc
endif
ifdef SANITIZE
SANITIZER := -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

# Runs on every x86-64. The generic tuning would clear a struct of some hundred bytes by "rep stos", which takes longer than all else that
# is done for a line.
TUNE := $(if $(findstring x86_64,$(shell $(CC) -dumpmachine)),-mtune=skylake)

# The program is optimised as a whole: a line's way through the layers has many short calls, worth a tenth of the time. The tests link
# the same objects one by one. Only with gcc: clang needs a linker of its own for it.
ifeq ($(SANITIZE)$(findstring clang,$(CC)),)
WHOLE := -flto=auto -ffat-lto-objects
endif

# Rows of tables end where the rest of them is zero.
WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wno-missing-field-initializers
override CPPFLAGS += -Iinclude -I$(BUILD)/include -D_GNU_SOURCE -DIPCDIAG_VERSION='"$(VERSION)"'
override CFLAGS   += -std=c11 $(WARNINGS) $(WERROR) $(SANITIZER) $(WHOLE)
LDLIBS := -lz -lzstd -llzma -lpcre2-8 -lyaml -ljansson -ldw -lelf -lpthread -lm

RULES   := $(sort $(wildcard src/rules/*/*.c))
SOURCES := $(sort $(wildcard src/*/*.c)) $(RULES)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/gen/rules_builtin.o $(BUILD)/gen/calls.o $(BUILD)/gen/tracer_filter.o
LIBRARY := $(BUILD)/libipcdiag.a
TESTS   := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
MANUALS := $(BUILD)/man/ipcdiag.1 $(BUILD)/man/ipcdiag-rules.7 $(patsubst %,$(BUILD)/%,$(wildcard man/*.[57]))
SHELLS  := bash zsh fish

all: $(BUILD)/ipcdiag

$(BUILD)/ipcdiag: $(OBJECTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Everything but main: what the unit tests link.
$(LIBRARY): $(filter-out $(BUILD)/src/cli/main.o,$(OBJECTS))
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	$(CC) $(CPPFLAGS) -Isrc $(CFLAGS) -MMD -MP -c -o $@ $<

# The table of rules follows from the file names: src/rules/pipe/no-eof.c defines rule_pipe_no_eof.
$(BUILD)/gen/rules_builtin.c: $(BUILD)/gen/rules.list
	@{ echo '#include <ipcdiag/rule.h>'; \
	   for r in $(RULES:src/rules/%.c=%); do echo "extern const struct rule rule_$$(echo $$r | tr /- __);"; done; \
	   echo 'static const struct rule *const table[] = {'; \
	   for r in $(RULES:src/rules/%.c=%); do echo "	&rule_$$(echo $$r | tr /- __),"; done; \
	   echo '	0};'; \
	   echo 'const struct rule *const *rules_builtin(unsigned *count) { *count = sizeof table / sizeof *table - 1; return table; }'; \
	 } > $@

# Changes only when a rule comes or goes.
$(BUILD)/gen/rules.list: FORCE
	@mkdir -p $(@D)
	@echo '$(RULES)' | cmp -s - $@ || echo '$(RULES)' > $@

$(BUILD)/gen/calls.c: src/event/calls.gperf
	@mkdir -p $(@D)
	gperf --output-file=$@ $<

# What "ipcdiag run" has strace look at: the calls that the model wants, "?" for those that this strace does not know.
$(BUILD)/gen/tracer_filter.c: src/event/calls.gperf Makefile
	@mkdir -p $(@D)
	@awk -F, 'BEGIN { printf "#include <cli/tracer.h>\nconst char tracer_filter[] = \"trace=" } \
	  /^%%/ { part++; next } \
	  part == 1 && /^[a-z_]/ && !/^syscall_/ { printf "%s?%s", separator, $$1; separator = "," } \
	  END { print "\";" }' $< > $@

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIBRARY)
	$(CC) $(CFLAGS) -fno-lto $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)

$(BUILD)/tests/unit/%.o: CPPFLAGS += -Isrc -Itests

tests: $(TESTS)

# --- manual pages and completions: the lists in them come from the program's own tables ---
$(BUILD)/man/%: man/% ; @mkdir -p $(@D) && cp $< $@
$(BUILD)/man/ipcdiag.1: man/ipcdiag.1.in $(BUILD)/man/generate
	$(BUILD)/man/generate < $< > $@
$(BUILD)/man/ipcdiag-rules.7: man/ipcdiag-rules.7.in $(BUILD)/man/generate
	$(BUILD)/man/generate < $< > $@
$(BUILD)/man/generate: $(BUILD)/man/generate.o $(LIBRARY)
	$(CC) $(CFLAGS) -fno-lto $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(BUILD)/man/generate.o: CPPFLAGS += -Isrc/cli

man: $(MANUALS)

install: all man
	install -D -m 755 $(BUILD)/ipcdiag $(DESTDIR)$(PREFIX)/bin/ipcdiag
	for page in $(MANUALS); do install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/} || exit 1; done
	for shell in $(SHELLS); do $(BUILD)/ipcdiag --completions=$$shell > $(BUILD)/completions.$$shell || exit 1; done
	install -D -m 644 $(BUILD)/completions.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/ipcdiag
	install -D -m 644 $(BUILD)/completions.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_ipcdiag
	install -D -m 644 $(BUILD)/completions.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/ipcdiag.fish

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/ipcdiag $(DESTDIR)$(PREFIX)/share/bash-completion/completions/ipcdiag \
	  $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_ipcdiag $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/ipcdiag.fish
	for page in $(MANUALS); do rm -f $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; done

# --- demonstration ---
demo:
	.ci/install build
	$(MAKE) -s -j$(JOBS) all
	@echo; echo '$$ ipcdiag fixtures/demo/backup.strace'
	@$(BUILD)/ipcdiag --no-config fixtures/demo/backup.strace; status=$$?; echo "exit status $$status"; test $$status -eq 1

# --- tests ---
check:
	.ci/install build test
	$(MAKE) -s -j$(JOBS) WERROR=-Werror all tests man clang
	$(MAKE) -s -j$(JOBS) WERROR=-Werror asan
	tests/run.sh static $(BUILD) $(BUILD)/asan

check-quick:
	$(MAKE) -s -j$(JOBS) all tests man
	tests/run.sh static $(BUILD)

asan:
	$(MAKE) -s BUILD=$(BUILD)/asan SANITIZE=address,undefined CFLAGS='-O1 -g' all tests

# Clang looks at every file with its own warnings; nothing is kept.
clang: $(SOURCES:%.c=$(BUILD)/clang/%.ok)
$(BUILD)/clang/%.ok: %.c $(BUILD)/%.o
	@mkdir -p $(@D)
	$(CLANG) $(CPPFLAGS) -std=c11 $(WARNINGS) -Werror -O1 -fsyntax-only $<
	@touch $@

bless: all
	tests/golden.sh --bless
	tests/readme.sh --bless

format:
	find src include tests man fixtures/progs -name '*.[ch]' -exec clang-format -i {} +

bench: all
	tests/bench/bench.sh $(BUILD)/ipcdiag

# Each fuzzer for FUZZ_SECONDS; needs clang with libFuzzer. The dictionary is in the form of AFL++, too (afl-fuzz -x).
FUZZ_SECONDS ?= 60
fuzz:
	$(MAKE) -s -j$(JOBS) BUILD=$(BUILD)/fuzz CC=$(CLANG) CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined' run-fuzzers
run-fuzzers: $(FUZZERS:%=$(BUILD)/%)
	for f in $(FUZZERS); do mkdir -p $(BUILD)/corpus/$$f; \
	  $(BUILD)/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=10 -close_fd_mask=2 -artifact_prefix=$(BUILD)/corpus/ -rss_limit_mb=1024 -dict=tests/fuzz/strace.dict $(BUILD)/corpus/$$f $(wildcard fixtures/trace fixtures/hostile fixtures/demo) || exit 1; done
$(BUILD)/fuzz_%: tests/fuzz/fuzz_%.c $(LIBRARY)
	$(CC) $(CPPFLAGS) -Isrc -Itests $(CFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $^ $(LDLIBS)

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d) $(TESTS:=.d) $(BUILD)/man/generate.d
FORCE:
.PHONY: all tests man install uninstall demo check check-quick asan clang bless format bench fuzz run-fuzzers clean FORCE
.SECONDARY:
.DELETE_ON_ERROR:
