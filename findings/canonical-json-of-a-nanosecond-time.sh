#!/usr/bin/env bash
# Question  Events carry times in nanoseconds as JSON integers (as OpenTelemetry's do), and are hashed over RFC 8785 bytes by services in two languages. Do
#           implementations of that standard agree on them?
# Guess     PyPI rfc8785 refuses them, PyPI jcs writes all digits, packages for JavaScript round.
# Seen      1767571200123456789: npm canonicalize 4.0.0, json-canonicalize 3.0.1 and @truestamp/canonify 2.1.0 and PyPI jcs 0.2.1 (where the integer was still exact) all write 1767571200123456800,
#           so that times up to 256 nanoseconds apart have one hash. PyPI rfc8785 0.1.4 raises IntegerDomainError for every integer beyond 2^53 - 1, also for those that a double holds exactly:
#           2^53, and 100000000000000000000, which the four others agree on and which is what the standard's number serialization gives. The same value as a float (1e20) it takes.
# Matters   One service can write an entry to a hash chain that another cannot verify, by the choice of a package. The rounding is the standard's (numbers are doubles); the refusal is stricter than it.
#           Send such numbers as strings, and hold your events' schemas to safe integers.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . canonicalize@4.0.0 json-canonicalize@3.0.1 @truestamp/canonify@2.1.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check rfc8785==0.1.4 jcs==0.2.1

cat > canonical.py <<'PY'
import json, sys, jcs, rfc8785
def bytes_of(module_dumps, value):
    try:
        return module_dumps(value).decode()
    except ValueError as error:
        return type(error).__name__
value = json.loads(sys.argv[1])
print(json.dumps({"jcs": bytes_of(jcs.canonicalize, value), "rfc8785": bytes_of(rfc8785.dumps, value)}))
PY
cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import canonicalize from 'canonicalize';
import { canonicalize as jsonCanonicalize } from 'json-canonicalize';
import { canonify } from '@truestamp/canonify';

function check(json, expected, rfc8785) {
  const value = JSON.parse(json);
  const python = JSON.parse(execFileSync('venv/bin/python', ['canonical.py', json]).toString());
  const found = { canonicalize: canonicalize(value), 'json-canonicalize': jsonCanonicalize(value), canonify: canonify(value), ...python };
  const same = { canonicalize: expected, 'json-canonicalize': expected, canonify: expected, jcs: expected };
  assert.deepEqual(found, { ...same, rfc8785 }, json);
}
check('9007199254740991', '9007199254740991', '9007199254740991');
check('1767571200123456789', '1767571200123456800', 'IntegerDomainError');
check('1767571200123456790', '1767571200123456800', 'IntegerDomainError');
check('9007199254740992', '9007199254740992', 'IntegerDomainError');
check('100000000000000000000', '100000000000000000000', 'IntegerDomainError');
check('1e20', '100000000000000000000', '100000000000000000000');
check('1e21', '1e+21', '1e+21');
console.log('ok: four implementations round a time in nanoseconds alike, the fifth refuses it, and with it integers that a double holds exactly');
JS
node check.mjs
