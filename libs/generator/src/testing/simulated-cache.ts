import { newEvent, type Policy, policySchema, SemanticHitAudited } from '@contentflow/contracts';
import { afterEntry, initialSystemState, type SystemState } from '@contentflow/decisions';
import { evolve, type Random, seededRandom, type StoredEvent } from '@contentflow/kernel';
import { STRICT_THRESHOLD } from '@contentflow/language-models';
import { LearnedEntries } from '../learned-entries.ts';
import { type Audits, isOnTrial, semanticCacheOf, wrongHits } from '../domain/wrong-hits.ts';

/** How often the answer of an entry serves a request that is so much alike: the truth, which no rule is told. */
export interface CacheWorld {
  readonly entries: number;
  right(entry: number, similarity: number): number;
}

const logistic = (steepness: number, similarity: number, threshold: number): number =>
  1 / (1 + Math.exp(-steepness * (similarity - threshold)));

/** Worlds that suit thresholds of each entry, and such as suit none: entries differ by the seed. */
export function cacheWorlds(seed: number): Readonly<Record<string, CacheWorld>> {
  const random = seededRandom(`entries ${seed}`);
  const thresholds = Array.from({ length: 2000 }, () => 0.75 + 0.1 * random.normal());
  const isBad = thresholds.map(() => random.next() < 0.05);
  const ofItsOwn = (entry: number, similarity: number): number => logistic(40, similarity, thresholds[entry] as number);
  return {
    'a curve of each, 50 entries': { entries: 50, right: ofItsOwn },
    'a curve of each, 2,000 entries': { entries: 2000, right: ofItsOwn },
    'one curve for all': { entries: 200, right: (_entry, similarity) => logistic(40, similarity, 0.75) },
    'nearly all right': { entries: 200, right: () => 0.999 },
    '2 % wrong at any similarity': { entries: 200, right: () => 0.98 },
    'one entry in twenty good for nobody': { entries: 200, right: (entry) => (isBad[entry] ? 0 : 1) },
    'one entry in twenty half wrong, a curve for the others': {
      entries: 200,
      right: (entry, similarity) => (isBad[entry] ? 0.5 : logistic(60, similarity, 0.7)),
    },
    '40 % wrong': { entries: 200, right: () => 0.6 },
  };
}

export interface CacheRun {
  readonly hits: number;
  readonly wrongHits: number;
}

const CONTENT_TYPE = 'email';
/** Requests between two looks at whether the budget is kept. */
const BETWEEN_LOOKS = 20;
/** Of a recipe, where it names none. */
const USUAL_SIMILARITY = 0.95;

export const cachePolicy = (guarantee: Policy['cache']['guarantee']): Policy =>
  policySchema.parse({ cache: { guarantee } });

/**
 * Requests one after another against a cache that decides by what it learns, as the generator does, judged without error.
 * @returns hits and wrong ones so far, after each of `lengths` requests
 */
export function simulatedCache(
  { entries, right }: CacheWorld,
  policy: Policy,
  seed: number,
  lengths: readonly number[],
): CacheRun[] {
  const random = seededRandom(`requests ${seed}`);
  const learned = new LearnedEntries();
  let system: SystemState = { ...initialSystemState, policy };
  let audits: Audits = wrongHits.fold.initial();
  let [hits, wrong] = [0, 0];
  const runs: CacheRun[] = [];
  for (let i = 1; i <= (lengths.at(-1) ?? 0); i++) {
    const entry = Math.floor(entries * random.next() ** 2);
    const similarity = Math.min(0.999, 0.5 + 0.5 * random.beta(2, 1.2));
    const isRight = random.next() < right(entry, similarity);
    const outcome = decidedFor(`${entry}`, similarity, { system, audits, learned, random });
    if (outcome === 'given') {
      hits++;
      if (!isRight) wrong++;
    } else if (outcome !== 'made') audits = afterAudit(audits, { at: i, entry, similarity, isRight, found: outcome });
    if (i % BETWEEN_LOOKS === 0) system = looked(system, audits, policy, i);
    if (lengths.includes(i)) runs.push({ hits, wrongHits: wrong });
  }
  return runs;
}

interface CacheState {
  readonly system: SystemState;
  readonly audits: Audits;
  readonly learned: LearnedEntries;
  readonly random: Random;
}

/** Given; made anew though it would be given, or nearly, and compared; or made alone. */
function decidedFor(
  entry: string,
  similarity: number,
  { system, audits, learned, random }: CacheState,
): 'given' | 'by_meaning' | 'near_miss' | 'made' {
  const { isRestricted = false, similarity: restrictedTo = 0 } = system.semanticCache[CONTENT_TYPE] ?? {};
  const { guarantee, auditShare, wrongHitShare } = system.policy.cache;
  const isCompared = random.next() < auditShare;
  if (isRestricted && (guarantee === 'shown' || restrictedTo === null)) return 'made';
  if (guarantee === 'shown') {
    const isGiven = learned.of([audits], CONTENT_TYPE, 0).wrongChance(entry, similarity) <= wrongHitShare;
    if (!isGiven) return 'near_miss';
    return isCompared || isOnTrial(system, CONTENT_TYPE) ? 'by_meaning' : 'given';
  }
  const isLearning = semanticCacheOf([audits], system, CONTENT_TYPE) === 'learning';
  const least = Math.max(USUAL_SIMILARITY, restrictedTo ?? 0, isLearning ? STRICT_THRESHOLD : 0);
  if (similarity < least) return 'made';
  return isCompared ? 'by_meaning' : 'given';
}

interface SimulatedAudit {
  readonly at: number;
  readonly entry: number;
  readonly similarity: number;
  readonly isRight: boolean;
  readonly found: 'by_meaning' | 'near_miss';
}

function afterAudit(audits: Audits, { at, entry, similarity, isRight, found }: SimulatedAudit): Audits {
  const contentId = `c${at}`;
  const event = newEvent(SemanticHitAudited, {
    subject: contentId,
    time: at,
    cause: { id: contentId },
    data: {
      contentId,
      contentType: CONTENT_TYPE,
      step: 'draft',
      similarity,
      found,
      entry: `${entry}`,
      verdict: isRight ? 'both' : 'only_made',
      calls: [],
      simulated: true,
    },
  });
  return evolve(wrongHits.fold, audits, event as unknown as StoredEvent);
}

function looked(system: SystemState, audits: Audits, policy: Policy, at: number): SystemState {
  const decided = wrongHits
    .due([audits], system, at)
    .flatMap(({ evidence }) => [...wrongHits.decide(evidence, policy, at)]);
  return decided.reduce((state, { definition, data }) => {
    const decision = {
      id: `d${at}`,
      type: definition.type,
      source: '',
      subject: '',
      time: at,
      data,
      correlationId: '',
    };
    return afterEntry(state, { seq: state.position, previousHash: '', hash: '', hashVersion: 2, decision });
  }, system);
}
