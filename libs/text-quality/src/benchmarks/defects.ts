import { measureText } from '../measure-text.ts';
import { measureNames, type MeasureName } from '../measured-brief.ts';
import { type DefectKind, type DefectPair, rightMeasure } from './defect-texts.ts';

/** Shares of the pairs, each in [0, 1]. */
export interface DefectsSeen {
  readonly pairs: number;
  /** The measure that the defect belongs to falls. */
  readonly rightFalls: number;
  /** No other measure falls further. */
  readonly rightFallsMost: number;
  readonly scoreFalls: number;
}

export interface SeenDefect extends DefectPair {
  readonly rightFell: boolean;
  readonly rightFellMost: boolean;
  readonly scoreFell: boolean;
  readonly falls: Readonly<Partial<Record<MeasureName, number>>>;
}

/** A fall that is less than this is not seen. */
const LEAST_FALL = 0.005;

/** How each defect moves the measures. */
export function seenDefects(pairs: readonly DefectPair[]): SeenDefect[] {
  return pairs.map((pair) => {
    const before = measureText(pair.brief, pair.clean);
    const after = measureText(pair.brief, pair.defective);
    const fallOf = (name: MeasureName): number => before.measures[name] - after.measures[name];
    const right = fallOf(rightMeasure[pair.kind]);
    const rightFell = right > LEAST_FALL;
    return {
      ...pair,
      rightFell,
      rightFellMost: rightFell && measureNames.every((name) => fallOf(name) <= right + 1e-9),
      scoreFell: before.score - after.score > LEAST_FALL,
      falls: Object.fromEntries(measureNames.map((name) => [name, fallOf(name)]).filter(([, fall]) => fall !== 0)),
    };
  });
}

/** Of all pairs, and by kind of defect. */
export function benchDefects(
  pairs: readonly DefectPair[],
  report: (line: string) => void,
): { readonly all: DefectsSeen; readonly byKind: ReadonlyMap<DefectKind, DefectsSeen> } {
  const seen = seenDefects(pairs);
  const kinds = [...new Set(seen.map(({ kind }) => kind))];
  const byKind = new Map(kinds.map((kind) => [kind, sharesOf(seen.filter((each) => each.kind === kind))]));
  const all = sharesOf(seen);
  const line = (name: string, { pairs: count, ...shares }: DefectsSeen): string =>
    `${name.padEnd(18)} ${String(count).padStart(4)}  right falls ${percent(shares.rightFalls)}, most ${percent(shares.rightFallsMost)}, score falls ${percent(shares.scoreFalls)}`;
  report(line('all', all));
  for (const [kind, shares] of byKind) report(line(kind, shares));
  return { all, byKind };
}

function sharesOf(seen: readonly SeenDefect[]): DefectsSeen {
  const share = (of: (each: SeenDefect) => boolean): number => seen.filter(of).length / Math.max(1, seen.length);
  return {
    pairs: seen.length,
    rightFalls: share(({ rightFell }) => rightFell),
    rightFallsMost: share(({ rightFellMost }) => rightFellMost),
    scoreFalls: share(({ scoreFell }) => scoreFell),
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`.padStart(5);
