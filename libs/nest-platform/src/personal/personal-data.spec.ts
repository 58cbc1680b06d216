import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMasterKey } from '../adapters/master-key.ts';
import { PersonalData } from './personal-data.ts';
import { masterKeyFrom, newNonce, open, seal } from './sealing.ts';

const NOW = Date.UTC(2026, 0, 5);
const root = mkdtempSync(join(tmpdir(), 'personal-data-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const newFolder = (): string => mkdtempSync(join(root, 'folder-'));

describe('sealing', () => {
  it('opens with its own key at its own place alone, and not when a bit of it was turned', () => {
    const key = Buffer.alloc(32, 1);
    const sealed = seal(
      key,
      'naïve \u{1F600}',
      'content 1',
      newNonce((bytes) => Buffer.alloc(bytes, 7)),
    );
    expect(open(key, sealed, 'content 1')).toBe('naïve \u{1F600}');
    expect(() => open(Buffer.alloc(32, 2), sealed, 'content 1')).toThrow(/does not open/);
    expect(() => open(key, sealed, 'content 2')).toThrow(/does not open/);
    const bytes = Buffer.from(sealed, 'base64url');
    for (const at of [0, 12, 28, bytes.length - 1]) {
      const turned = Buffer.from(bytes);
      turned[at] = (turned[at] as number) ^ 1;
      expect(() => open(key, turned.toString('base64url'), 'content 1')).toThrow(/does not open/);
    }
    expect(() => open(key, '', 'content 1')).toThrow(/does not open/);
  });

  it('looks names up by a hash that no other master key makes', () => {
    const [one, two] = [masterKeyFrom(Buffer.alloc(32, 1)), masterKeyFrom(Buffer.alloc(32, 2))];
    expect(one.lookupOf('ada')).toBe(one.lookupOf('ada'));
    expect(one.lookupOf('ada')).not.toBe(two.lookupOf('ada'));
    expect(one.lookupOf('e\u0301')).toBe(one.lookupOf('\u00e9'));
    expect(one.fingerprint).not.toBe(two.fingerprint);
  });
});

describe('personal data', () => {
  it('is opened as long as its person is known, by every process, and nobody else is touched', async () => {
    const folder = newFolder();
    const [one, two] = [new PersonalData({ folder }), new PersonalData({ folder })];
    const ada = await one.sealed('ada', { comment: 'too long' }, 'c1', NOW);
    const bert = await one.sealed('bert', { comment: 'too short' }, 'c1', NOW);
    expect(await two.opened(ada, 'c1')).toEqual({ comment: 'too long' });
    expect(await two.opened(ada, 'c2')).toBeUndefined();
    expect(await two.pseudonymOf('ada', NOW)).toBe(ada.subject);
    await two.destroy(ada.subject);
    expect(await one.opened(ada, 'c1')).toBeUndefined();
    expect(await one.known('ada')).toBeUndefined();
    expect(await one.opened(bert, 'c1')).toEqual({ comment: 'too short' });
    // Whoever comes back is somebody new, and what was sealed before stays shut.
    expect(await one.pseudonymOf('ada', NOW)).not.toBe(ada.subject);
    expect(await one.opened(ada, 'c1')).toBeUndefined();
    await Promise.all([one.close(), two.close()]);
  });

  it('has a master key of the folder, which nobody else reads and which is not made anew when it is gone', async () => {
    const folder = newFolder();
    const personal = new PersonalData({ folder });
    const sealed = await personal.sealed('ada', { comment: 'x' }, 'c', NOW);
    await personal.close();
    const file = join(folder, 'master.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const kept = readFileSync(file, 'utf8');
    rmSync(file);
    const again = new PersonalData({ folder });
    await expect(again.opened(sealed, 'c')).rejects.toMatchObject({ code: 'no-master-key' });
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, 'another key, which is as long as one must be');
    await expect(again.opened(sealed, 'c')).rejects.toThrow(/not the master key/);
    writeFileSync(file, kept);
    expect(await again.opened(sealed, 'c')).toEqual({ comment: 'x' });
    await again.close();
  });

  it('is refused past one machine where no master key is set, in one clear error', () => {
    const refused = (environment: NodeJS.ProcessEnv) => () => readMasterKey(undefined, false, environment);
    expect(refused({})).toThrow(/without a master key.*CONTENTFLOW_MASTER_KEY/);
    expect(refused({ CONTENTFLOW_MASTER_KEY: 'short' })).toThrow(/fewer than 32 characters/);
    expect(refused({ CONTENTFLOW_MASTER_KEY_FILE: join(root, 'nothing') })).toThrow(/cannot be read/);
    const file = join(newFolder(), 'key');
    writeFileSync(file, `${'k'.repeat(40)}\n`);
    const fromFile = readMasterKey(undefined, false, { CONTENTFLOW_MASTER_KEY_FILE: file });
    expect(fromFile).toMatchObject({
      fingerprint: readMasterKey(undefined, false, { CONTENTFLOW_MASTER_KEY: 'k'.repeat(40) }).fingerprint,
    });
  });
});
