import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../built-program.ts';
import type { App, AppBuilds } from '../app-builds.ts';

/** What an image starts, and with which variables before the pod's own. */
export interface Image {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The image of an app's build, by the last stage of the Dockerfile. */
export function imageOf(app: App, { main, codeVersion }: AppBuilds): Image {
  const dockerfile = readFileSync(join(root, 'infra/docker/Dockerfile'), 'utf8');
  const stage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  const [, words = ''] = /^ENV (.*)$/m.exec(stage) ?? [];
  const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(stage) ?? [];
  const [program, ...args] = JSON.parse(command) as string[];
  if (program !== 'node' || args.at(-1) !== 'main.js')
    throw new Error('the Dockerfile starts something else than main.js by Node');
  const env = Object.fromEntries(words.split(' ').map((word) => word.split('=', 2) as [string, string]));
  return {
    command: [process.execPath, ...args.slice(0, -1), main(app)],
    env: { ...env, ...(codeVersion !== undefined && { CONTENTFLOW_CODE_VERSION: codeVersion }) },
  };
}
