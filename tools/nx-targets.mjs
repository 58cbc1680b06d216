/** Tells Nx what can be done with each project: what the targets do stands in nx.json. */
import { basename, dirname } from 'node:path';

export const createNodesV2 = [
  '{apps,libs}/*/package.json',
  (manifests) =>
    manifests.map((manifest) => {
      const folder = dirname(manifest);
      const everywhere = { lint: {}, typecheck: {}, test: {} };
      const targets = folder.startsWith('apps/')
        ? { ...everywhere, build: { ...buildOf(basename(folder)) } }
        : everywhere;
      return [manifest, { projects: { [folder]: { root: folder, targets } } }];
    }),
];

const buildOf = (app) => ({
  executor: 'nx:run-commands',
  options: { command: `node tools/build.mjs ${app}` },
  outputs: [`{workspaceRoot}/dist/apps/${app}`, `{workspaceRoot}/dist/${app}.sources.json`],
});
