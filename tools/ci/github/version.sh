#!/bin/sh
# Prints the key of the cache: a hash over what the tool is built from.
set -eu

cd "$(dirname "$0")/../../.."
hash=$(find Cargo.toml Cargo.lock src tools tests-spec reference-outputs -type f \
    -not -path '*/target/*' -exec sha256sum {} + | LC_ALL=C sort | sha256sum | cut -c 1-32)
echo "hash=$hash" >> "$GITHUB_OUTPUT"
