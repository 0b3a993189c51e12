#!/bin/bash
# Every C file has the form that .clang-format asks for. Other major versions of clang-format break lines elsewhere:
# the check is for the one of Debian 12.
set -u
cd "$(dirname "$0")/../.."
if ! clang-format --version | grep -q 'version 14\.'; then
	echo "left out: the form of C files is that of clang-format 14, which is missing"
	exit 0
fi
find src include tests man fixtures/progs -name '*.[ch]' -exec clang-format --dry-run -Werror {} + || {
	echo "not in the form of .clang-format: make format"
	exit 1
}
