import { parseWithAllDigits } from './all-digits.ts';

it.each([
  '{"id":1234567890123456789,"at":[-12345678901234567890,1]}',
  '12345678901234567890',
  '{"text":"12345678901234567890","n":9007199254740991}',
  '{"a":{"b":[{"c":18446744073709551615}]}}',
])('writes %s as it was read', (json) => {
  expect(JSON.stringify(parseWithAllDigits(json))).toBe(json);
});

it('reads all else as numbers', () => {
  expect(parseWithAllDigits('{"id":1234567890123456789,"n":3,"x":0.12345678901234567890}')).toMatchObject({
    n: 3,
    x: 0.12345678901234568,
  });
});

it.each(['', '{', '{"id":1234567890123456789'])('refuses %j', (json) => {
  expect(() => parseWithAllDigits(json)).toThrow(SyntaxError);
});
