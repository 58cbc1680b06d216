import { HOUR_MS } from '@contentflow/kernel';
import { reportFold, reportOf, seriesOf } from '@contentflow/ledger';
import type { FullReport } from './full-report.ts';
import type { DayOutcome } from './day-outcome.ts';
import { type Comparison, comparisonOf } from './comparison.ts';
import { renderReportPage } from './report-page.ts';
import { renderReportText } from './report-text.ts';

const AT = Date.UTC(2026, 0, 5, 12);
const parts = [reportFold.initial()];
const empty: FullReport = { ...reportOf(parts, AT), series: seriesOf(parts) };
const estimate = (value: number) => ({ value, lower: value * 0.9, upper: value * 1.1 });
const performance = (factor: number) => ({
  avg_generation_time: estimate(45_000 * factor),
  quality_score: estimate(7),
  cost_per_content: estimate(5.5 * factor),
  success_rate: estimate(0.95),
});
const day: FullReport = {
  ...empty,
  simulated: true,
  system_evolution: {
    ...empty.system_evolution,
    changes: 'in_force',
    margins: {
      blog_post: {
        quality: {
          effect: -0.35,
          error: 0.04,
          margin: 0.3,
          left: -0.05,
          changes: [{ improvementId: 'improvement-1', effect: -0.35, error: 0.04 }],
        },
        cost: { effect: 0.25, error: 0.02, margin: 0.1, left: 0.35, changes: [] },
      },
    },
    by_the_operator: [
      {
        seq: 20,
        event: 'event-20',
        name: 'RecipeReplaced',
        time: AT - 2 * HOUR_MS,
        content_type: 'blog_post',
        from: 'a',
        to: 'b',
        parts: ['instructions'],
        carried: [],
        ended: ['improvement-1'],
      },
    ],
    intervals: { initial: performance(1), current: performance(0.7) },
    change: { ...performance(1), avg_generation_time: { value: -0.3, lower: -0.35, upper: -0.25 } },
    improvements_applied: [
      {
        type: 'prompt_optimization',
        impact: '25% token reduction',
        learned_from: '500 generations',
        status: 'rolled_back',
        id: 'improvement-1',
        content_type: 'blog_post',
        lever: 'prompt',
        change: { kind: 'use_model', model: '<script>alert(1)</script>' },
        effects: { tokens: { value: -0.25, lower: -0.3, upper: -0.2 } },
        effect: { value: 0.22, lower: 0.17, upper: 0.27 },
        effect_raw: 0.25,
        cost_to_find: 12,
        screening: 0,
        failed_predecessors: 2,
        generations: 300,
        saved: { value: 30, lower: 20, upper: 40 },
        saved_raw: 35,
        pays_back_on: AT - 2 * HOUR_MS,
        applied_at: AT - 3 * HOUR_MS,
        ended_at: AT - HOUR_MS,
        end_reason: 'harm',
        events: [{ seq: 17, event: 'event-17', name: 'ImprovementApplied', time: AT - 3 * HOUR_MS }],
      },
    ],
  },
  series: {
    ...empty.series,
    hours: [3, 2, 1].map((ago) => ({
      from: AT - ago * HOUR_MS,
      initial: performance(1),
      current: performance(0.7),
      rating: { initial: estimate(3), current: estimate(4) },
      learning: { treated: 12, contents: 60, quality_expected: 0.05, quality: estimate(0.08), cost: 1.2 },
    })),
    load: [3, 2, 1].map((ago) => ({ from: AT - ago * HOUR_MS, accepted: 60, instances: ago === 1 ? 2 : 1 })),
    learning: [{ time: AT - 3 * HOUR_MS, concluded: 1, inForce: 1 }],
  },
};

describe('the page of a report', () => {
  it('needs nothing beside itself: no script, no address, no file', () => {
    const page = renderReportPage(day);
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|<img|https?:|url\(|@import/);
  });

  it('marks every section as simulated when the report is, and none when it is not', () => {
    const sections = (page: string) => page.match(/<section>/g)?.length;
    const marks = (page: string) => page.match(/<h2>[^<]*<span class="simulated">/g)?.length ?? 0;
    const simulated = renderReportPage(day);
    const real = renderReportPage({ ...day, simulated: false });
    expect(marks(simulated)).toBe(sections(simulated));
    expect(marks(real)).toBe(0);
    expect(real).not.toContain('sandbox');
  });

  it('sets each metric against the holdback, with its interval and what that allows to say', () => {
    const page = renderReportPage(day);
    expect(page).toContain('45 s (41 s to 50 s)');
    expect(page).toMatch(/−30\.0 % \(−35\.0 % to −25\.0 %\)\s*<span class="good">better<\/span>/);
  });

  it('draws a plot for each metric, the ratings, the load and the learning', () => {
    const plots = [...renderReportPage(day).matchAll(/<h3>([^<]*)<\/h3>/g)].map(([, title]) => title);
    expect(plots).toEqual([
      'Generation time',
      'Cost per content',
      'Quality, 0–10',
      'Success rate',
      'Readers’ ratings, 1–5',
      'Instances and load',
      'Learning',
      'Price of learning, points of quality per content',
    ]);
  });

  it('keeps a rate within 0 and 1, whatever its interval says', () => {
    const page = renderReportPage(day);
    expect(page).toContain('(85.5 % to 100.0 %)');
    expect(page).not.toMatch(/<title>[^<]*104/);
  });

  it('lists improvements with their status, effects and ledger entries, and escapes what others wrote', () => {
    const page = renderReportPage(day);
    expect(page).toContain('rolled back');
    expect(page).toContain('tokens −25.0 %');
    expect(page).toContain('>17<');
    expect(page).toContain('&#60;script&#62;');
  });

  it('has a row of its own for what the operator changed, of which no margin is used', () => {
    const page = renderReportPage(day).replaceAll(/\s+/g, ' ');
    expect(page).toMatch(/blog post<\/th> ?<td[^>]*>by the operator: instructions<.*?not counted/);
  });

  it('says what is missing on a day without traffic, and draws no broken number', () => {
    const page = renderReportPage(empty);
    expect(page).toContain('not measured');
    expect(page).toContain('Nothing was concluded, applied or taken back.');
    expect(page).not.toMatch(/NaN|Infinity|undefined|null/);
  });
});

describe('the page of a comparison', () => {
  const outcome = (seed: number): DayOutcome => ({
    world: 'default',
    seed: String(seed),
    baseline: null,
    generations: 9000,
    timeImprovement: 0.3 + seed / 100,
    costImprovement: null,
    qualityChange: 0.05,
    qualityChangeLower: 0.02,
    successChange: 0.01,
    successChangeUpper: 0.02,
    meetsAll: seed === 1,
    experiments: 20,
    applied: 4,
    inForce: 3,
    rolledBack: 1,
    shareOfOracleGain: 0.7,
    oracleTime: 0.45,
    oracleCost: 0.45,
    oracleQuality: 0.1,
    harmfulApplied: 0,
    harmfulInForce: 0,
    decayed: 1,
    decayedRolledBack: 1,
    rollBackMs: 3_600_000,
    exposureToHarm: 0.04,
    shareWithinMargins: 0.7,
    shareOfOracleQuality: null,
    qualityLossFirstHours: 0.05,
    qualityLossAtEnd: -0.2,
    lateHarmMs: null,
    lateShare: 0.01,
    instancesToForesight: 1.4,
    ratingErrorFirst: null,
    ratingErrorNow: null,
    machineHours: 48,
    decisions: 900,
    wallSeconds: 60,
    peakMemoryMb: 500,
  });
  const days = [1, 2, 3].map((seed) => ({
    world: 'default',
    baseline: undefined,
    seed: `${seed}`,
    outcome: outcome(seed),
  }));
  const failed = { world: 'default', baseline: undefined, seed: '4', error: 'out of memory' };
  const comparison = comparisonOf('default', undefined, [...days, failed]);
  const pageOf = (...comparisons: Comparison[]): string => renderReportPage({ simulated: true, comparisons });

  it('gives median, interval and range of each figure, and each day as a dot', () => {
    const page = pageOf(comparison);
    expect(page).toContain('+32.0 %');
    expect(page).toContain('+31.0 % to +33.0 %');
    expect(page.match(/<circle[^>]*><title>seed 2/g)?.length).toBeGreaterThan(5);
    expect(page).not.toContain('Side by side');
    expect(page).toContain('out of memory');
    expect(page).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  it('puts worlds and baselines side by side', () => {
    const literal = comparisonOf('default', 'literal', days);
    const page = pageOf(comparison, literal);
    expect(page).toContain('Side by side');
    expect(page).toContain('default (literal)');
    expect(literal).toMatchObject({ days: 3, meetsAll: 1, withHarmInForce: 0, decayReverted: { days: 3, of: 3 } });
  });

  it('says that all of it is simulated', () => {
    expect(pageOf(comparison)).toContain('class="simulated"');
  });
});

describe('the report as text', () => {
  it('says what the page says: figures with their intervals, improvements, margins, and what was taken back', () => {
    const text = renderReportText(day);
    expect(text).toContain('# How the system evolved (simulated)');
    expect(text).toMatch(
      /^\| Generation time +\| 45 s \(41 s to 50 s\) +\| .* −30\.0 % \(−35\.0 % to −25\.0 %\), better +\|$/m,
    );
    expect(text).toContain('found for $12.00 (500 generations, 2 failed tries before it included)');
    expect(text).toContain('entries 17');
    expect(text).toMatch(/^\| blog post +\| quality +\| -0\.35 ± 0\.04 +\| 0\.30 +\| -0\.05 +\| 1 +\|$/m);
  });

  it('claims nothing before anything was changed', () => {
    const text = renderReportText(empty);
    expect(text).toContain('Nothing has been changed yet');
    expect(text).toContain('Cost savings: none');
    expect(text).toContain('None was applied.');
  });

  it('keeps a terminal and its tables whole, whatever models are called', () => {
    const [applied] = day.system_evolution.improvements_applied;
    const change = { kind: 'use_model' as const, model: 'a\u001b[2Jb', fallback: 'former_model' as const };
    const rollbacks = [{ seq: 3, event: 'e', name: 'ImprovementRolledBack', time: AT, improvementId: 'i', reason: 'a | b\nc', by: 'person' as const }]; // prettier-ignore
    const evolution = { ...day.system_evolution, rollbacks, improvements_applied: [{ ...applied!, change }] };
    const text = renderReportText({ ...day, system_evolution: evolution });
    expect(text).toContain('use model: a\ufffd[2Jb**');
    expect(text).toMatch(/^\| ImprovementRolledBack +\| .* \| by a person: a \\\| b c \| 3 +\|$/m);
  });

  it('says of a search that cost less than its controls what it gained', () => {
    const [applied] = day.system_evolution.improvements_applied;
    const improvements_applied = [{ ...applied!, cost_to_find: -85.27, failed_predecessors: 1 }];
    expect(renderReportText({ ...day, system_evolution: { ...day.system_evolution, improvements_applied } })).toContain(
      'found at a gain of $85.27 (500 generations, one failed try before it included)',
    );
  });
});
