import { defaultPolicy } from '@contentflow/contracts';
import fc from 'fast-check';
import { calibrationOf, type PredictionOutcome, rampFor } from './blast-radius.ts';

const { experiments: rules } = defaultPolicy;

/** An improvement that was predicted a fifth, and brought so much. */
const came = (observed: number, over: { error?: number; isRolledBack?: boolean } = {}): PredictionOutcome => ({
  improvementId: 'i',
  predicted: { effect: 0.2, error: 0.02 },
  observed: { effect: observed, error: over.error ?? 0.02 },
  isRolledBack: over.isRolledBack ?? false,
});
const times = (count: number, each: PredictionOutcome): PredictionOutcome[] =>
  Array.from({ length: count }, () => each);
const begin = (...all: PredictionOutcome[]): number => rampFor(calibrationOf(all), rules)[0]!;

describe('how many units the next change on a lever may reach', () => {
  it('is the policy’s ramp while nothing came of what was predicted', () => {
    expect(calibrationOf([])).toBeUndefined();
    expect(rampFor(undefined, rules)).toEqual([0.05, 0.25, 0.5]);
  });

  it('begins wider with every improvement that comes as predicted, up to the policy’s bound', () => {
    const begins = [1, 2, 4, 16, 1000].map((count) => begin(...times(count, came(0.2))));
    expect(begins).toEqual([...begins].sort((a, b) => a - b));
    expect(begins[0]).toBeGreaterThan(0.05);
    expect(begins[0]).toBeLessThan(0.2);
    expect(begins.at(-1)).toBeGreaterThan(0.23);
    expect(rampFor({ value: 3, lower: 2, upper: 4 }, rules)).toEqual([0.25, 0.5]);
    expect(rampFor({ value: 3, lower: 2, upper: 4 }, { ...rules, blastRadius: 0.02 })).toEqual(rules.ramp);
  });

  it('says less by what was measured poorly, and by what brought less than predicted', () => {
    const full = begin(...times(4, came(0.2)));
    expect(begin(...times(4, came(0.2, { error: 0.1 })))).toBeLessThan(full);
    expect(begin(...times(4, came(0.14)))).toBeLessThan(full);
    expect(begin(...times(4, came(0.2)), came(-0.2))).toBeLessThan(full);
  });

  it('shrinks after a rollback, also of what seemed to bring much', () => {
    const kept = times(4, came(0.2));
    expect(begin(...kept, came(0.3, { isRolledBack: true }))).toBeLessThan(begin(...kept) - 0.02);
    expect(begin(came(0.2), came(0.3, { isRolledBack: true }))).toBe(0.05);
  });

  it('goes without its last step on a lever that surely keeps less than half', () => {
    expect(rampFor(calibrationOf(times(3, came(0.3, { isRolledBack: true }))), rules)).toEqual([0.05, 0.25]);
    expect(rampFor(calibrationOf([came(0, { error: 0.2 })]), rules)).toEqual(rules.ramp);
  });

  it('is no wider than the policy allows, and never begins below its first step, whatever came', () => {
    const effect = fc.double({ min: -2, max: 2, noNaN: true });
    const error = fc.double({ min: 0.001, max: 1, noNaN: true });
    const any = fc.record({
      improvementId: fc.constant('i'),
      predicted: fc.record({ effect, error }),
      observed: fc.record({ effect, error }),
      isRolledBack: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(any), (all) => {
        const ramp = rampFor(calibrationOf(all), rules);
        expect(ramp).toEqual([...ramp].sort((a, b) => a - b));
        expect(ramp[0]).toBeGreaterThanOrEqual(0.05);
        expect(ramp[0]).toBeLessThanOrEqual(0.25);
        expect(ramp.at(-1)).toBeLessThanOrEqual(0.5);
      }),
    );
  });
});
