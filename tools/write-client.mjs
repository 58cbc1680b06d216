/** Writes the client's types from the OpenAPI document of all services. */
import { runNode24 } from './node24.mjs';

process.exit(runNode24(['--import', './tools/register.mjs', 'apps/contentflow/src/testing/write-client.ts']));
