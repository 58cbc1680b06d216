import { seededRandom, type Random } from '@contentflow/kernel';
import { normalUpperTail, studentQuantile } from '../distributions.ts';
import { momentsOf, varianceOf } from '../moments.ts';
import { decideTest, isRejected, startFdr, startTest, type FdrProcedure } from '../online-fdr.ts';
import type { Interval } from '../sample.ts';
import { percent, type Report } from './report.ts';

export interface FalseDiscoveryOptions {
  readonly runs?: number;
  readonly hypotheses?: number;
  readonly procedures?: readonly FdrProcedure[];
}

export interface FalseDiscoveryRate {
  readonly procedure: FdrProcedure | 'bonferroni';
  readonly proportion: number;
  readonly interval: Interval;
  readonly discoveries: number;
}

const LEVEL = 0.05;
const BLOCK = 5;
const TRUE_SHARE = 0.2;
const EFFECT = 3.5;
const CORRELATION = 0.5;

interface Hypothesis {
  readonly isTrue: boolean;
  readonly p: number;
}

/**
 * Mean false-discovery proportion over runs of many hypotheses, some true, correlated in blocks that are tested at the
 * same time; and discoveries beside Bonferroni's over all hypotheses, who would have to know their number.
 */
export function benchFalseDiscoveries(options: FalseDiscoveryOptions, report: Report): FalseDiscoveryRate[] {
  const { runs = 400, hypotheses = 500, procedures = ['lord++', 'saffron', 'addis'] } = options;
  report(`Online FDR: ${runs} runs of ${hypotheses}, ${percent(TRUE_SHARE, 0)} true, blocks of ${BLOCK}, level 5 %`);
  const worlds = Array.from({ length: runs }, (_, run) => blocksOf(seededRandom(`fdr ${run}`), hypotheses));
  const bonferroni = (blocks: readonly Hypothesis[][]): Hypothesis[] =>
    blocks.flat().filter(({ p }) => p <= LEVEL / hypotheses);
  return (['bonferroni', ...procedures] as const).map((procedure) => {
    const found = worlds.map((blocks) =>
      procedure === 'bonferroni' ? bonferroni(blocks) : discoveries(procedure, blocks),
    );
    const proportions = momentsOf(
      found.map((all) => all.filter(({ isTrue }) => !isTrue).length / Math.max(1, all.length)),
    );
    const width = studentQuantile(0.975, runs - 1) * Math.sqrt(varianceOf(proportions) / runs);
    const result: FalseDiscoveryRate = {
      procedure,
      proportion: proportions.mean,
      interval: [proportions.mean - width, proportions.mean + width],
      discoveries: momentsOf(found.map((all) => all.filter(({ isTrue }) => isTrue).length)).mean,
    };
    report(
      `  ${procedure}: false ${percent(result.proportion)} [${percent(result.interval[0])}, ${percent(result.interval[1])}], ` +
        `true discoveries ${result.discoveries.toFixed(1)} of ${(TRUE_SHARE * hypotheses).toFixed(0)}`,
    );
    return result;
  });
}

function blocksOf(random: Random, hypotheses: number): Hypothesis[][] {
  return Array.from({ length: Math.ceil(hypotheses / BLOCK) }, () => {
    const shared = random.normal();
    return Array.from({ length: BLOCK }, () => {
      const isTrue = random.next() < TRUE_SHARE;
      const z = Math.sqrt(CORRELATION) * shared + Math.sqrt(1 - CORRELATION) * random.normal() + (isTrue ? EFFECT : 0);
      return { isTrue, p: Math.min(1, 2 * normalUpperTail(Math.abs(z))) };
    });
  });
}

/** A block's tests start together and end together. */
function discoveries(procedure: FdrProcedure, blocks: readonly (readonly Hypothesis[])[]): Hypothesis[] {
  let state = startFdr(procedure, LEVEL);
  const all = blocks.flat();
  blocks.forEach((block, b) => {
    block.forEach((_, i) => (state = startTest(state, String(b * BLOCK + i)).state));
    block.forEach(({ p }, i) => (state = decideTest(state, String(b * BLOCK + i), p).state));
  });
  return state.tests.filter(isRejected).map(({ id }) => all[Number(id)] as Hypothesis);
}
