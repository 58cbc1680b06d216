import { isDeepStrictEqual } from 'node:util';
import { notesOnObjects } from './notes-on-objects.ts';

describe('notes on objects', () => {
  it('are of the very object, frozen or not, and of this kind of note alone', () => {
    const [one, other] = [notesOnObjects<object, string>(), notesOnObjects<object, string>()];
    const open = { a: 1 };
    const frozen = Object.freeze({ a: 1 });
    for (const key of [open, frozen]) {
      expect(one.get(key)).toBeUndefined();
      one.set(key, 'first');
      one.set(key, 'second');
      expect([one.get(key), other.get(key), one.get({ ...key })]).toEqual(['second', undefined, undefined]);
    }
  });

  it('are seen by nobody else', () => {
    const notes = notesOnObjects<object, number>();
    const key = { a: 1 };
    notes.set(key, 1);
    expect([Reflect.ownKeys(key), JSON.stringify(key), structuredClone(key)]).toEqual([['a'], '{"a":1}', { a: 1 }]);
    expect(isDeepStrictEqual(key, { a: 1 })).toBe(true);
  });
});
