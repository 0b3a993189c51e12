#include <ipcdiag/source.h>

#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ipcdiag/buffer.h>
#include <ipcdiag/memory.h>

enum { MODULES_MAX = 64 };

struct module {
	char *path;
	Dwfl *dwfl; /* NULL: cannot be read */
	Dwfl_Module *dw;
};

struct source {
	const char *const *roots;
	unsigned root_count;
	char *here; /* the working directory with a slash */
	struct module modules[MODULES_MAX];
	unsigned module_count;
};

struct source *source_new(const char *const *roots, unsigned count)
{
	struct source *s = memory_alloc(sizeof *s);
	char *here = getcwd(NULL, 0);
	struct buffer text = {0};
	s->roots = roots;
	s->root_count = count;
	if (here && here[1])
		buffer_add_format(&text, "%s/", here);
	s->here = buffer_detach(&text);
	free(here);
	return s;
}

void source_free(struct source *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < s->module_count; i++) {
		if (s->modules[i].dwfl)
			dwfl_end(s->modules[i].dwfl);
		free(s->modules[i].path);
	}
	free(s->here);
	free(s);
}

/* --- names --- */

/* The rest of `path` below `folder`, or NULL. */
static const char *below(const char *path, struct slice folder)
{
	while (folder.len > 1 && folder.ptr[folder.len - 1] == '/')
		folder.len--;
	if (!folder.len || !slice_starts(slice_of(path), folder) || path[folder.len] != '/')
		return NULL;
	return path + folder.len + 1;
}

/* Where a source file lies for who reads the report. */
static char *map_name(const struct source *s, const char *file)
{
	struct buffer text = {0};
	for (unsigned i = 0; i < s->root_count; i++) {
		struct slice root = slice_of(s->roots[i]);
		size_t equals = slice_find_char(root, '=', 0);
		const char *rest = below(file, slice_take(root, equals));
		if (!rest)
			continue;
		if (equals != SIZE_MAX && equals + 1 < root.len)
			buffer_add_format(&text, "%s/", s->roots[i] + equals + 1);
		buffer_add_text(&text, rest);
		return buffer_detach(&text);
	}
	const char *rest = *s->here && strncmp(file, s->here, strlen(s->here)) == 0 ? file + strlen(s->here) : file;
	while (rest[0] == '.' && rest[1] == '/' && rest[2])
		rest += 2;
	return memory_copy(slice_of(rest));
}

/* --- modules --- */

static void open_module(struct module *m)
{
	static char *paths = NULL;
	static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.section_address = dwfl_offline_section_address,
		.debuginfo_path = &paths};
	struct stat st;
	if (stat(m->path, &st) != 0 || !S_ISREG(st.st_mode)) /* a trace may name anything, a FIFO too */
		return;
	m->dwfl = dwfl_begin(&callbacks);
	if (!m->dwfl)
		return;
	m->dw = dwfl_report_offline(m->dwfl, m->path, m->path, -1);
	dwfl_report_end(m->dwfl, NULL, NULL);
}

static struct module *find_module(struct source *s, const char *path)
{
	for (unsigned i = 0; i < s->module_count; i++)
		if (strcmp(s->modules[i].path, path) == 0)
			return &s->modules[i];
	if (s->module_count == MODULES_MAX)
		return NULL;
	struct module *m = &s->modules[s->module_count++];
	m->path = memory_copy(slice_of(path));
	if (path[0] == '/')
		open_module(m);
	return m;
}

/* --- addresses --- */

/* The virtual address of a place in the file, as strace with libunwind counts; 0: it is not loaded to be executed. */
static GElf_Addr address_of_offset(Elf *elf, uint64_t offset)
{
	size_t count = 0;
	GElf_Phdr segment;
	elf_getphdrnum(elf, &count);
	for (size_t i = 0; i < count; i++)
		if (gelf_getphdr(elf, (int)i, &segment) && segment.p_type == PT_LOAD && (segment.p_flags & PF_X) &&
			offset >= segment.p_offset && offset - segment.p_offset < segment.p_filesz)
			return segment.p_vaddr + (offset - segment.p_offset);
	return 0;
}

static bool is_code(Elf *elf, uint64_t address)
{
	size_t count = 0;
	GElf_Phdr segment;
	elf_getphdrnum(elf, &count);
	for (size_t i = 0; i < count; i++)
		if (gelf_getphdr(elf, (int)i, &segment) && segment.p_type == PT_LOAD && (segment.p_flags & PF_X) &&
			address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_memsz)
			return true;
	return false;
}

/* Is the frame's function there? C++ names are printed demangled: then the offset alone must be right. */
static bool agrees(Dwfl_Module *dw, GElf_Addr address, const struct frame *f)
{
	GElf_Off offset;
	GElf_Sym symbol;
	if (!f->function)
		return true;
	const char *name = dwfl_module_addrinfo(dw, address, &offset, &symbol, NULL, NULL, NULL);
	return name && offset == f->offset && (strcmp(name, f->function) == 0 || strncmp(name, "_Z", 2) == 0);
}

/* The frame's address in libdw's counting; 0: this module is another one than that of the trace. */
static GElf_Addr locate(Dwfl_Module *dw, const struct frame *f)
{
	GElf_Addr bias;
	Elf *elf = dwfl_module_getelf(dw, &bias);
	if (!elf)
		return 0;
	GElf_Addr from_offset = address_of_offset(elf, f->address);
	if (is_code(elf, f->address) && agrees(dw, f->address + bias, f))
		return f->address + bias;
	return from_offset && agrees(dw, from_offset + bias, f) ? from_offset + bias : 0;
}

/* What is returned to lies behind the call: its line is the one before, but for the innermost frame. */
static void resolve_frame(struct source *s, struct frame *f, bool innermost)
{
	struct module *m = f->module ? find_module(s, f->module) : NULL;
	GElf_Addr address = m && m->dw ? locate(m->dw, f) : 0;
	int line;
	if (!address)
		return;
	Dwfl_Line *l = dwfl_module_getsrc(m->dw, innermost ? address : address - 1);
	const char *file = l ? dwfl_lineinfo(l, NULL, &line, NULL, NULL, NULL) : NULL;
	const char *name = f->function ? NULL : dwfl_module_addrname(m->dw, address);
	if (name)
		f->function = memory_copy(slice_of(name));
	if (!file || line <= 0)
		return;
	const char *folder = file[0] == '/' ? NULL : dwfl_line_comp_dir(l);
	struct buffer text = {0};
	if (folder)
		buffer_add_format(&text, "%s/", folder);
	buffer_add_text(&text, file);
	f->file = buffer_detach(&text);
	f->line = (unsigned)line;
}

void source_resolve(struct source *s, struct frames *f)
{
	for (unsigned i = 0; f && i < f->count; i++) {
		struct frame *x = &f->list[i];
		if (!x->file && !frame_is_systems(x))
			resolve_frame(s, x, i == 0);
		if (!x->file)
			continue;
		char *name = map_name(s, x->file);
		free(x->file);
		x->file = name;
	}
}
