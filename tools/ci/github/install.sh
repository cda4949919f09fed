#!/bin/sh
# Installs the tool of this repository into a folder, unless the cache brought it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..
if [ -x "$CONFORMANCE_TOOL/bin/conformance" ]; then
    echo "The tool comes from the cache."
else
    echo "Building the tool; this takes a few minutes, once for each version of it."
    cargo install --locked --profile host --quiet --path "$root/tools/conformance" --root "$CONFORMANCE_TOOL"
fi
echo "$CONFORMANCE_TOOL/bin" >> "$GITHUB_PATH"
