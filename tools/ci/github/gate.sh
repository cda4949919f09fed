#!/bin/sh
# Gates the kernel, and writes the job's summary, its annotations and a SARIF file.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
status=0
"$here/../gate.sh" || status=$?
out=${CONFORMANCE_OUT:-conformance-out}
echo "exit=$status" >> "$GITHUB_OUTPUT"
if [ -s "$out/summary.md" ]; then
    cat "$out/summary.md" >> "$GITHUB_STEP_SUMMARY"
fi
if [ -s "$out/report.json" ]; then
    for to in github sarif; do
        jq --raw-output --arg to "$to" --arg target "$CONFORMANCE_TARGET" \
            --from-file "$here/../annotations.jq" "$out/report.json" > "$out/$to.txt"
    done
    mv "$out/sarif.txt" "$out/conformance.sarif"
    # Lines that begin with `::error` are annotations; GitHub shows ten of each kind.
    cat "$out/github.txt"
    rm "$out/github.txt"
fi
exit "$status"
