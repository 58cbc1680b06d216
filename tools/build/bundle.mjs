/** Bundles an app with everything it imports into one folder of JavaScript, what decorators need to know of types kept. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from '../node24.mjs';

/** What our code reads beside itself: by its path in the workspace, its name in the build. */
const FILES = new Map([
  ['package.json', 'package.json'],
  ['apps/console/dist', 'page'],
  ['libs/simulation/worlds', 'worlds'],
  ['apps/contentflow/morning', 'morning'],
]);

/**
 * @param {string} entry   the app's main file, a path in the workspace
 * @param {string} folder  where the JavaScript goes
 * @returns {Promise<{ sources: string[], packages: string[], files: Map<string, string> }>} what it was made of: our sources and the installed packages,
 *   as paths in the workspace; and the files it reads, each with its name in the build
 */
export async function bundle(entry, folder) {
  const files = new Map();
  const absent = [];
  const bundled = await rolldown({
    cwd: root,
    input: { main: entry },
    platform: 'node',
    tsconfig: false,
    // What it names as its main asks for its parts by names that no bundler sees.
    resolve: { alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
    // Node 20 must be able to read what answers --help; all else runs on Node 24.
    transform: { target: 'node20', decorator: { legacy: true, emitDecoratorMetadata: true } },
    plugins: [plainHttp, undiciInPart, onlyInACheckout, loadedAtFirstUse, filesByUrl(join(root, entry), files)],
    onLog: (level, log, handle) => (log.code === 'UNRESOLVED_IMPORT' ? absent.push(log) : handle(level, log)),
  });
  const { output } = await bundled.write({
    dir: folder,
    format: 'esm',
    minify: true,
    keepNames: true,
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await bundled.close();
  refuseOurs(absent);
  const modules = output.flatMap(({ moduleIds = [] }) => moduleIds).filter((id) => id.startsWith(root));
  const paths = [...new Set(modules.map((id) => relative(root, id)))].toSorted();
  return {
    sources: paths.filter((path) => !path.startsWith('node_modules')),
    packages: [
      ...new Set(paths.flatMap((path) => /^(?:node_modules\/(?:@[^/]+\/)?[^/]+\/?)+(?=\/)/.exec(path)?.[0] ?? [])),
    ],
    files,
  };
}

/** Packages ask for others that may be installed beside them; what we ask for must be there. */
function refuseOurs(absent) {
  const ours = absent.filter(({ message }) => !/ in node_modules/.test(message));
  if (ours.length > 0) throw new Error(ours.map(({ message }) => message).join('\n'));
}

/** Node's `http` as it is: an import of it reads every export, and two of them load Node's own fetch, 80 ms and some megabytes that few processes need. */
const plainHttp = {
  name: 'plain-http',
  resolveId: { filter: { id: /^(node:)?http$/ }, handler: () => '\0http.cjs' },
  load: {
    filter: { id: /^\0http\.cjs$/ },
    handler: () => ({ code: "module.exports = process.getBuiltinModule('node:http');", moduleType: 'js' }),
  },
};

/** Benchmarks measure a checkout, and stay there. */
const onlyInACheckout = {
  name: 'only-in-a-checkout',
  load: {
    filter: { id: /apps\/contentflow\/src\/bench\/bench\.ts$/ },
    handler: () =>
      `export const run = () => { throw new Error('benchmarks run in a checkout: npx contentflow bench'); };`,
  },
};

/**
 * Of undici, what our own code imports and no more: its main file brings its fetch, mocks and cookies, and with those Node's own fetch, some 60 ms and
 * megabytes.
 */
const undiciInPart = {
  name: 'undici-in-part',
  resolveId: {
    filter: { id: /^undici$/ },
    handler: (_, importer) => (/\/(libs|apps)\//.test(importer) ? '\0undici.cjs' : undefined),
  },
  load: {
    filter: { id: /^\0undici\.cjs$/ },
    handler: () => ({
      code: "exports.Pool = require('undici/lib/dispatcher/pool'); exports.buildConnector = require('undici/lib/core/connect');",
      moduleType: 'js',
    }),
  },
};

/** Packages that are large to begin with, and what is imported of them; no more of one is read than a name until it is used. */
const AT_FIRST_USE = new Map([['eld/extrasmall', 'eld']]);
const PROXY = '\0at-first-use:';

const loadedAtFirstUse = {
  name: 'loaded-at-first-use',
  async resolveId(id, importer) {
    const exported = AT_FIRST_USE.get(id);
    if (!exported || importer?.startsWith(PROXY)) return undefined;
    const { id: file } = await this.resolve(id, importer, { skipSelf: true });
    return `${PROXY}${exported}:${file}`;
  },
  load(id) {
    if (!id.startsWith(PROXY)) return undefined;
    const [exported, file] = id.slice(PROXY.length).split(':');
    const code = `module.exports = { get ${exported}() { return require(${JSON.stringify(file)}).${exported}; } };`;
    return { code, moduleType: 'js' };
  },
};

/**
 * `new URL(PATH, import.meta.url)`: where PATH is TypeScript, it is a program (a thread, a process) and gets an entry beside the
 * others; a package's WebAssembly and what is in {@link FILES} come along; anything else is an error.
 */
function filesByUrl(main, files) {
  const pattern = /new URL\(\s*(['"])([^'"]+)\1,\s*import\.meta\.url,?\s*\)/g;
  return {
    name: 'files-by-url',
    transform: {
      filter: { code: /import\.meta\.url/ },
      handler(code, id) {
        const map = (path) => {
          const target = resolve(dirname(id), path);
          if (target.endsWith('.ts')) return program(this, target);
          return id.includes('/node_modules/') ? besidePackage(target) : besideSource(target, id);
        };
        const replaced = code.replace(pattern, (all, _quote, path) => {
          const name = map(path);
          return name === undefined ? all : `new URL('./${name}', import.meta.url)`;
        });
        return { code: replaced, map: null };
      },
    },
  };

  function program(context, target) {
    if (target === main) return 'main.js';
    const fileName = `${relative(root, target).replaceAll('/', '-').replace('-src-', '-').replace(/\.ts$/, '')}.js`;
    context.emitFile({ type: 'chunk', id: target, fileName });
    return fileName;
  }

  function besidePackage(target) {
    if (!target.endsWith('.wasm') || !existsSync(target)) return undefined;
    files.set(relative(root, target), basename(target));
    return basename(target);
  }

  function besideSource(target, id) {
    const path = relative(root, target);
    const name = FILES.get(path);
    if (name === undefined) throw new Error(`${relative(root, id)} reads ${path}, which no build holds`);
    if (name !== 'package.json') files.set(path, name);
    return name;
  }
}
