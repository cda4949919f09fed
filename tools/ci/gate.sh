#!/bin/sh
# Gates a kernel in any CI, or by hand: runs `conformance gate`, leaves its reports in a folder, and
# ends with its exit code: 0 nothing new, 1 new, changed, fixed or expired gaps, 2 wrong usage,
# 3 no verdict.
#
#   CONFORMANCE_TARGET     the target's file; conformance/kernel.toml without it
#   CONFORMANCE_KERNEL     the kernel's file, for --kernel; may be empty
#   CONFORMANCE_OUT        the folder of the reports; conformance-out without it
#   CONFORMANCE_ARGUMENTS  more arguments of `gate`, separated by blanks
set -eu

target=${CONFORMANCE_TARGET:-conformance/kernel.toml}
out=${CONFORMANCE_OUT:-conformance-out}
mkdir -p "$out"
set -- gate "$target"
if [ -n "${CONFORMANCE_KERNEL:-}" ]; then
    set -- "$@" --kernel "$CONFORMANCE_KERNEL"
fi
# The words of the last variable are arguments of their own.
# shellcheck disable=SC2086
exec conformance "$@" ${CONFORMANCE_ARGUMENTS:-} \
    --log "$out/console.log" \
    --report json="$out/report.json" \
    --report junit="$out/junit.xml" \
    --report html="$out/conformance.html" \
    --report markdown="$out/summary.md" \
    --format human
