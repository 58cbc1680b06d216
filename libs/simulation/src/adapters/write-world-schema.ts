import { writeFileSync } from 'node:fs';
import { worldJsonSchema } from '../world/parse-world.ts';

/** `node libs/simulation/src/adapters/write-world-schema.ts`: writes docs/world.schema.json again. */
const file = new URL('../../../../docs/world.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(worldJsonSchema(), null, 2)}\n`);
