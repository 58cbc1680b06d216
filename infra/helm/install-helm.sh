#!/usr/bin/env bash
# Builds Helm from its source, by the Go module proxy and its checksum database: needs Go. Prints where the program is.
set -euo pipefail
version=v3.22.0
# Charts are rendered for this Kubernetes where none is asked, as in Helm's own releases.
kubernetes=34
cache=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/.cache/helm-$version
if [ ! -x "$cache/helm" ]; then
  command -v go >/dev/null || { echo "helm: go is missing; install Go (Debian: golang), or put Helm on the path yourself" >&2; exit 1; }
  flags='-s -w'
  for package in pkg/chartutil pkg/lint/rules; do
    flags+=" -X helm.sh/helm/v3/$package.k8sVersionMajor=1 -X helm.sh/helm/v3/$package.k8sVersionMinor=$kubernetes"
  done
  mkdir -p "$cache"
  GOBIN=$cache GOFLAGS=-mod=mod go install -ldflags "$flags" "helm.sh/helm/v3/cmd/helm@$version" >&2
fi
echo "$cache/helm"
