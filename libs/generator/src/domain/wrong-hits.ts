import {
  type Estimate,
  type EventData,
  type HitVerdict,
  type Policy,
  SemanticCacheRestricted,
  SemanticHitAudited,
  Topic,
  type WrongHits,
} from '@contentflow/contracts';
import { autonomySetOn, decided, type DecisionProcedure, type SystemState } from '@contentflow/decisions';
import type { Fold, StoredEvent } from '@contentflow/kernel';
import { signedMeanSequence } from '@contentflow/statistics';

interface Audit {
  readonly at: number;
  readonly verdict: HitVerdict;
}
/** By content type, the latest audits of one partition, in order. */
export type Audits = Readonly<Record<string, readonly Audit[]>>;

/** Of a content type: what is older says little of the recipes of now. */
const KEPT = 10_000;

export interface WrongHitEvidence extends WrongHits {
  readonly contentType: string;
}

/** Whether answers that the cache found by meaning were wrong too often, by what a model said of those that were made anew beside them. */
export const wrongHits: DecisionProcedure<Audits, WrongHitEvidence> = {
  name: 'generator.wrong-hits',
  fold: {
    topics: [Topic.operations],
    initial: () => ({}),
    apply: {
      [SemanticHitAudited.type]: (known, { data, time }: StoredEvent<EventData<typeof SemanticHitAudited>>) => ({
        ...known,
        [data.contentType]: [...(known[data.contentType] ?? []), { at: time, verdict: data.verdict }].slice(-KEPT),
      }),
    },
  } satisfies Fold<Audits>,
  due: (parts, system) =>
    autonomySetOn(system, 'cache') !== 'apply'
      ? []
      : auditedTypes(parts)
          .filter((contentType) => !system.semanticCache[contentType]?.isRestricted)
          .map((contentType) => ({ contentType, ...wrongHitsOf(parts, system, contentType) }))
          .filter(({ onlyMade }) => onlyMade > 0)
          .map((evidence) => ({ question: questionOf(evidence, system), evidence })),
  decide: (evidence, policy) => {
    const wrongShare = wrongShareOf(evidence, policy);
    const budget = policy.cache.wrongHitShare;
    const { contentType } = evidence;
    return wrongShare.lower > budget
      ? [decided(SemanticCacheRestricted, contentType, { ...evidence, wrongShare, budget })]
      : [];
  },
};

const questionOf = ({ contentType, judged }: WrongHitEvidence, system: SystemState): string =>
  `wrong-hits:${contentType}:${countedFrom(system, contentType)}:${judged}`;

const countedFrom = ({ semanticCache }: SystemState, contentType: string): number =>
  semanticCache[contentType]?.countedFrom ?? 0;

export const auditedTypes = (parts: readonly Audits[]): string[] =>
  [...new Set(parts.flatMap((part) => Object.keys(part)))].sort();

/** Counted anew from when a person last allowed the semantic cache. What the judge was not clear about says nothing. */
export function wrongHitsOf(parts: readonly Audits[], system: SystemState, contentType: string): WrongHits {
  const from = countedFrom(system, contentType);
  const verdicts = parts
    .flatMap((part) => part[contentType] ?? [])
    .filter(({ at }) => at >= from)
    .map(({ verdict }) => verdict);
  const count = (of: HitVerdict): number => verdicts.filter((verdict) => verdict === of).length;
  return {
    judged: verdicts.length - count('unclear'),
    onlyMade: count('only_made'),
    onlyServed: count('only_served'),
  };
}

/**
 * The share of answers found by meaning that were wrong, 0 where none was judged. What the judge errs by, which the opposite verdicts
 * show, is taken off; so it can be below 0.
 */
export function wrongShareOf({ judged: n, onlyMade: plus, onlyServed: minus }: WrongHits, policy: Policy): Estimate {
  const [lower, upper] = signedMeanSequence({ n, plus, minus }, policy.cache.alpha);
  return { value: n === 0 ? 0 : (plus - minus) / n, lower, upper };
}

/** What the cache may do for a content type: `learning` while too little is known, so that only near-identical requests share. */
export function semanticCacheOf(
  parts: readonly Audits[],
  system: SystemState,
  contentType: string,
): 'restricted' | 'learning' | 'watched' {
  if (system.semanticCache[contentType]?.isRestricted) return 'restricted';
  const { judged } = wrongHitsOf(parts, system, contentType);
  return judged < system.policy.cache.fewestAudited ? 'learning' : 'watched';
}
