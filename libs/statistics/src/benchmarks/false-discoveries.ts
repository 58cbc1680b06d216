import { seededRandom, type Random } from '@contentflow/kernel';
import {
  beginTest,
  endTest,
  type EvidenceControl,
  evidenceNeeded,
  startEvidenceControl,
  weightOf,
} from '../closed-e-lond.ts';
import { normalQuantile, normalUpperTail, studentQuantile } from '../distributions.ts';
import { momentsOf, varianceOf } from '../moments.ts';
import type { Interval } from '../sample.ts';
import { decideTest, type FdrProcedure, isRejected, startFdr, startTest } from './online-fdr.ts';
import { percent, type Report } from './report.ts';

export interface FalseDiscoveryOptions {
  readonly runs?: number;
  readonly hypotheses?: number;
}

const PROCEDURES = ['lord++', 'saffron', 'addis', 'e-lond', 'closed e-lond'] as const;
type Procedure = (typeof PROCEDURES)[number];

export interface FalseDiscoveryRate {
  readonly dependence: string;
  readonly procedure: Procedure;
  /** Mean of each run's share of false discoveries. */
  readonly proportion: number;
  readonly interval: Interval;
  /** True ones, mean over runs. */
  readonly discoveries: number;
}

const LEVEL = 0.05;
const BLOCK = 5;
const TRUE_SHARE = 0.2;
const EFFECT = 3.5;

interface Hypothesis {
  readonly isTrue: boolean;
  /** Standard normal where it is not true, in the direction asked for. */
  readonly z: number;
}
type Draw = (random: Random, hypotheses: number) => Hypothesis[];

/** How the tests of a lifetime may hang together. Each null alone is standard normal. */
const DEPENDENCES: Readonly<Record<string, Draw>> = {
  'blocks of five, correlation .5': correlated((random, n) => {
    let shared = 0;
    return Array.from({ length: n }, (_, i) => (i % BLOCK === 0 ? (shared = random.normal()) : shared));
  }, 0.5),
  'all share one factor, .5': correlated(oneFactor, 0.5),
  'all share one factor, .9': correlated(oneFactor, 0.9),
  'long range: correlation 1/√distance': correlated(longRange, 0.8),
  'adversarial: nulls one after the other': adversarial,
};

/**
 * Mean false-discovery proportion over runs of many hypotheses, some true, that are tested five at a time; by how they depend on each other.
 * One-sided, from one normal deviate each: p, and the likelihood ratio of the effect planned for as evidence.
 */
export function benchFalseDiscoveries(options: FalseDiscoveryOptions, report: Report): FalseDiscoveryRate[] {
  const { runs = 400, hypotheses = 200 } = options;
  report(`Online FDR: ${runs} runs of ${hypotheses}, ${percent(TRUE_SHARE, 0)} true, five at a time, level 5 %`);
  return Object.entries(DEPENDENCES).flatMap(([dependence, draw]) => {
    report(`  ${dependence}`);
    const worlds = Array.from({ length: runs }, (_, run) => draw(seededRandom(`fdr ${dependence} ${run}`), hypotheses));
    return PROCEDURES.map((procedure) => {
      const found = worlds.map((world) => discoveries(procedure, world));
      const proportions = momentsOf(
        found.map((all) => all.filter(({ isTrue }) => !isTrue).length / Math.max(1, all.length)),
      );
      const width = studentQuantile(0.975, runs - 1) * Math.sqrt(varianceOf(proportions) / runs);
      const result: FalseDiscoveryRate = {
        dependence,
        procedure,
        proportion: proportions.mean,
        interval: [proportions.mean - width, proportions.mean + width],
        discoveries: momentsOf(found.map((all) => all.filter(({ isTrue }) => isTrue).length)).mean,
      };
      report(
        `    ${procedure}: false ${percent(result.proportion)} [${percent(result.interval[0])}, ${percent(result.interval[1])}], ` +
          `true discoveries ${result.discoveries.toFixed(1)}`,
      );
      return result;
    });
  });
}

/** Normal deviates whose shared part has this share of the variance; one in five is true. */
function correlated(sharedOf: (random: Random, hypotheses: number) => readonly number[], share: number): Draw {
  return (random, hypotheses) =>
    sharedOf(random, hypotheses).map((shared) => {
      const isTrue = random.next() < TRUE_SHARE;
      return {
        isTrue,
        z: Math.sqrt(share) * shared + Math.sqrt(1 - share) * random.normal() + (isTrue ? EFFECT : 0),
      };
    });
}

function oneFactor(random: Random, hypotheses: number): number[] {
  const shared = random.normal();
  return Array.from({ length: hypotheses }, () => shared);
}

/** Means of noises that each begin anew with odds that fall as they last: correlations that fall by a power of the distance. */
function longRange(random: Random, hypotheses: number): number[] {
  const lasting = Array.from({ length: 8 }, (_, scale) => {
    let value = random.normal();
    return Array.from({ length: hypotheses }, () => (random.next() < 2 ** -scale ? (value = random.normal()) : value));
  });
  const weights = lasting.map((_, scale) => 2 ** (-scale / 4));
  const norm = Math.sqrt(weights.reduce((sum, weight) => sum + weight ** 2, 0));
  return Array.from(
    { length: hypotheses },
    (_, i) => lasting.reduce((sum, noise, scale) => sum + (weights[scale] as number) * (noise[i] as number), 0) / norm,
  );
}

/**
 * All null. In a quarter of runs each p is below a quarter, uniform there, and spaced so that between them they pass through every level: each looks like a
 * candidate, which costs ADDIS and SAFFRON nothing, until one is found.
 */
function adversarial(random: Random, hypotheses: number): Hypothesis[] {
  const isLow = random.next() < 0.25;
  const start = random.next();
  return Array.from({ length: hypotheses }, (_, i) => {
    const spread = (start + i / hypotheses) % 1;
    return { isTrue: false, z: deviateOf(isLow ? spread / 4 : 0.25 + 0.75 * spread) };
  });
}

const deviateOf = (p: number): number => -normalQuantile(p);

function discoveries(procedure: Procedure, all: readonly Hypothesis[]): Hypothesis[] {
  if (procedure === 'e-lond') return byEvidence(all, ({ at, found }) => 1 / (LEVEL * weightOf(at + 1) * (found + 1)));
  if (procedure === 'closed e-lond') return byEvidence(all, ({ at, control }) => evidenceNeeded(control, String(at)));
  return byP(procedure, all);
}

/** A block's tests start together and end together. */
function byP(procedure: FdrProcedure, all: readonly Hypothesis[]): Hypothesis[] {
  let state = startFdr(procedure, LEVEL);
  for (const block of blocksOf(all)) {
    for (const { at } of block) state = startTest(state, String(at)).state;
    for (const { at, z } of block) state = decideTest(state, String(at), normalUpperTail(z)).state;
  }
  return state.tests.filter(isRejected).map(({ id }) => all[Number(id)] as Hypothesis);
}

interface Question {
  readonly at: number;
  readonly found: number;
  readonly control: EvidenceControl;
}

function byEvidence(all: readonly Hypothesis[], needed: (question: Question) => number): Hypothesis[] {
  let control = startEvidenceControl(LEVEL);
  const found: Hypothesis[] = [];
  for (const block of blocksOf(all)) {
    for (const { at } of block) control = beginTest(control, String(at));
    for (const { at, z } of block) {
      const e = Math.exp(EFFECT * z - EFFECT ** 2 / 2);
      const isDiscovery = e >= needed({ at, found: found.length, control });
      control = endTest(control, String(at), e, isDiscovery);
      if (isDiscovery) found.push(all[at] as Hypothesis);
    }
  }
  return found;
}

function blocksOf(all: readonly Hypothesis[]): { readonly at: number; readonly z: number }[][] {
  const numbered = all.map(({ z }, at) => ({ at, z }));
  return Array.from({ length: Math.ceil(all.length / BLOCK) }, (_, b) => numbered.slice(b * BLOCK, (b + 1) * BLOCK));
}
