import { ownValue } from './own-value.ts';

describe('a name from outside', () => {
  it('finds what the record holds itself, and nothing that every object inherits', () => {
    const record: Record<string, number> = { one: 1 };
    expect(ownValue(record, 'one')).toBe(1);
    for (const name of ['two', 'constructor', 'toString', '__proto__', 'hasOwnProperty'])
      expect(ownValue(record, name)).toBeUndefined();
  });
});
