import { differenceOf } from './difference.ts';

describe('the difference of two texts', () => {
  it('names what went and what came, and joins to both', () => {
    const [before, after] = ['Write a friendly email, briefly.', 'Write a short, friendly email.'];
    const found = differenceOf(before, after);
    const joined = (kind: string): string =>
      found
        .filter((each) => each.kind === 'same' || each.kind === kind)
        .map(({ text }) => text)
        .join('');
    expect([joined('before'), joined('after')]).toEqual([before, after]);
    expect(found.filter(({ kind }) => kind === 'same').map(({ text }) => text)).toContain('friendly ');
  });

  it('has one stretch of what is alike', () => {
    expect(differenceOf('as it was', 'as it was')).toEqual([{ kind: 'same', text: 'as it was' }]);
  });

  it('sets texts that are too long beside each other', () => {
    const long = 'word '.repeat(2000);
    expect(differenceOf(long, 'short').map(({ kind }) => kind)).toEqual(['before', 'after']);
  });
});
