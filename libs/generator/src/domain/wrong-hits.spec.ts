import {
  defaultPolicy,
  type HitVerdict,
  newEvent,
  policySchema,
  SemanticCacheAllowed,
  SemanticCacheRestricted,
  SemanticCacheShown,
  SemanticHitAudited,
} from '@contentflow/contracts';
import { afterEntry, initialSystemState, type SystemState } from '@contentflow/decisions';
import { evolve, type StoredEvent } from '@contentflow/kernel';
import { type Audits, semanticCacheOf, wrongHits, wrongHitsOf } from './wrong-hits.ts';

const NOW = 1_000_000;

/** So many of each verdict, one a millisecond, up to now. */
function audited(
  counts: Partial<Record<HitVerdict, number>>,
  {
    similarity = 0.97,
    found = 'by_meaning',
  }: { similarity?: number; found?: 'by_meaning' | 'by_key' | 'near_miss' } = {},
): Audits {
  const contentType = 'email';
  const verdicts = Object.entries(counts).flatMap(([verdict, n]) => Array<HitVerdict>(n).fill(verdict as HitVerdict));
  return verdicts.reduce((known, verdict, i) => {
    const data = {
      contentId: `c${i}`,
      contentType,
      step: 'draft',
      similarity,
      found,
      verdict,
      calls: [],
      simulated: false,
    };
    const event = newEvent(SemanticHitAudited, { subject: `c${i}`, time: NOW - verdicts.length + i, cause: { id: `c${i}` }, data }); // prettier-ignore
    return evolve(wrongHits.fold, known, event as unknown as StoredEvent);
  }, wrongHits.fold.initial());
}

const after = (state: SystemState, type: string, data: object, time: number): SystemState => {
  const decision = { id: `d${state.position}`, type, source: '', subject: '', time, data, correlationId: '' };
  return afterEntry(state, { seq: state.position, previousHash: '', hash: '', hashVersion: 2, decision });
};
const restricted = (state = initialSystemState, at = NOW, similarity: number | null = null) =>
  after(state, SemanticCacheRestricted.type, { contentType: 'email', similarity }, at);
const allowed = (state = initialSystemState, at = NOW) =>
  after(state, SemanticCacheAllowed.type, { contentType: 'email' }, at);

const decisions = (parts: readonly Audits[], system = initialSystemState) =>
  wrongHits
    .due(parts, system, NOW)
    .flatMap(({ evidence }) => [...wrongHits.decide(evidence, defaultPolicy, NOW)])
    .map(({ definition, subject, data }) => ({ type: definition.type, subject, data }));

describe('answers found by meaning', () => {
  it('are given up where more of them were wrong than the budget allows, whatever partition told of it', () => {
    const parts = [audited({ both: 15, only_made: 12 }), audited({ both: 15, only_made: 12, unclear: 3 })];
    expect(decisions(parts)).toMatchObject([
      {
        type: SemanticCacheRestricted.type,
        subject: 'email',
        data: { contentType: 'email', judged: 54, onlyMade: 24, onlyServed: 0, budget: 0.01 },
      },
    ]);
  });

  it.each([
    ['one wrong answer may be an accident', { both: 40, only_made: 1 }],
    ['the judge errs as often the other way round', { both: 60, only_made: 12, only_served: 12 }],
    ['neither text served: the fault is not the cache’s', { neither: 40 }],
    ['nothing was clear', { unclear: 40 }],
  ])('are kept where %s', (_why, counts) => {
    expect(decisions([audited(counts)])).toEqual([]);
  });

  it('are given up once, and not while a person has paused autonomy', () => {
    const parts = [audited({ only_made: 30 })];
    expect(decisions(parts, restricted())).toEqual([]);
    const paused = { ...initialSystemState, autonomy: { ...initialSystemState.autonomy, state: 'paused' as const } };
    expect(decisions(parts, paused)).toEqual([]);
  });

  it('are left to the loosest similarity at which enough were judged and none was wrong', () => {
    const wrong = audited({ only_made: 25 }, { similarity: 0.94 });
    const right = audited({ both: 40 }, { similarity: 0.97 });
    expect(decisions([wrong, right])).toMatchObject([{ data: { onlyMade: 25, similarity: 0.95 } }]);
    expect(decisions([wrong, audited({ both: 20 })])).toMatchObject([{ data: { similarity: null } }]);
    expect(decisions([wrong, audited({ both: 40 }, { found: 'by_key', similarity: 1 })])).toMatchObject([{ data: { similarity: null } }]); // prettier-ignore
  });

  it('are held to what is still given after that, and given up in turn', () => {
    const wrong = audited({ only_made: 25 }, { similarity: 0.94 });
    const system = restricted(initialSystemState, NOW, 0.95);
    expect(decisions([wrong, audited({ both: 40 })], system)).toEqual([]);
    expect(decisions([wrong, audited({ only_made: 25 })], system)).toMatchObject([
      { data: { judged: 25, similarity: null } },
    ]);
  });

  it('include those that a key shares, and none that was too little alike to be given', () => {
    expect(decisions([audited({ only_made: 25 }, { found: 'by_key', similarity: 1 })])).toHaveLength(1);
    expect(decisions([audited({ only_made: 25 }, { found: 'near_miss', similarity: 0.7 })])).toEqual([]);
  });

  it('are counted again when a person allows them again', () => {
    const parts = [audited({ only_made: 30, both: 30 })];
    const system = allowed(restricted(initialSystemState, NOW - 100), NOW - 10);
    expect(wrongHitsOf(parts, system, 'email')).toEqual({ judged: 10, onlyMade: 0, onlyServed: 0 });
    expect(decisions(parts, system)).toEqual([]);
  });

  it('are shared among near-identical requests alone until enough is known', () => {
    const { minAudited } = defaultPolicy.cache;
    const state = (parts: readonly Audits[], system = initialSystemState) => semanticCacheOf(parts, system, 'email');
    expect(state([])).toBe('learning');
    expect(state([audited({ both: minAudited - 1, unclear: 9 })])).toBe('learning');
    expect(state([audited({ both: minAudited })])).toBe('watched');
    expect(state([audited({ both: minAudited })], restricted())).toBe('restricted');
    expect(state([audited({ both: minAudited })], allowed(restricted(), NOW))).toBe('learning');
  });
});

describe('answers that have to be shown right first', () => {
  const asked = { ...initialSystemState, policy: policySchema.parse({ cache: { guarantee: 'shown' } }) };
  const byEntry = (right: number, wrong: number): Audits => {
    const [email = []] = Object.values(audited({ both: right, only_made: wrong }));
    return { email: email.map((audit, i) => ({ ...audit, entry: `entry ${i % 50}` })) };
  };
  const decisionsOf = (parts: readonly Audits[], system: SystemState) =>
    wrongHits
      .due(parts, system, NOW)
      .flatMap(({ evidence }) => [...wrongHits.decide(evidence, system.policy, NOW)])
      .map(({ definition }) => definition.type);

  it('are given once so many were right that no more than the budget can be wrong', () => {
    expect(decisionsOf([byEntry(500, 0)], asked)).toEqual([]);
    expect(decisionsOf([byEntry(600, 0)], asked)).toEqual([SemanticCacheShown.type]);
    expect(decisionsOf([byEntry(300, 0), byEntry(300, 0)], asked)).toEqual([SemanticCacheShown.type]);
    expect(decisionsOf([byEntry(600, 6)], asked)).toEqual([]);
  });

  it('are given up altogether where too many were wrong after all', () => {
    const shown = after(asked, SemanticCacheShown.type, { contentType: 'email' }, NOW);
    expect(decisionsOf([byEntry(600, 0)], shown)).toEqual([]);
    const decided = wrongHits
      .due([byEntry(100, 20)], shown, NOW)
      .flatMap(({ evidence }) => [...wrongHits.decide(evidence, asked.policy, NOW)]);
    expect(decided).toMatchObject([{ definition: { type: SemanticCacheRestricted.type }, data: { similarity: null } }]);
  });

  it('count only what thresholds of each entry would have given', () => {
    expect(decisionsOf([audited({ both: 600 })], asked)).toEqual([]);
    expect(semanticCacheOf([audited({ both: 600 })], asked, 'email')).toBe('learning');
  });
});
