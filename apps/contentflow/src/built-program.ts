import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

interface Builds {
  builtMain(app: string): string | undefined;
}
const tool = (path: string): Promise<unknown> => import(new URL(`../../../tools/${path}`, import.meta.url).href);
const { builtMain } = (await tool('build/builds.mjs')) as Builds;
const { compileCache } = (await tool('node24.mjs')) as { readonly compileCache: string };

/** What Node is given to run an app as its users do. */
export const cached: NodeJS.ProcessEnv = { NODE_COMPILE_CACHE: compileCache };

/**
 * The main file of an app's build, made first where the sources have changed.
 * @throws where it cannot be built
 */
export function builtProgram(app: string): string {
  const main = builtMain(app);
  if (main === undefined) throw new Error(`apps/${app} cannot be built`);
  return main;
}
