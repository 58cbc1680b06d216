import { judgingMessages, verdictIn } from './hit-judgement.ts';

describe('the judgement of a cached answer', () => {
  it('shows both texts, in the order asked for, as material', () => {
    const user = (isServedFirst: boolean): string =>
      judgingMessages('Topic: tea', 'Old text', 'New text', isServedFirst)[1]?.content ?? '';
    expect(user(true)).toMatch(/First text\n[\s\S]*Old text[\s\S]*Second text\n[\s\S]*New text/);
    expect(user(false)).toMatch(/First text\n[\s\S]*New text[\s\S]*Second text\n[\s\S]*Old text/);
    expect(user(true)).toMatch(/<<<reference [0-9a-f]{16}>>>\nTopic: tea\n<<<end/);
  });

  it.each([
    ['both', true, 'both'],
    ['**Neither.**', true, 'neither'],
    ['First', true, 'only_served'],
    ['First', false, 'only_made'],
    ['The second text does; the first names another town.', true, 'only_made'],
    ['I cannot say.', true, 'unclear'],
    ['', false, 'unclear'],
  ] as const)('reads "%s"', (reply, isServedFirst, verdict) => {
    expect(verdictIn(reply, isServedFirst)).toBe(verdict);
  });
});
