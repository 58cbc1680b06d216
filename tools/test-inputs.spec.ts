import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
/** Handed on to the processes that a suite starts. */
const OF_NO_CONCERN = ['HOME', 'PATH'];

/** What suites, and what only they use, ask of the environment. */
function variablesOfSuites(): string[] {
  const files = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.spec\.ts$|\/testing\/.*\.ts$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
      .map((path) => readFileSync(join(root, folder, path), 'utf8')),
  );
  const read = files.flatMap((text) => [
    ...[...text.matchAll(/(?<!delete )process\.env\['(\w+)'\](?! \?*= )/g)].map(([, name]) => name as string),
    ...[...text.matchAll(/\{([^{}]*)\} = process\.env/g)].flatMap(
      ([, names = '']) => names.match(/\b[A-Z][A-Z_]+\b/g) ?? [],
    ),
  ]);
  return [...new Set(read)].filter((name) => !OF_NO_CONCERN.includes(name)).toSorted();
}

it('a result of tests is not taken from the cache where a server or a parameter that suites ask for is another', () => {
  const { targetDefaults } = JSON.parse(readFileSync(join(root, 'nx.json'), 'utf8')) as {
    targetDefaults: { test: { inputs: (string | { env?: string })[] } };
  };
  const inputs = targetDefaults.test.inputs.flatMap((input) => (typeof input === 'string' ? [] : (input.env ?? [])));
  const asked = variablesOfSuites();
  expect(asked).toEqual(expect.arrayContaining(['KAFKA_BROKERS', 'MONGO_URI']));
  expect(asked.filter((name) => !inputs.includes(name))).toEqual([]);
});
