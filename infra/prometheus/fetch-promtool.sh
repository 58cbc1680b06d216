#!/usr/bin/env bash
# Prints where Prometheus' own tool is that checks and tries rules: the one on PATH, else that of Debian's package, unpacked here and not installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if command -v promtool; then exit 0; fi
tool=$here/.cache/package/usr/bin/promtool
if [ ! -x "$tool" ]; then
  command -v apt-get >/dev/null || { echo "promtool is missing; install Prometheus" >&2; exit 1; }
  mkdir -p "$here/.cache" && cd "$here/.cache"
  apt-get download -qq prometheus >&2 2>/dev/null || { apt-get update -qq >&2; apt-get download -qq prometheus >&2; }
  dpkg-deb -x prometheus_*.deb package
  rm -f prometheus_*.deb package/usr/bin/prometheus
fi
echo "$tool"
