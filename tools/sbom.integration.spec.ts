import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Packages = Readonly<Record<string, object>>;
interface Tools {
  licenceTexts(packages: Packages): string;
  prunedLockfile(manifest: object, bundled: string[]): { manifest: object; lock: { packages: Packages } };
  faultOf(text: string): Promise<unknown>;
  sbomOf(folder: string): Promise<string>;
}
const places = ['./build/licence-texts.mjs', './build/pruned-lockfile.mjs', './sbom.mjs'];
const tools = await Promise.all(places.map((place) => import(place) as Promise<Partial<Tools>>));
const { licenceTexts, prunedLockfile, faultOf, sbomOf } = Object.assign({}, ...tools) as Tools;

interface Sbom {
  readonly metadata: { readonly component: { readonly name: string; readonly type: string } };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly licenses: readonly object[];
  }[];
}

describe('what a build is made of', () => {
  const manifest = { name: '@contentflow/tried', version: '1.2.3' };
  const { manifest: pinned, lock } = prunedLockfile(manifest, ['node_modules/zod', 'node_modules/fastify']);
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'contentflow-sbom-'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify(pinned));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is listed as CycloneDX, each package with version, address and licence, and nothing besides', async () => {
    const { metadata, components } = JSON.parse(await sbomOf(folder)) as Sbom;
    expect(metadata.component).toMatchObject({ name: '@contentflow/tried', type: 'application' });
    const { version } = JSON.parse(readFileSync('node_modules/zod/package.json', 'utf8')) as { version: string };
    expect(components.find(({ name }) => name === 'zod')).toMatchObject({
      version,
      purl: `pkg:npm/zod@${version}`,
      licenses: [{ license: { id: 'MIT' } }],
    });
    // One that lies in two places is one package.
    const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
    const names = locked.map(
      ([path, each]) => `${path.split('node_modules/').at(-1)}@${(each as { version: string }).version}`,
    );
    expect(components.map(({ name, version: which }) => `${name}@${which}`).sort()).toEqual([...new Set(names)].sort());
  });

  it('is refused where it is not as the standard has it', async () => {
    const text = await sbomOf(folder);
    expect(await faultOf(text)).toBeNull();
    const { components, ...rest } = JSON.parse(text) as Sbom;
    const [first, ...others] = components;
    const nameless = { ...rest, components: [{ ...first, name: undefined }, ...others] };
    expect(await faultOf(JSON.stringify(nameless))).not.toBeNull();
    expect(await faultOf(JSON.stringify({ ...rest, components, invented: true }))).not.toBeNull();
  });

  it('is not listed where nothing is built', async () => {
    await expect(sbomOf(join(folder, 'nowhere'))).rejects.toThrow('run "npm run build" first');
  });

  it('goes with the texts of its licences', () => {
    const texts = licenceTexts(lock.packages);
    expect(texts).toMatch(/^zod \d\S*: MIT\n\nMIT License/m);
    expect(texts).toContain('fastify');
  });
});
