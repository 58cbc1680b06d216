/**
 * Keeps the JSON Schema of each event as this release writes it, for ever, in libs/contracts/released/VERSION.json:
 * `node --import ./tools/register.mjs --conditions=@contentflow/source tools/release-schemas.ts`
 */
import { eventDefinitions } from '@contentflow/contracts';
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const root = new URL('../', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
const schemas = [...eventDefinitions]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([type, { schema }]) => {
    const { $schema: _standard, ...rest } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
    return [type, rest] as const;
  });
const file = new URL(`libs/contracts/released/${version}.json`, root);
writeFileSync(file, `${JSON.stringify(Object.fromEntries(schemas), null, 1)}\n`);
console.log(`${schemas.length} schemas of ${version} kept`);
