import { HOUR_MS } from '@contentflow/kernel';
import { type IdempotencyKeys, KEPT_MS, type StoredAnswer, LEASE_MS } from '../idempotency/idempotency-keys.ts';

const NOW = 1_780_000_000_000;
const request = { place: 'orders k1', body: 'tea' };
const answer: StoredAnswer = {
  status: 202,
  headers: { location: '/orders/1', 'content-type': 'application/json' },
  payload: Buffer.from('{"naïve": "\u0000"}'),
};

/** What every store of idempotency keys must do. @param open  the store of the n-th test, as often as it is asked for */
export function describeIdempotencyKeys(name: string, open: (n: number) => Promise<IdempotencyKeys>): void {
  describe(`idempotency keys ${name}`, () => {
    let n = 0;
    let opened: IdempotencyKeys[];
    const another = async (): Promise<IdempotencyKeys> => {
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

    it('tell whoever repeats a request what it was answered, in another process too', async () => {
      const [one, two] = [await another(), await another()];
      expect(await one.claim(request, 'a', NOW)).toEqual({ kind: 'yours' });
      await one.answer(request.place, 'a', answer, NOW);
      for (const keys of [one, two])
        expect(await keys.claim(request, 'b', NOW + 1)).toEqual({ kind: 'answered', answer });
    });

    it('are of one request: another body is a conflict, before the answer and after', async () => {
      const keys = await another();
      await keys.claim(request, 'a', NOW);
      expect(await keys.claim({ ...request, body: 'coffee' }, 'b', NOW)).toEqual({ kind: 'conflict' });
      await keys.answer(request.place, 'a', answer, NOW);
      expect(await keys.claim({ ...request, body: 'coffee' }, 'b', NOW)).toEqual({ kind: 'conflict' });
      expect(await keys.claim({ ...request, place: 'orders k2' }, 'b', NOW)).toEqual({ kind: 'yours' });
    });

    it('are claimed by one of many that ask at once', async () => {
      const stores = [await another(), await another()];
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, i) => stores[i % 2]!.claim(request, `claimant-${i}`, NOW)),
      );
      expect(claims.map(({ kind }) => kind).sort()).toEqual([...Array(19).fill('taken'), 'yours']);
    });

    it('pass to another when the claimant gives no more signs of life, and to one alone', async () => {
      const [one, two] = [await another(), await another()];
      await one.claim(request, 'dead', NOW);
      await one.renew(request.place, 'dead', NOW + LEASE_MS - 1);
      expect(await two.claim(request, 'b', NOW + LEASE_MS)).toEqual({ kind: 'taken' });
      const later = NOW + 2 * LEASE_MS;
      const claims = await Promise.all([one.claim(request, 'c', later), two.claim(request, 'd', later)]);
      expect(claims.map(({ kind }) => kind).sort()).toEqual(['taken', 'yours']);
    });

    it('pass to another where the clock was set back by hours since they were claimed', async () => {
      const keys = await another();
      await keys.claim(request, 'dead', NOW);
      expect(await keys.claim(request, 'b', NOW - LEASE_MS / 2)).toEqual({ kind: 'taken' });
      expect(await keys.claim(request, 'c', NOW - 5 * HOUR_MS)).toEqual({ kind: 'yours' });
    });

    it('heed nobody who lost the claim', async () => {
      const keys = await another();
      await keys.claim(request, 'zombie', NOW);
      await keys.claim(request, 'heir', NOW + LEASE_MS);
      await keys.answer(request.place, 'zombie', { ...answer, status: 500 }, NOW);
      await keys.forget(request.place, 'zombie');
      await keys.release(request.place, 'zombie');
      expect(await keys.claim(request, 'c', NOW + LEASE_MS)).toEqual({ kind: 'taken' });
      await keys.answer(request.place, 'heir', answer, NOW);
      await keys.forget(request.place, 'heir');
      expect(await keys.claim(request, 'c', NOW)).toEqual({ kind: 'answered', answer });
    });

    it('that were released go to the next with the same body at once, to no other', async () => {
      const keys = await another();
      await keys.claim(request, 'a', NOW);
      await keys.release(request.place, 'a');
      expect(await keys.claim({ ...request, body: 'coffee' }, 'b', NOW)).toEqual({ kind: 'conflict' });
      expect(await keys.claim(request, 'b', NOW)).toEqual({ kind: 'yours' });
    });

    it('that were forgotten are free for any body', async () => {
      const keys = await another();
      await keys.claim(request, 'a', NOW);
      await keys.forget(request.place, 'a');
      expect(await keys.claim({ ...request, body: 'coffee' }, 'b', NOW)).toEqual({ kind: 'yours' });
    });

    it('are kept for more than a day after the answer, and not for ever', async () => {
      const keys = await another();
      await keys.claim(request, 'a', NOW);
      await keys.answer(request.place, 'a', answer, NOW + 1000);
      const day = NOW + 1000 + 24 * 3_600_000;
      expect(await keys.claim(request, 'b', day)).toEqual({ kind: 'answered', answer });
      const later = NOW + 1000 + KEPT_MS;
      expect(await keys.claim({ ...request, body: 'coffee' }, 'b', later)).toEqual({ kind: 'yours' });
      expect(await keys.claim(request, 'c', later)).toEqual({ kind: 'conflict' });
    });
  });
}
