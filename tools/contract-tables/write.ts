import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractTables } from './tables.ts';

const root = join(import.meta.dirname, '../..');
const { faults, pages } = await contractTables(root);
for (const [path, text] of Object.entries(pages)) writeFileSync(join(root, path), text);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
