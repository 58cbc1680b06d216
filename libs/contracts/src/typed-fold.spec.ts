import type { StoredEvent } from '@contentflow/kernel';
import { type EventOf, newEvent } from './define-event.ts';
import { type Decision, DecisionSequenced } from './ledger.events.ts';
import { AnomalyDetected, AnomalyHandled, AnomalyResolved } from './monitor.events.ts';
import { BreakerClosed, BreakerOpened, WebhookDelivered } from './generator.events.ts';
import { fold, projection } from './typed-fold.ts';
import { z } from 'zod';

const at = <Data>(event: Omit<StoredEvent<Data>, 'partition' | 'offset'>, offset = 0): StoredEvent<Data> => ({
  ...event,
  partition: 0,
  offset,
});
const about = { subject: 'p', time: 5, cause: { id: 'c' } };
const closed = at(newEvent(BreakerClosed, { ...about, data: { provider: 'p', model: 'm' } }));

describe('a fold', () => {
  const count = fold(() => 0).on(BreakerClosed, (state) => state + 1);

  it('reads the topics of its events, each once', () => {
    expect(count.topics).toEqual([BreakerClosed.topic]);
    expect(count.on(BreakerOpened, (state) => state).on(AnomalyHandled, (state) => state).topics).toEqual([
      BreakerClosed.topic,
      AnomalyHandled.topic,
    ]);
  });

  it('hands each event to the handler of its definition', () => {
    expect(count.handlers.get(closed.type)?.(3, closed)).toBe(4);
    expect(count.handlers.get(BreakerOpened.type)).toBeUndefined();
  });
});

const handledSchema = z.object({ id: z.string(), action: z.string() });
const handled = projection('test.handled', handledSchema).onDecision(
  AnomalyHandled,
  (_document, { data }) => ({ id: data.anomalyId, action: data.action }),
  ({ data }) => data.anomalyId,
);
const entry = (decision: Decision): StoredEvent =>
  at(
    newEvent(DecisionSequenced, {
      ...about,
      data: { seq: 0, previousHash: '', hash: '', hashVersion: 2, decision },
    }),
  );
const basis = { procedure: 'p', question: 'q', at: 0, evidence: {}, policy: 'v', code: 't', positions: {} };
const decision: Decision = {
  ...newEvent(AnomalyHandled, {
    ...about,
    data: { anomalyId: 'a', action: 'open_incident', target: null, basis },
  }),
};

describe('a projection of decisions', () => {
  it('reads the ledger, and finds document and handler by the decision that stands in the entry', () => {
    expect(handled.topics).toEqual([DecisionSequenced.topic]);
    expect(handled.idOf(entry(decision))).toBe('a');
    expect(handled.handlers.get(DecisionSequenced.type)?.(undefined, entry(decision))).toEqual({
      id: 'a',
      action: 'open_incident',
    });
  });

  it('passes by other decisions, and those that their contract refused', () => {
    expect(handled.idOf(entry({ ...decision, type: AnomalyResolved.type }))).toBeUndefined();
    expect(handled.idOf(entry({ ...decision, data: undefined }))).toBeUndefined();
  });
});

/** Never run: that these do not compile is the test. */
export function doesNotCompile(): void {
  const count = fold(() => 0);
  // @ts-expect-error a handler of another event
  count.on(WebhookDelivered, (state, _event: EventOf<typeof BreakerOpened>) => state);
  // @ts-expect-error a field that the event does not have
  count.on(BreakerOpened, (_state, { data }) => data.contentId);
  // @ts-expect-error a state of another type
  count.on(BreakerOpened, () => 'open');
  const documents = projection('test', handledSchema);
  // @ts-expect-error a handler of another event
  documents.on(WebhookDelivered, (document, _event: EventOf<typeof BreakerOpened>) => document);
  // @ts-expect-error a field that the decision does not have
  documents.onDecision(AnomalyDetected, (_document, { data }) => data.target);
  // prettier-ignore
  // @ts-expect-error an id of a field that the decision does not have
  documents.onDecision(AnomalyHandled, (document) => document, ({ data }) => data.contentType);
}
