/** Writes docs/events.md and docs/policy.md from the source. */
import { runNode24 } from './node24.mjs';

process.exit(runNode24(['--import', './tools/register.mjs', 'tools/contract-tables/write.ts']));
