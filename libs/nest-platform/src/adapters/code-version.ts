import { readFileSync } from 'node:fs';

/** The version of the code that decides, as every decision records it: the release, or `CONTENTFLOW_CODE_VERSION`. */
export const codeVersion: string =
  process.env['CONTENTFLOW_CODE_VERSION'] ??
  (JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;
