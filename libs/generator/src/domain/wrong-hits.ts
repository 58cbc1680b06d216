import {
  type Estimate,
  type EventData,
  type Policy,
  SemanticCacheRestricted,
  SemanticCacheShown,
  SemanticHitAudited,
  type WrongHits,
  fold,
} from '@contentflow/contracts';
import { autonomySetOn, decided, type DecisionProcedure, type SystemState } from '@contentflow/decisions';
import { MINUTE_MS, ownValue } from '@contentflow/kernel';
import { countedVerdicts, SIMILARITIES } from '@contentflow/recipes';
import { signedMeanSequence } from '@contentflow/statistics';

export interface Audit extends Pick<
  EventData<typeof SemanticHitAudited>,
  'similarity' | 'found' | 'verdict' | 'entry'
> {
  readonly at: number;
}
/** By content type, the latest audits of one partition, in order. */
export type Audits = Readonly<Record<string, readonly Audit[]>>;

/** Of a content type: what is older says little of the recipes of now. */
const KEPT = 10_000;

export interface WrongHitEvidence extends WrongHits {
  readonly contentType: string;
  /** Nothing is given yet: these are what the thresholds of each entry would have given. */
  readonly isTrial?: true;
  /** The same of those that were at least so much alike, strictest last. */
  readonly stricter: readonly (WrongHits & { readonly similarity: number })[];
}

/**
 * Whether answers that the cache had for other words were wrong too often, by what a model said of those that were made again beside them. What
 * is wrong is stopped at once, without a trial; looser ways are the optimizer's to try. Where policy asks that it be shown first, nothing is
 * given until it is: what the thresholds of each entry would give is made and compared, and that they were learned before it makes it a fair test.
 */
export const wrongHits: DecisionProcedure<Audits, WrongHitEvidence> = {
  name: 'generator.wrong-hits',
  every: () => MINUTE_MS,
  fold: fold<Audits>(() => ({})).on(SemanticHitAudited, (known, { data, time }) => {
    const { contentType, similarity, found = 'by_meaning', verdict, entry } = data;
    if (found === 'near_miss' && entry === undefined) return known;
    const audit = { at: time, similarity, found, verdict, ...(entry !== undefined && { entry }) };
    return { ...known, [contentType]: [...(ownValue(known, contentType) ?? []), audit].slice(-KEPT) };
  }),
  due: (parts, system) =>
    auditedTypes(parts)
      .filter((contentType) => autonomySetOn(system, 'cache', contentType) === 'apply')
      .filter((contentType) => !isExactAlone(system, contentType))
      .map((contentType) => ({
        contentType,
        ...wrongHitsOf(parts, system, contentType),
        ...(isOnTrial(system, contentType) && { isTrial: true as const }),
        stricter: stricterOf(parts, system, contentType),
      }))
      .filter(({ onlyMade, judged, isTrial }) => onlyMade > 0 || (isTrial && judged > 0))
      .map((evidence) => ({ question: questionOf(evidence, system), evidence })),
  decide: (evidence, policy) => {
    const wrongShare = wrongShareOf(evidence, policy);
    const { wrongHitShare: budget, guarantee } = policy.cache;
    const { stricter, isTrial, ...hits } = evidence;
    if (isTrial)
      return wrongShare.upper <= budget
        ? [decided(SemanticCacheShown, hits.contentType, { ...hits, wrongShare, budget })]
        : [];
    if (wrongShare.lower <= budget) return [];
    const similarity = guarantee === 'shown' ? null : loosestSafeSimilarity(stricter, policy);
    return [decided(SemanticCacheRestricted, hits.contentType, { ...hits, wrongShare, budget, similarity })];
  },
};

/** The loosest similarity at which no more than the budget were seen wrong among enough; goes on being audited. */
function loosestSafeSimilarity(stricter: WrongHitEvidence['stricter'], policy: Policy): number | null {
  const { minAudited, wrongHitShare } = policy.cache;
  const kept = stricter.find((hits) => hits.judged >= minAudited && wrongShareOf(hits, policy).value <= wrongHitShare);
  return kept?.similarity ?? null;
}

const isExactAlone = ({ semanticCache }: SystemState, contentType: string): boolean => {
  const { isRestricted = false, similarity = null } = ownValue(semanticCache, contentType) ?? {};
  return isRestricted && similarity === null;
};

/** Whether policy asks that it be shown that the budget is kept, and that is not shown yet. */
export const isOnTrial = ({ semanticCache, policy }: SystemState, contentType: string): boolean => {
  const { isRestricted = false, isShown = false } = ownValue(semanticCache, contentType) ?? {};
  return policy.cache.guarantee === 'shown' && !isRestricted && !isShown;
};

const questionOf = ({ contentType, judged }: WrongHitEvidence, system: SystemState): string =>
  `wrong-hits:${contentType}:${countedFrom(system, contentType)}:${restrictedTo(system, contentType) ?? ''}:${judged}`;

const countedFrom = ({ semanticCache }: SystemState, contentType: string): number =>
  ownValue(semanticCache, contentType)?.countedFrom ?? 0;

export const auditedTypes = (parts: readonly Audits[]): string[] =>
  [...new Set(parts.flatMap((part) => Object.keys(part)))].sort();

const restrictedTo = ({ semanticCache }: SystemState, contentType: string): number | undefined =>
  ownValue(semanticCache, contentType)?.similarity ?? undefined;

/** Of what is still given, counted again from when a person last allowed the semantic cache. */
export const wrongHitsOf = (parts: readonly Audits[], system: SystemState, contentType: string): WrongHits =>
  countedVerdicts(auditsOf(parts, system, contentType));

/**
 * Where a restriction has left the stricter ones, only those found by meaning and as much alike are given; where thresholds of each entry decide,
 * what these would give.
 */
function auditsOf(parts: readonly Audits[], system: SystemState, contentType: string): readonly Audit[] {
  const from = countedFrom(system, contentType);
  const least = restrictedTo(system, contentType);
  const isByEntry = system.policy.cache.guarantee === 'shown';
  const isGiven = ({ found, similarity, entry }: Audit): boolean =>
    found !== 'near_miss' &&
    (!isByEntry || entry !== undefined) &&
    (least === undefined || (found === 'by_meaning' && similarity >= least));
  return parts
    .flatMap((part) => ownValue(part, contentType) ?? [])
    .filter((audit) => audit.at >= from && isGiven(audit));
}

function stricterOf(parts: readonly Audits[], system: SystemState, contentType: string): WrongHitEvidence['stricter'] {
  const audits = auditsOf(parts, system, contentType).filter(({ found }) => found === 'by_meaning');
  const loosest = audits.reduce((least, { similarity }) => Math.min(least, similarity), 1);
  return SIMILARITIES.filter((similarity) => similarity > loosest)
    .sort((a, b) => a - b)
    .map((similarity) => ({
      similarity,
      ...countedVerdicts(audits.filter((audit) => audit.similarity >= similarity)),
    }));
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
  if (ownValue(system.semanticCache, contentType)?.isRestricted) return 'restricted';
  if (system.policy.cache.guarantee === 'shown') return isOnTrial(system, contentType) ? 'learning' : 'watched';
  const { judged } = wrongHitsOf(parts, system, contentType);
  return judged < system.policy.cache.minAudited ? 'learning' : 'watched';
}
