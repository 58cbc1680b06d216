/**
 * Runs TypeScript from source: `node --import tools/register.mjs`. What swc makes of a file is kept below node_modules/.cache under the
 * hash of the file's text and of swc's version and options, so that a kept one can never be stale; V8's compiled code beside it.
 */
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, enableCompileCache, registerHooks, setSourceMapsSupport } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const swcOptions = {
  sourceMaps: 'inline',
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, verbatimModuleSyntax: true },
    keepClassNames: true,
    experimental: { keepImportAttributes: true },
  },
  module: { type: 'es6' },
};

const require = createRequire(import.meta.url);
const edition = JSON.stringify([require('@swc/core/package.json').version, swcOptions]);
const cache = fileURLToPath(new URL('../node_modules/.cache/contentflow', import.meta.url));

enableCompileCache(join(cache, 'compiled'));
setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
registerHooks({
  load: (url, context, nextLoad) =>
    url.startsWith('file:') && url.endsWith('.ts')
      ? { format: 'module', source: javascriptOf(fileURLToPath(url)), shortCircuit: true }
      : nextLoad(url, context),
});

function javascriptOf(path) {
  const typescript = readFileSync(path, 'utf8');
  const kept = join(cache, `${hash('sha256', `${edition}\n${path}\n${typescript}`)}.js`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const { code } = require('@swc/core').transformSync(typescript, { ...swcOptions, filename: path });
    keep(kept, code);
    return code;
  }
}

/** Whole or not at all, since other processes may read it; where nothing can be written, each start compiles again. */
function keep(path, code) {
  const partial = `${path}.${process.pid}`;
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(partial, code);
    renameSync(partial, path);
  } catch {}
}
