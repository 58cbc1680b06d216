import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
  readonly build?: string;
};

/** The version of the code that decides, as every decision records it: the release, or `CONTENTFLOW_CODE_VERSION`. */
export const codeVersion: string = process.env['CONTENTFLOW_CODE_VERSION'] ?? manifest.version;

/** The hash of all that this build was made of; undefined where the code runs from source and may be another at the next start. */
export const build: string | undefined = manifest.build;
