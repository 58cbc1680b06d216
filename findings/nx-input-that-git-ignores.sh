#!/usr/bin/env bash
# Question  A target's inputs name a generated file that git ignores (prices fetched before the build, a lexicon). Is the target run again when it changes?
# Guess     Yes: a file named one by one is hashed; .gitignore matters for globs at most.
# Seen      nx 23.2.1. A file that .gitignore lists is not hashed even where `inputs` names it: its content changes, the target is served from the cache with the old content, and nothing is
#           said of an input that matched no file. A tracked or merely untracked file beside it is seen. The same file as an output of another target, taken in by dependentTasksOutputFiles, is seen.
# Matters   Generated files are just what one ignores: a build holds yesterday's prices and every further build says "cache". Make the file by a target that this one depends on, and name it
#           by dependentTasksOutputFiles, or keep it in git.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export NX_DAEMON=false NX_TUI=false CI=true GIT_CONFIG_GLOBAL=/dev/null NX_CACHE_DIRECTORY="$dir/.nx/cache" NX_WORKSPACE_DATA_DIRECTORY="$dir/.nx/data"
echo '{ "name": "workspace", "version": "1.0.0", "private": true }' > package.json
npm install --silent --no-audit --no-fund nx@23.2.1
echo '{ "neverConnectToCloud": true, "analytics": false }' > nx.json
printf 'node_modules\n.nx\nmade\nnx.log\n*.generated\n' > .gitignore
mkdir shop
cat > shop/project.json <<'JSON'
{
  "name": "shop",
  "targets": {
    "fetch": {
      "executor": "nx:run-commands",
      "cache": false,
      "outputs": ["{projectRoot}/prices.generated"],
      "options": { "command": "true" }
    },
    "named": {
      "executor": "nx:run-commands",
      "cache": true,
      "inputs": ["{projectRoot}/prices.generated", "{projectRoot}/names.txt"],
      "outputs": ["{projectRoot}/made/named"],
      "options": { "command": "mkdir -p shop/made && cat shop/prices.generated shop/names.txt > shop/made/named" }
    },
    "depending": {
      "executor": "nx:run-commands",
      "cache": true,
      "dependsOn": ["fetch"],
      "inputs": [{ "dependentTasksOutputFiles": "**/*.generated" }],
      "outputs": ["{projectRoot}/made/depending"],
      "options": { "command": "mkdir -p shop/made && cat shop/prices.generated > shop/made/depending" }
    }
  }
}
JSON
git init -q .

# makes TARGET: what stands in its output after a run
makes() {
  npx nx run "shop:$1" > nx.log 2>&1 || { cat nx.log >&2; return 1; }
  tr '\n' ' ' < "shop/made/$1"
}
expect() { [ "$2" = "$3" ] || { echo "$1: made '$2', expected '$3'" >&2; exit 1; }; }

echo 'price 1' > shop/prices.generated
echo 'name a' > shop/names.txt
expect 'first run' "$(makes named)" 'price 1 name a '
expect 'first run, depending' "$(makes depending)" 'price 1 '
echo 'price 2' > shop/prices.generated
expect 'after the ignored input changed' "$(makes named)" 'price 1 name a '
expect 'the same as an output of another target' "$(makes depending)" 'price 2 '
echo 'name b' > shop/names.txt
expect 'after the other input changed' "$(makes named)" 'price 2 name b '
echo 'ok: an input that git ignores is not hashed though it is named; as an output of another target it is'
