import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');

interface Source {
  readonly path: string;
  readonly text: string;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

describe('the dependencies that package.json declares', () => {
  it('are each imported or run, and nothing else is imported', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
    expect(faultsOf(manifest, sources(), commands())).toEqual([]);
  });

  it('are pinned to one version, so that two installations are the same', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) =>
      /[\^~*<>]/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('fail this check when one is unused, undeclared, or meant for development and imported by what is shipped', () => {
    const manifest = {
      dependencies: { used: '1.0.0', idle: '1.0.0' },
      devDependencies: { '@types/used': '1.0.0', checker: '1.0.0' },
    };
    const shipped = {
      path: 'libs/one/src/one.ts',
      text: `import used from 'used/door';\nimport '@missing/part/door';\nconst late = () => import('checker');\n`,
    };
    expect(faultsOf(manifest, [shipped], '')).toEqual([
      'idle is imported nowhere and run by nothing',
      '@missing/part is imported by libs/one/src/one.ts and not declared',
      'checker is imported by libs/one/src/one.ts, which is shipped, and declared for development only',
    ]);
  });
});

/** A sentence for each dependency that is declared wrongly. */
function faultsOf({ dependencies, devDependencies }: Manifest, files: readonly Source[], run: string): string[] {
  const importers = importersOf(files);
  const isUsed = (name: string): boolean =>
    importers.has(name) || isNamedIn(run, name) || importers.has(typedBy(name)) || isNamedIn(run, typedBy(name));
  const declared = { ...dependencies, ...devDependencies };
  const unused = Object.keys(declared).filter((name) => !isUsed(name));
  const undeclared = [...importers].filter(([name]) => !(name in declared));
  const development = [...importers].flatMap(([name, paths]) =>
    name in devDependencies ? paths.filter(isShipped).map((path) => [name, path] as const) : [],
  );
  return [
    ...unused.map((name) => `${name} is imported nowhere and run by nothing`),
    ...undeclared.map(([name, [path]]) => `${name} is imported by ${path} and not declared`),
    ...development.map(
      ([name, path]) => `${name} is imported by ${path}, which is shipped, and declared for development only`,
    ),
  ];
}

/** By package, the files that import it, dynamically and for its types too. */
function importersOf(files: readonly Source[]): Map<string, string[]> {
  const importers = new Map<string, string[]>();
  for (const { path, text } of files)
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      if (/^[./]|^@contentflow\//.test(fileName) || isBuiltin(fileName)) continue;
      const name = packageOf(fileName);
      importers.set(name, [...(importers.get(name) ?? []), path]);
    }
  return importers;
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** What `@types/react` gives types to; any other package stands for itself. */
const typedBy = (name: string): string => name.replace(/^@types\//, '');

const isNamedIn = (text: string, name: string): boolean =>
  new RegExp(String.raw`(?<![\w@/-]|\w\.)(node_modules/)?${name.replace(/[.]/g, String.raw`\.`)}(?![\w-])`).test(text);

/** The console is bundled when it is built, so it may import what is there for development. */
const isShipped = (path: string): boolean =>
  /^(apps|libs)\//.test(path) && !/\.spec\.ts$|\/testing\/|^apps\/console\//.test(path);

function sources(): Source[] {
  const paths = globSync(['{apps,libs,tools,infra}/**/*.{ts,tsx,mts,mjs}', '*.mjs'], {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist|fixtures)$/.test(path),
  });
  return paths.map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(root, path), 'utf8') }));
}

/** Where a package is named by what runs it, not imported. */
function commands(): string {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8')) as {
    compilerOptions: { types: string[] };
  };
  const files = ['nx.json', 'jest.config.mjs', 'tools/test.mjs', 'tools/sbom.mjs', 'tools/import-circles.spec.ts'].map(
    (path) => readFileSync(join(root, path), 'utf8'),
  );
  return [...Object.values(scripts), ...compilerOptions.types, ...files].join('\n');
}
