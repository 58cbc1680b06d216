import type { SubjectKey, SubjectKeys } from '../personal/subject-keys.ts';

const key = (name: string, more: Partial<SubjectKey> = {}): SubjectKey => ({
  pseudonym: `pseudonym of ${name}`,
  lookup: `lookup of ${name}`,
  wrapped: `wrapped key of ${name}`,
  usedAt: 1000,
  ...more,
});

/** What every store of the keys of persons must do. @param open  the store of the n-th test, as often as it is asked for */
export function describeSubjectKeys(name: string, open: (n: number) => Promise<SubjectKeys>): void {
  describe(`keys of persons ${name}`, () => {
    let n = 0;
    let opened: SubjectKeys[];
    const another = async (): Promise<SubjectKeys> => {
      const keys = await open(n);
      opened.push(keys);
      return keys;
    };
    beforeEach(() => {
      n++;
      opened = [];
    });
    afterEach(async () => {
      await Promise.all(opened.map((keys) => keys.close()));
    });

    it('are found by name and by pseudonym, in another process too', async () => {
      const [one, two] = [await another(), await another()];
      await one.add(key('ada'));
      expect(await two.byLookup('lookup of ada')).toEqual(key('ada'));
      expect(await two.byPseudonym('pseudonym of ada')).toEqual(key('ada'));
      expect(await two.byLookup('lookup of bert')).toBeUndefined();
      expect(await two.byPseudonym('pseudonym of bert')).toBeUndefined();
    });

    it('are one for each person, however many processes make one at once', async () => {
      const all = await Promise.all([1, 2, 3, 4].map(() => another()));
      const kept = await Promise.all(
        all.map((keys, i) => keys.add(key('ada', { pseudonym: `ada ${i}`, wrapped: `wrapped ${i}` }))),
      );
      expect(new Set(kept.map(({ pseudonym }) => pseudonym)).size).toBe(1);
      expect(kept[0]?.wrapped).toBe(`wrapped ${kept[0]?.pseudonym.at(-1)}`);
    });

    it('are gone once destroyed, in every process at once, and nobody else’s with them', async () => {
      const [one, two] = [await another(), await another()];
      await one.add(key('ada'));
      await one.add(key('bert'));
      expect(await two.byPseudonym('pseudonym of ada')).toBeDefined();
      expect(await one.destroy('pseudonym of ada')).toBe(true);
      expect(await two.byPseudonym('pseudonym of ada')).toBeUndefined();
      expect(await two.byLookup('lookup of ada')).toBeUndefined();
      expect(await two.byPseudonym('pseudonym of bert')).toEqual(key('bert'));
      expect(await two.destroy('pseudonym of ada')).toBe(false);
      // Whoever comes back is somebody new.
      expect(await two.add(key('ada', { pseudonym: 'another' }))).toMatchObject({ pseudonym: 'another' });
    });

    it('say which were not used since, the longest unused first', async () => {
      const keys = await another();
      await keys.add(key('ada', { usedAt: 3000 }));
      await keys.add(key('bert', { usedAt: 2000 }));
      await keys.add(key('cleo', { usedAt: 1000 }));
      await keys.used('pseudonym of cleo', 9000);
      expect(await keys.unusedSince(4000)).toEqual(['pseudonym of bert', 'pseudonym of ada']);
      expect(await keys.unusedSince(2000)).toEqual([]);
    });

    it('keep the fingerprint that was said first', async () => {
      const [one, two] = [await another(), await another()];
      expect(await one.fingerprint()).toBeUndefined();
      await one.keepFingerprint('first');
      await two.keepFingerprint('second');
      expect(await two.fingerprint()).toBe('first');
    });
  });
}
