import { canonicalJson } from '@contentflow/kernel';
import { canonicalJsonOfVersion1, entryHash, type HashedEntry } from './entry-hash.ts';

const entry = (data: string, hashVersion: 1 | 2 = 2): HashedEntry => ({
  hashVersion,
  seq: 7,
  previousHash: '0'.repeat(64),
  decision: { id: 'd', type: 't', source: 's', subject: 'u', time: 0, data: JSON.parse(data), correlationId: 'c' },
});

describe("an entry's hash", () => {
  it.each([
    ['__proto__', '{"shares":{"__proto__":{"a":0.5}}}', '{"shares":{"__proto__":{"a":0.9}}}'],
    ['a key in another place', '{"a":{"__proto__":{"b":1}}}', '{"a":{"b":1}}'],
    ['a key that is a number', '{"1":"a","10":"b"}', '{"10":"a","1":"b"}'],
  ])('tells a decision that was changed in %s', (_kind, before, after) => {
    expect(entryHash(entry(before))).not.toBe(entryHash(entry(after)));
  });

  it('is another for each number, previous hash and version', () => {
    const first = entry('{}');
    const others = [first, { ...first, seq: 70 }, { ...first, previousHash: '1'.repeat(64) }, entry('{}', 1)];
    expect(new Set(others.map(entryHash)).size).toBe(4);
  });

  it('of version 1 is what release 0.2.0 wrote', () => {
    expect(entryHash(entry('{"b":1,"a":[{"d":null,"c":"é"}],"10":0,"9":1}', 1))).toBe(
      '5b83cf3ce20b1ae148a0a86e8e36fd1ca9844e29cebaa6d0a1df5ef6286239d1',
    );
    expect(canonicalJsonOfVersion1({ b: 1, '10': 0, '9': 1 })).toBe('{"9":1,"10":0,"b":1}');
    expect(canonicalJson({ b: 1, '10': 0, '9': 1 })).toBe('{"10":0,"9":1,"b":1}');
  });
});
