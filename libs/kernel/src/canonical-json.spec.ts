import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';

/** Keys that plain objects, JSON.parse or sorting treat specially, beside any other text. */
const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'toJSON', 'length', ''),
  fc.integer({ min: 0, max: 20 }).map(String),
  fc.constantFrom(
    '01',
    '-1',
    '1.5',
    '4294967294',
    '4294967295',
    '\u20ac',
    '\ufb33',
    '\ud83d\ude00',
    '\u0080',
    '"',
    '\\',
  ),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger());
const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, 0, -0),
    number,
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    // From entries, so that `__proto__` is a key like any other.
    fc.uniqueArray(fc.tuple(key, tie('value')), { maxLength: 5, selector: ([name]) => name }).map(Object.fromEntries),
  ),
}));

/** Equal as JSON values, found without any serialisation. */
function equal(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return left.size === right.size && [...left].every(([name, item]) => right.has(name) && equal(item, right.get(name)));
}

describe('canonical JSON', () => {
  it('writes the examples of RFC 8785', () => {
    const example = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    ) as unknown;
    expect(canonicalJson(example)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const sorting = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect([...canonicalJson(sorting).matchAll(/:"(.*?)"/g)].map(([, name]) => name)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the number %s of RFC 8785, appendix B, as %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE(0))).toBe(text);
  });

  it('has equal bytes exactly where values are equal, over keys of every kind', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(canonicalJson(a) === canonicalJson(b)).toBe(equal(a, b));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not depend on the order in which keys were written, and tells a change in any of them', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 6 }), fc.nat(), (keys, at) => {
        const entries = keys.map((name, index): [string, number] => [name, index]);
        const before = canonicalJson(Object.fromEntries(entries));
        expect(canonicalJson(Object.fromEntries(entries.toReversed()))).toBe(before);
        const changed = entries.map(([name, value], index): [string, number] => [
          name,
          index === at % keys.length ? value + 100 : value,
        ]);
        expect(canonicalJson(Object.fromEntries(changed))).not.toBe(before);
      }),
    );
  });

  it('writes what the reference implementation writes', () => {
    fc.assert(
      fc.property(json, (value) => expect(canonicalJson(value)).toBe(canonicalize(value))),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['NaN', { figures: [1, Number.NaN] }, 'figures.1: NaN is no JSON number'],
    ['an infinite number', { a: { b: -Infinity } }, 'a.b: -Infinity is no JSON number'],
    ['half of a surrogate pair', { topic: 'a \ud800 b' }, 'topic: holds half of a surrogate pair'],
    ['half of one in a key', { '\udc00': 1 }, 'holds half of a surrogate pair'],
    ['undefined in a list', [undefined], '0: undefined is no JSON value'],
    ['a hole in a list', [1, , 2], '1: undefined is no JSON value'], // eslint-disable-line no-sparse-arrays
    ['nothing', undefined, 'undefined is no JSON value'],
    ['a bigint', { n: 1n }, 'n: bigint is no JSON value'],
    ['a function', { f: () => 1 }, 'f: function is no JSON value'],
    ['a date', { at: new Date(0) }, 'at: is no plain object'],
    ['a map', { at: new Map([['a', 1]]) }, 'at: is no plain object'],
  ])('refuses %s and says where it stands', (_name, value, message) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'not-json', message }));
  });

  it('takes a property that is undefined as one that is absent', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  });
});
