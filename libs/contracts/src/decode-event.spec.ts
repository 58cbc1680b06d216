import type { StoredEvent } from '@contentflow/kernel';
import { decodedOrRefused, decodeEvent, EVENT_REFUSED, EVENT_REPEATED } from './decode-event.ts';
import { isEvent, newEvent } from './define-event.ts';
import { DecisionSequenced, PolicyChanged } from './ledger.events.ts';
import { ImprovementExpired } from './optimizer.events.ts';
import { defaultPolicy } from './policy.ts';

const basis = { procedure: 'p', question: 'q', at: 0, evidence: {}, policy: 'v', code: 't', positions: {} };
const stored = (type: string, data: unknown): StoredEvent => ({
  id: 'e',
  topic: 'contentflow.decisions',
  partition: 0,
  offset: 0,
  type,
  source: 'optimizer',
  subject: 's',
  time: 0,
  correlationId: 'c',
  data,
});
const sequenced = (decision: object): StoredEvent =>
  stored(DecisionSequenced.type, { seq: 0, previousHash: '', hash: '', decision });

describe('an event that is read', () => {
  it('has the defaults of its contract, and nothing that the contract does not name', () => {
    const event = stored(ImprovementExpired.type, { improvementId: 'i', strange: 1, basis });
    expect(decodeEvent(event).data).toEqual({ improvementId: 'i', reason: 'its date has come', basis });
    expect(event.data).toHaveProperty('strange');
  });

  it('is decoded once, however often it is read, and decoding what is decoded changes nothing', () => {
    const event = stored(ImprovementExpired.type, { improvementId: 'i', basis });
    const decoded = decodeEvent(event);
    expect(decodeEvent(event)).toBe(decoded);
    expect(decodeEvent(decoded)).toBe(decoded);
    expect(Object.isFrozen(decoded.data)).toBe(true);
  });

  it.each([ImprovementExpired.type, DecisionSequenced.type, 'contentflow.somebody.unknown.v1'])(
    'is nobody’s fact when its id came before: %s',
    (type) => {
      const event = { ...stored(type, { improvementId: 'i', basis }), offset: 7, isRepeat: true as const };
      expect(decodeEvent(event)).toMatchObject({ type: EVENT_REPEATED, offset: 7, data: { type } });
      expect(decodedOrRefused(event).type).toBe(EVENT_REPEATED);
    },
  );

  it('is refused with the field where its contract does not take it, and something stands in its place', () => {
    const event = stored(ImprovementExpired.type, { improvementId: 7, basis });
    expect(() => decodeEvent(event)).toThrow(
      expect.objectContaining({ code: 'event-schema', field: 'data.improvementId' }),
    );
    expect(decodedOrRefused(event)).toMatchObject({
      id: 'e',
      offset: 0,
      type: EVENT_REFUSED,
      data: { type: ImprovementExpired.type, field: 'data.improvementId' },
    });
  });

  it('stays as it is where no contract defines it', () => {
    const event = stored('contentflow.tomorrow.something-new.v1', { any: 'thing' });
    expect(decodeEvent(event)).toBe(event);
  });

  it('of the ledger has its decision decoded: a policy of an earlier release takes the defaults of what can be set since', () => {
    const { season: _since, ...experiments } = { ...defaultPolicy.experiments, alpha: 0.01 };
    const policy = { ...defaultPolicy, experiments };
    const decision = { ...stored(PolicyChanged.type, { policy, version: 'earlier', by: 'a person' }) };
    const event = decodeEvent(sequenced(decision));
    expect(isEvent(DecisionSequenced, event) && event.data.decision.data).toEqual({
      policy: { ...defaultPolicy, experiments: { ...defaultPolicy.experiments, alpha: 0.01 } },
      version: 'earlier',
      by: 'a person',
    });
    expect(isEvent(DecisionSequenced, event) && event.data.hashVersion).toBe(1);
  });

  it('of the ledger keeps its place although its decision is refused: nothing follows from it', () => {
    const event = decodeEvent(sequenced(stored(PolicyChanged.type, { policy: 'none' })));
    expect(isEvent(DecisionSequenced, event) && event.data).toMatchObject({ seq: 0, decision: { data: undefined } });
  });
});

describe('a new event', () => {
  const about = { subject: 'i', time: 0, cause: { id: 'c' } };

  it('holds what its contract has, defaults included', () => {
    const data = { improvementId: 'i', basis, strange: 1 };
    expect(newEvent(ImprovementExpired, { ...about, data }).data).toEqual({
      improvementId: 'i',
      reason: 'its date has come',
      basis,
    });
  });

  it('is not made of data that its contract refuses', () => {
    const data = JSON.parse(
      '{"improvementId": 7, "basis": {"procedure":"p","question":"q","at":0,"evidence":{},"policy":"v","code":"t","positions":{}}}',
    ) as { improvementId: string; basis: typeof basis };
    expect(() => newEvent(ImprovementExpired, { ...about, data })).toThrow(
      expect.objectContaining({ code: 'event-schema', field: 'data.improvementId' }),
    );
  });
});
