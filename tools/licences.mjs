/** `node tools/licences.mjs`: writes docs/licences.md from the lockfile and from what data files say of themselves. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { DEVELOPMENT, packagesOf, refusedLicences, SHIPPED } from './supply-chain/licences.mjs';
import { root } from './node24.mjs';

const PLACE = 'docs/licences.md';

/** The page as it should be. */
export async function licencesPage() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const all = packagesOf(packages);
  const page = `# Licences of what others made

Written by \`node tools/licences.mjs\` from \`package-lock.json\`; \`tools/licences.spec.ts\` fails where it is out of date, where a licence is not on the list, and where a data file does not say where it is from.
ContentFlow itself is under the [Apache License 2.0](../LICENSE).

Packages of the product may be under ${listed(SHIPPED)}; of those that an "or" names, one is enough. What only builds and tests it may also be under ${listed(DEVELOPMENT.filter((each) => !SHIPPED.includes(each)))}:
it is used unchanged and is no part of what is shipped. Each build holds the texts of the licences of what is in it (\`third-party-licences.txt\`), and [\`node tools/sbom.mjs\`](operations.md#what-is-in-a-release) lists it as CycloneDX.

## Part of the product

${listOf(all.filter(({ isShipped }) => isShipped))}

## To build and test it

${listOf(all.filter(({ isShipped }) => !isShipped))}

## Data in the repository

| file | from |
| --- | --- |
${dataFiles()
  .map(({ file, source }) => `| \`${file}\` | ${source ?? '**does not say**'} |`)
  .join('\n')}

What is made here is under the licence of the repository. Models that tests fetch (\`infra/models\`) are packages of registries under Apache-2.0, and no part of it.
`;
  return prettier.format(page, { ...(await prettier.resolveConfig(join(root, PLACE))), filepath: PLACE });
}

/** JSON beside the code that holds more than settings, and where each says that it is from. */
export function dataFiles() {
  return readdirSync(join(root, 'libs'), { recursive: true })
    .map((path) => `libs/${path.split(sep).join('/')}`)
    .filter((path) => /^libs\/[^/]+\/src\/.*\.json$/.test(path) && !/fixtures|node_modules/.test(path))
    .toSorted()
    .map((file) => {
      const { source, madeBy } = JSON.parse(readFileSync(join(root, file), 'utf8'));
      return { file, source: source ?? madeBy };
    });
}

const listed = (licences) => licences.join(', ');

function listOf(packages) {
  const byLicence = new Map();
  for (const each of packages) byLicence.set(each.licence, [...(byLicence.get(each.licence) ?? []), each]);
  const rows = [...byLicence].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return rows
    .map(
      ([licence, all]) =>
        `- **${licence}** (${all.length}): ${all.map(({ name, version }) => `${name} ${version}`).join(', ')}`,
    )
    .join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const refused = refusedLicences(packagesOf(packages));
  for (const fault of refused) console.error(fault);
  if (refused.length > 0) process.exit(1);
  writeFileSync(join(root, PLACE), await licencesPage());
}
