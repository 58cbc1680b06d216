import { seededRandom, type Random } from '@contentflow/kernel';
import { UpperTail, type UpperTailState } from './upper-tail.ts';

function tailOf(count: number, draw: (random: Random) => number): UpperTail {
  const random = seededRandom('tail');
  const tail = new UpperTail();
  for (let i = 0; i < count; i++) tail.add(draw(random));
  return tail;
}

describe('the tail of what was seen', () => {
  it.each([100, 1000, 20_000])('tells the probability of what an exponential has not shown in %d values', (count) => {
    const tail = tailOf(count, (random) => random.exponential(7));
    // P(X > 7 × 12) = e^-12
    expect(tail.surprise(7 * 12)).toBeGreaterThan(0.6 * 12 * Math.LOG10E);
    expect(tail.surprise(7 * 12)).toBeLessThan(1.6 * 12 * Math.LOG10E);
  });

  it('is less surprised where large values are usual', () => {
    const heavy = tailOf(5000, (random) => random.logNormal(1, 1));
    const light = tailOf(5000, (random) => Math.abs(random.normal()));
    expect(heavy.surprise(25)).toBeLessThan(4.5);
    expect(light.surprise(25)).toBeGreaterThan(20);
  });

  it('is surprised at nothing before it has a history, nor below its threshold', () => {
    expect(tailOf(99, (random) => random.next()).surprise(1e9)).toBe(0);
    expect(tailOf(200, (random) => random.next()).surprise(0.5)).toBe(0);
  });

  it('does not call it infinitely rare that what never varied varies', () => {
    const constant = tailOf(200, () => 5);
    expect(constant.surprise(5)).toBe(0);
    expect(constant.surprise(5.2)).toBeLessThan(3);
    expect(constant.surprise(50)).toBeGreaterThan(4);
    expect(tailOf(200, () => 0).surprise(1)).toBeGreaterThan(4);
  });

  it('goes on from plain data', () => {
    const tail = tailOf(500, (random) => random.exponential(1));
    const revived = UpperTail.resumed(JSON.parse(JSON.stringify(tail.state())) as UpperTailState);
    expect(revived.surprise(9)).toBe(tail.surprise(9));
    expect(revived.state()).toEqual(tail.state());
  });
});
