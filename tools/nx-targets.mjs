/** Tells Nx what can be done with each project: what the targets do stands in nx.json. */
import { basename, dirname } from 'node:path';

export const createNodesV2 = [
  '{apps,libs}/*/package.json',
  (manifests) =>
    manifests.map((manifest) => {
      const folder = dirname(manifest);
      return [manifest, { projects: { [folder]: { root: folder, targets: targetsOf(folder) } } }];
    }),
];

const targetsOf = (folder) => ({
  lint: {},
  typecheck: {},
  test: {},
  // The console is a page, which two apps hold.
  ...(folder === 'apps/console'
    ? { page: {} }
    : folder.startsWith('apps/')
      ? { build: buildOf(basename(folder)) }
      : {}),
});

const buildOf = (app) => ({
  options: { command: `node tools/build.mjs ${app}` },
  outputs: [`{workspaceRoot}/dist/apps/${app}`, `{workspaceRoot}/dist/${app}.sources.json`],
});
