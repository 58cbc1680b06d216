import { changesIn } from './changes.ts';

type VisibleState = Parameters<typeof changesIn>[0];
const given = (...improvements: { appliedAt: number; endedAt?: number }[]): VisibleState => ({
  improvements: improvements as unknown as VisibleState['improvements'],
  qualityThresholds: {},
  replacedModels: {},
});

describe('whether there is anything to compare', () => {
  it('is nothing before the first change, and while it is to come', () => {
    expect(changesIn(given(), 0, 10)).toBe('none_yet');
    expect(changesIn(given({ appliedAt: 11 }), 0, 10)).toBe('none_yet');
  });
  it('is what was in force at any time of the window', () => {
    expect(changesIn(given({ appliedAt: 9 }), 0, 10)).toBe('in_force');
    expect(changesIn(given({ appliedAt: -20, endedAt: 1 }), 0, 10)).toBe('in_force');
  });
  it('is no more what ended before it', () => {
    expect(changesIn(given({ appliedAt: -20, endedAt: -1 }), 0, 10)).toBe('none_in_force');
  });
  it('is also a threshold that was raised and a model that another stands in for', () => {
    expect(changesIn({ ...given(), qualityThresholds: { email: { threshold: 7, since: 1 } } }, 0, 10)).toBe('in_force');
    expect(changesIn({ ...given(), replacedModels: { old: 'new' } }, 0, 10)).toBe('in_force');
  });
});
