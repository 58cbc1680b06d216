import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** Code that runs when the product runs, with what the compiler knows of it. */
export interface Source {
  readonly checker: ts.TypeChecker;
  readonly files: readonly ts.SourceFile[];
  /** Who a file belongs to: the library or app. */
  readonly ownerOf: (node: ts.Node) => string;
}

const isShipped = (path: string): boolean =>
  !/\.spec\.tsx?$|\/(testing|fixtures|generated|e2e|baselines|benchmarks|backtests|[a-z-]+-benchmark)\//.test(path);

/** All production code of the workspace; benches, baselines, tests and what is generated of the contracts prove nothing about who needs a contract. */
export const workspaceSource = (root: string): Source =>
  sourceOf(
    root,
    globSync('{apps,libs}/*/src/**/*.{ts,tsx}', { cwd: root }).filter((path) => isShipped(path.replaceAll('\\', '/'))),
  );

/** These files alone. */
export function sourceOf(root: string, paths: readonly string[]): Source {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: ['none.ts'] }, ts.sys, root);
  const names = new Set(paths.map((path) => join(root, path)));
  const program = ts.createProgram([...names], options);
  const ownerOf = (node: ts.Node): string =>
    relative(root, node.getSourceFile().fileName).replaceAll('\\', '/').split('/')[1] as string;
  return {
    checker: program.getTypeChecker(),
    files: program.getSourceFiles().filter(({ fileName }) => names.has(fileName)),
    ownerOf,
  };
}

/** Every node of these files, parents before children. */
export function* nodesOf(files: readonly ts.Node[]): Generator<ts.Node> {
  for (const file of files) {
    yield file;
    const children: ts.Node[] = [];
    ts.forEachChild(file, (child) => void children.push(child));
    yield* nodesOf(children);
  }
}

/** Where a node stands, for a person: `libs/one/src/one.ts:12`. */
export function placeOf(root: string, node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(root, file.fileName).replaceAll('\\', '/')}:${line + 1}`;
}
