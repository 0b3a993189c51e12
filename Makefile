# ipcdiag: make; make check; make demo; make install PREFIX=/usr DESTDIR=...
CC      ?= gcc
CFLAGS  ?= -O2 -g
BUILD   ?= build
VERSION := 0.1.0

override CPPFLAGS += -Iinclude -I$(BUILD)/include -D_GNU_SOURCE -DIPCDIAG_VERSION='"$(VERSION)"'
override CFLAGS   += -std=c11 -Wall -Wextra -Wshadow -Wconversion $(WERROR)
LDLIBS = -lz -lzstd -llzma -lpcre2-8 -lyaml -ljansson -lpthread -lm

RULES   := $(sort $(wildcard src/rules/*/*.c))
SOURCES := $(sort $(wildcard src/*/*.c)) $(RULES)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/gen/rules_builtin.o $(BUILD)/gen/syscall_names.o

all: $(BUILD)/ipcdiag

$(BUILD)/ipcdiag: $(OBJECTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/gen/%.o: $(BUILD)/gen/%.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# src/rules/pipe/no-eof.c defines rule_pipe_no_eof
$(BUILD)/gen/rules_builtin.c: $(RULES) Makefile
	@mkdir -p $(@D)
	@{ echo '#include <ipcdiag/rule.h>'; \
	   for r in $(RULES:src/rules/%.c=%); do echo "extern const struct rule rule_$$(echo $$r | tr /- __);"; done; \
	   echo 'static const struct rule *const table[] = {'; \
	   for r in $(RULES:src/rules/%.c=%); do echo "	&rule_$$(echo $$r | tr /- __),"; done; \
	   echo '	0};'; \
	   echo 'const struct rule *const *rules_builtin(unsigned *count) { *count = sizeof table / sizeof *table - 1; return table; }'; \
	 } > $@

$(BUILD)/gen/syscall_names.c: src/event/syscall_names.gperf
	@mkdir -p $(@D)
	gperf --output-file=$@ $<

clean:
	rm -rf $(BUILD)

-include $(OBJECTS:.o=.d)
.PHONY: all clean
