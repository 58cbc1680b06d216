/** Runs TypeScript from source: `node --import tools/register.mjs`. Resolved from here, so that any folder may be the working one. */
import { register } from 'node:module';

register('@swc-node/register/esm', import.meta.url);
