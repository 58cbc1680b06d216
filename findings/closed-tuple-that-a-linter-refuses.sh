#!/usr/bin/env bash
# Question  zod writes a tuple as JSON Schema 2020-12 has it, closed by `items: false`. Do the linters of OpenAPI 3.1, whose schemas are just that, take it?
# Guess     All do: the dialect is nine years younger than the rule that arrays have items, and the document is valid.
# Seen      zod 4.6.7, @stoplight/spectral-core 1.24.1 with rulesets 1.23.1, @redocly/openapi-core 2.64.0, openapi-typescript 7.13.0.
#           Spectral's recommended rules call it an error (array-items: "require a sibling items field"), since they ask whether `items` is truthy; `items: true`, which allows anything after
#           the tuple, is fine, and so is `items: { not: {} }`, which says what `false` says. Redocly has no word against any of them, and openapi-typescript reads
#           [number, string] from all that have prefixItems.
# Matters   Who heeds the linter and writes `items: {}` has opened a closed list, and no tool says so: generated types stay the same, validators begin to take longer lists.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . zod@4.6.7 @stoplight/spectral-core@1.24.1 @stoplight/spectral-rulesets@1.23.1 \
  @redocly/openapi-core@2.64.0 openapi-typescript@7.13.0 typescript@5.9.3

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import openapiTS, { astToString } from 'openapi-typescript';
import { z } from 'zod';

const { $schema: _dialect, ...closed } = z.toJSONSchema(z.tuple([z.number(), z.string()]));
const { items: _items, ...open } = closed;
assert.deepEqual(closed, { type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }], items: false, minItems: 2, maxItems: 2 });

const answered = (schema) => ({
  openapi: '3.1.0',
  info: { title: 'pairs', version: '1', license: { name: 'MIT', url: 'https://opensource.org/license/mit' } },
  servers: [{ url: '/' }],
  security: [],
  paths: {
    '/pair': {
      get: { operationId: 'pair', summary: 'a pair', responses: { 200: { description: 'it', content: { 'application/json': { schema } } }, '4XX': { description: 'not' } } },
    },
  },
});
const spectral = new spectralCore.Spectral();
spectral.setRuleset({ extends: [rulesets.oas] });
const config = await createConfig({ extends: ['recommended'] });
const seenBy = async (schema) => {
  const document = answered(schema);
  const errors = (await spectral.run(structuredClone(document))).filter(({ severity }) => severity === 0).map(({ code }) => code);
  const redocly = (await lintFromString({ source: JSON.stringify(document), config })).map(({ ruleId }) => ruleId);
  const [, type] = /"application\/json": ([\s\S]*?);\n/.exec(astToString(await openapiTS(JSON.stringify(document))));
  return { errors, redocly, type: type.replace(/\s+/g, ' ') };
};

const pair = { redocly: [], type: '[ number, string ]' };
assert.deepEqual(await seenBy(closed), { errors: ['array-items'], ...pair });
assert.deepEqual(await seenBy({ ...open, items: { not: {} } }), { errors: [], ...pair });
assert.deepEqual(await seenBy({ ...open, maxItems: undefined, items: {} }), { errors: [], ...pair });
console.log('ok: a tuple closed by items: false is an error to Spectral alone, and one that is open is none to anybody');
JS
node check.mjs
