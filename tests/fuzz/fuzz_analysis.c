/* Any bytes as a trace, through all layers, with all rules, into all formats. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cli/analysis.h>
#include <cli/selection.h>
#include <cli/settings.h>
#include <cli/tally.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* A file in memory that the reader can open by name. */
static int make_file(const unsigned char *data, size_t size, char *path, size_t path_size)
{
	int fd = memfd_create("trace", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, path_size, "/proc/self/fd/%d", fd);
	return fd;
}

static void write_all_formats(struct tally *t, const struct selection *rules)
{
	struct report r = {.version = "0", .input = *tally_input(t), .rules = rules->rules, .rule_count = rules->count};
	r.findings = (const struct finding *const *)t->findings;
	r.finding_count = (unsigned)t->finding_count;
	for (const struct report_format *const *f = report_formats; *f; f++) {
		struct buffer out = {0};
		if ((*f)->begin)
			(*f)->begin(&out, &r);
		for (unsigned i = 0; i < r.finding_count && (*f)->finding; i++)
			(*f)->finding(&out, &r, r.findings[i]);
		if ((*f)->end)
			(*f)->end(&out, &r);
		buffer_release(&out);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct settings settings;
	static struct selection rules;
	struct buffer error = {0};
	if (!rules.rules) {
		settings_init(&settings);
		settings.redact = true;
		selection_make(&rules, &settings, &error);
	}
	char path[64];
	int fd = make_file(data, size, path, sizeof path);
	struct analysis a;
	struct tally tally = {0};
	analysis_init(&a, &settings, &rules);
	analysis_add(&a, path, "trace");
	analysis_run(&a);
	tally_add(&tally, &a);
	write_all_formats(&tally, &rules);
	tally_release(&tally);
	analysis_release(&a);
	close(fd);
	return 0;
}
