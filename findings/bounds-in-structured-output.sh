#!/usr/bin/env bash
# Question  A judge is asked for a score by a JSON Schema with minimum 0 and maximum 10, and the sampler is constrained by that schema. Can the
#           answer be 11, and can it be every number that is allowed?
# Guess     Both libraries honour the bounds or refuse the schema.
# Seen      PyPI outlines_core 0.2.14 builds its expression without minimum, maximum, multipleOf or uniqueItems, and says nothing: 11, -1 and [1,1] can be generated.
#           PyPI llguidance 1.9.1 honours the bounds, refuses uniqueItems by name, and with any bound on a number allows no exponent: 1e-07, a valid
#           value between 0 and 1 that Python itself writes so, can not be generated. Without bounds it can. Both hold an object to the order of its properties.
#           And {"const": 1.0} is met by 1 in JSON Schema and llguidance, only by 1.0 in outlines_core.
# Matters   "The schema guarantees it" depends on who compiles it. Validate what a constrained model wrote as if it were not constrained; put what the model should
#           think of first first; and ask for probabilities on a coarse scale, not for tiny numbers.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check outlines_core==0.2.14 llguidance==1.9.1 jsonschema==4.26.0

cat > check.py <<'PY'
import json, re
from jsonschema import Draft202012Validator
from llguidance import LLMatcher, LLTokenizer
from outlines_core.json_schema import build_regex_from_schema

bytewise = LLTokenizer("byte")

def by_outlines(schema, text):
    return bool(re.fullmatch(build_regex_from_schema(json.dumps(schema)), text))

def by_llguidance(schema, text):
    matcher = LLMatcher(bytewise, LLMatcher.grammar_from_json_schema(json.dumps(schema)))
    if matcher.is_error():
        return matcher.get_error()
    return matcher.try_consume_tokens(list(text.encode())) == len(text) and matcher.is_accepting()

score = {"type": "integer", "minimum": 0, "maximum": 10}
share = {"type": "number", "minimum": 0, "maximum": 1}
halves = {"type": "number", "multipleOf": 0.5}
pair = {"type": "object", "properties": {"why": {"type": "integer"}, "score": {"type": "integer"}}, "required": ["why", "score"]}
seen = [  # schema, text, valid, outlines_core, llguidance
    (score, "10", True, True, True),
    (score, "11", False, True, False),
    (score, "-1", False, True, False),
    (share, "0.5", True, True, True),
    (share, "1e-07", True, True, False),
    ({"type": "number"}, "1e-07", True, True, True),
    (halves, "0.3", False, True, False),
    (pair, '{"why": 1, "score": 2}', True, True, True),
    (pair, '{"score": 2, "why": 1}', True, False, False),
    ({"const": 1.0}, "1", True, False, True),
]
for schema, text, *expected in seen:
    found = [Draft202012Validator(schema).is_valid(json.loads(text)), by_outlines(schema, text), by_llguidance(schema, text)]
    assert found == expected, (schema, text, found, expected)
unique = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "uniqueItems": True}
assert by_outlines(unique, "[1, 1]") is True
assert "uniqueItems" in by_llguidance(unique, "[1, 1]")
print("ok: outlines_core lets 11 of 10 through; llguidance holds the bound but cannot write 1e-07 under one; both fix the order of properties")
PY
venv/bin/python check.py
