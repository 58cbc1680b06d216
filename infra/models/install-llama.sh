#!/usr/bin/env bash
# Installs node-llama-cpp for Linux on x64 outside the workspace, so that its lockfile stays small.
# Prints the path for CONTENTFLOW_LLAMA_PACKAGE.
set -euo pipefail
cd "$(dirname "$0")"
version=3.21.1
package=.cache/node_modules/node-llama-cpp

if [ ! -f "$package/package.json" ]; then
  mkdir -p .cache
  echo '{ "private": true }' > .cache/package.json
  # --omit=optional leaves out the builds for other platforms; ours is named beside it.
  NODE_LLAMA_CPP_SKIP_DOWNLOAD=true npm install --prefix .cache --no-save --no-package-lock --omit=optional --ignore-scripts \
    --no-audit --no-fund "node-llama-cpp@$version" "@node-llama-cpp/linux-x64@$version" >&2
fi
echo "$PWD/$package"
