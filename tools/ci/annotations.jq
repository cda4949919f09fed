# From a gate's JSON report to annotations, each at the line of the user's own file that it is about:
# the entry in the file of known gaps, or the first line of the target's file.
#
#   jq --arg target FILE --arg to github|sarif

def findings:
  [(.flaws[] | {id: "no-verdict", text: ., file: $target, line: 1})]
    + [(.gate.findings // [])[] | {id: .why, text: (.name + ": " + .text), file, line}];

# https://docs.github.com/actions/reference/workflow-commands-for-github-actions
def data: gsub("%"; "%25") | gsub("\r"; "%0D") | gsub("\n"; "%0A");
def property: data | gsub(":"; "%3A") | gsub(","; "%2C");

def github:
  findings[]
  | "::error file=\(.file | property),line=\(.line),title=\("conformance: " + .id | property)"
    + "::\(.text | data)";

# https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
def sarif:
  {
    "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{
      tool: {driver: {
        name: "posix-conformance",
        rules: [findings[].id] | unique | map({id: .})
      }},
      results: [findings[] | {
        ruleId: .id,
        level: "error",
        message: {text: .text},
        locations: [{physicalLocation: {
          artifactLocation: {uri: .file},
          region: {startLine: .line}
        }}],
        partialFingerprints: {finding: (.id + " " + .text)}
      }]
    }]
  };

if $to == "github" then github else sarif end
