import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  readonly name: string;
}
interface Licences {
  packagesOf(packages: Readonly<Record<string, object>>): readonly Locked[];
  refusedLicences(packages: readonly Locked[]): string[];
}
interface Page {
  licencesPage(): Promise<string>;
  dataFiles(): { readonly file: string; readonly source?: string }[];
}
const [page, licences] = ['./licences.mjs', './supply-chain/licences.mjs'];
const { licencesPage, dataFiles } = (await import(page)) as Page;
const { packagesOf, refusedLicences } = (await import(licences)) as Licences;

const root = join(import.meta.dirname, '..');
const locked = (
  JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, object> }
).packages;

describe('the licences of what others made', () => {
  it('are all on the list', () => {
    const packages = packagesOf(locked);
    expect(packages.length).toBeGreaterThan(500);
    expect(refusedLicences(packages)).toEqual([]);
  });

  it.each([
    ['node_modules/strict', { version: '1.0.0', license: 'GPL-3.0-only' }, 'GPL-3.0-only'],
    [
      'node_modules/@scope/strict',
      { version: '1.0.0', license: 'MIT AND GPL-3.0-only', dev: true },
      'MIT AND GPL-3.0-only',
    ],
    ['node_modules/fonts', { version: '1.0.0', license: 'MPL-2.0' }, 'MPL-2.0'],
    ['node_modules/a/node_modules/silent', { version: '1.0.0' }, 'no licence that is named'],
    ['node_modules/own', { version: '1.0.0', license: 'SEE LICENSE IN LICENSE.txt' }, 'SEE LICENSE IN LICENSE.txt'],
  ])('are found where they are not: %s', (path, entry, licence) => {
    const faults = refusedLicences(packagesOf({ ...locked, [path]: entry }));
    expect(faults).toEqual([expect.stringMatching(/is not on the list for (what is shipped|development)$/)]);
    expect(faults[0]).toContain(`is under ${licence},`);
  });

  it('are enough where one of several is', () => {
    const license = '(GPL-3.0-only OR MIT)';
    expect(refusedLicences(packagesOf({ 'node_modules/free': { version: '1.0.0', license } }))).toEqual([]);
  });

  it('stand in docs/licences.md as they are', async () => {
    expect(readFileSync(join(root, 'docs/licences.md'), 'utf8')).toBe(await licencesPage());
  });

  it('are said by each file of data, or it is made here', () => {
    expect(dataFiles().length).toBeGreaterThan(10);
    expect(dataFiles().filter(({ source }) => !source)).toEqual([]);
  });
});
