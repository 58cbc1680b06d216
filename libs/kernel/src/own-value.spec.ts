import { ownValue, ownValueOrNew, setOwnValue, withoutOwnValue } from './own-value.ts';

const words = [...Object.getOwnPropertyNames(Object.prototype), 'warm', ''];

describe('a record whose names come from outside', () => {
  it('finds what it holds, and nothing that objects inherit', () => {
    const record = { one: 1 };
    expect(ownValue(record, 'one')).toBe(1);
    for (const word of words) expect(ownValue(record, word)).toBeUndefined();
  });

  it.each(words)('holds "%s" like any other word, also after it was stored as JSON', (word) => {
    const record: Record<string, number> = {};

    expect(ownValueOrNew(record, word, () => 1)).toBe(1);
    expect(ownValueOrNew(record, word, () => 2)).toBe(1);
    setOwnValue(record, word, 3);

    const stored = JSON.parse(JSON.stringify({ ...record })) as Record<string, number>;
    expect(ownValue(stored, word)).toBe(3);
    expect(Object.keys(stored)).toEqual([word]);
    expect(withoutOwnValue(stored, word)).toEqual({});
  });
});
