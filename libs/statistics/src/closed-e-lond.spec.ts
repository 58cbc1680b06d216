import fc from 'fast-check';
import { seededRandom } from '@contentflow/kernel';
import {
  beginTest,
  endTest,
  type EvidenceControl,
  evidenceNeeded,
  startEvidenceControl,
  weightOf,
} from './closed-e-lond.ts';

interface Past {
  /** None while it runs. */
  readonly e: number | undefined;
  readonly isDiscovery: boolean;
}

function controlAfter(past: readonly Past[], alpha = 0.05): EvidenceControl {
  const begun = past.reduce((control, _, i) => beginTest(control, `t${i}`), startEvidenceControl(alpha));
  return past.reduce(
    (control, { e, isDiscovery }, i) => (e === undefined ? control : endTest(control, `t${i}`, e, isDiscovery)),
    begun,
  );
}

/** By the definition: every set of tests with the one in question, weights by the place in the set. */
function neededByDefinition({ alpha, tests }: EvidenceControl, at: number): number {
  const claim = 1 / (alpha * (1 + tests.filter(({ isDiscovery }) => isDiscovery).length));
  let most = 0;
  for (let mask = 0; mask < 2 ** tests.length; mask++) {
    const members = tests.flatMap((test, i) => ((mask >> i) & 1 ? [{ ...test, i }] : []));
    const place = members.findIndex(({ i }) => i === at);
    if (place < 0) continue;
    const claimed = members.reduce((sum, { i, isDiscovery }) => sum + (i === at || isDiscovery ? claim : 0), 0);
    const evidence = members.reduce((sum, { i, e = 0 }, j) => sum + (i === at ? 0 : weightOf(j + 1) * e), 0);
    most = Math.max(most, (claimed - evidence) / weightOf(place + 1));
  }
  return most;
}

const past = fc.record({
  e: fc.option(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5000, noNaN: true })), { nil: undefined }),
  isDiscovery: fc.boolean(),
});

describe('the evidence that a test needs', () => {
  it('is what every set of tests asks for', () => {
    fc.assert(
      fc.property(fc.array(past, { maxLength: 7 }), fc.array(past, { maxLength: 4 }), (before, after) => {
        const all = [...before, { e: undefined, isDiscovery: false }, ...after];
        const control = controlAfter(all);
        const needed = evidenceNeeded(control, `t${before.length}`);
        const defined = neededByDefinition(control, before.length);
        expect(Math.abs(needed - defined)).toBeLessThanOrEqual(1e-9 * Math.max(1, defined));
      }),
      { numRuns: 300 },
    );
  });

  it('has weights that sum to one', () => {
    let sum = 0;
    for (let j = 1; j <= 1e6; j++) sum += weightOf(j);
    // What is left is the integral of the rest.
    expect(sum + ((1e6 + 12.5) ** -0.6 / 0.6) * (weightOf(1) * 13 ** 1.6)).toBeCloseTo(1, 9);
  });

  it('of the twelfth of twelve side by side is hardly three times the first one’s', () => {
    const twelve = controlAfter(Array.from({ length: 12 }, () => ({ e: undefined, isDiscovery: false })));
    expect(evidenceNeeded(twelve, 't11') / evidenceNeeded(twelve, 't0')).toBeLessThan(3);
    expect(1 / evidenceNeeded(twelve, 't11')).toBeGreaterThan(5e-4);
  });

  it('falls with each discovery, and rises with each test that found nothing', () => {
    const running = { e: undefined, isDiscovery: false };
    const after = (...before: Past[]) => evidenceNeeded(controlAfter([...before, running]), `t${before.length}`);
    const found = { e: 1e6, isDiscovery: true };
    const none = { e: 0.1, isDiscovery: false };
    expect(after(found, found)).toBeLessThan(after(found));
    expect(after(none)).toBeGreaterThan(after());
    // What was stopped by something else although it was all but shown costs nothing.
    expect(after({ e: 1e6, isDiscovery: false })).toBe(after());
  });

  it('keeps the share of false discoveries to its level where all nulls rise and fall together', () => {
    const random = seededRandom('closed');
    let total = 0;
    const runs = 2000;
    for (let run = 0; run < runs; run++) {
      const shared = random.normal();
      let control = startEvidenceControl(0.1);
      const ended: boolean[] = [];
      for (let i = 0; i < 20; i++) {
        const isTrue = i % 4 === 0;
        const z = shared + (isTrue ? 3 + random.normal() : 0);
        const e = Math.exp(3 * z - 4.5);
        control = beginTest(control, String(i));
        const isDiscovery = e >= evidenceNeeded(control, String(i));
        control = endTest(control, String(i), e, isDiscovery);
        if (isDiscovery) ended.push(isTrue);
      }
      total += ended.filter((each) => !each).length / Math.max(1, ended.length);
    }
    expect(total / runs).toBeLessThan(0.1);
  });

  it('refuses what cannot be', () => {
    const one = beginTest(startEvidenceControl(0.05), 'a');
    expect(() => startEvidenceControl(0)).toThrow(RangeError);
    expect(() => beginTest(one, 'a')).toThrow(RangeError);
    expect(() => endTest(one, 'a', -1, false)).toThrow(RangeError);
    expect(() => evidenceNeeded(one, 'b')).toThrow(RangeError);
    expect(() => endTest(endTest(one, 'a', 1, false), 'a', 1, false)).toThrow(RangeError);
  });
});
