/**
 * Jest's test framework on Node's own loader: a process loads each library once, however many suites import it, and as the product
 * does, TypeScript through swc's and V8's caches. docs/adr/0031-tests-on-nodes-loader.md
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import framework from 'jest-circus/runner';
import '../register.mjs';

const require = createRequire(import.meta.url);

export default function runSuite(globalConfig, config, environment, runtime, path, send) {
  // Its process would go on with what it loaded first, whatever is written since.
  if (globalConfig.watch || globalConfig.watchAll) throw new Error('npm test does not watch: run it again');
  environment.global.jest = runtime.jestGlobals.jestObjectFor(path);
  return framework.default(globalConfig, config, environment, onNodesLoader(runtime), path, send);
}

const onNodesLoader = (runtime) =>
  Object.assign(Object.create(runtime), {
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: (file) => import(pathToFileURL(file)),
    requireInternalModule: loadedAfresh,
  });

/** The framework holds the tests of a suite in itself, and its handlers in the process. */
function loadedAfresh(file) {
  delete require.cache[file];
  delete globalThis[Symbol.for('EVENT_HANDLERS')];
  return require(file);
}
