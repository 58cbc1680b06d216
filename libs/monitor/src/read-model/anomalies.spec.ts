import { AnomalyDetected, AnomalyHandled, AnomalyResolved, AutonomyPaused } from '@contentflow/contracts';
import { storedEvent, inOrder, sequenced, sampleBasis } from '@contentflow/contracts/testing';
import { projected } from '@contentflow/read-model/testing';
import { anomalyDocuments } from './anomalies.ts';

const detected = (anomalyId: string, time: number) =>
  storedEvent(
    AnomalyDetected,
    {
      anomalyId,
      rule: 'slow_generation',
      severity: 'warning',
      contentType: 'email',
      model: 'small',
      value: 3000,
      baseline: 1000,
      threshold: 2000,
      affected: 6,
      of: 10,
      since: 0,
      basis: sampleBasis,
    },
    { id: `${anomalyId} detected`, time },
  );
const handled = storedEvent(
  AnomalyHandled,
  { anomalyId: 'a', action: 'retest_improvement', target: 'improvement-1', basis: sampleBasis },
  { id: 'a handled', time: 20 },
);
const resolved = storedEvent(
  AnomalyResolved,
  { anomalyId: 'a', lastedMs: 30, basis: sampleBasis },
  { id: 'a resolved', time: 40 },
);

describe('the anomalies that are shown', () => {
  it('are open from when they were seen, and hold nothing of the evidence', async () => {
    const documents = await projected(anomalyDocuments, inOrder(sequenced(0, detected('a', 10))));
    expect(documents.get('a')).toEqual({
      id: 'a',
      anomalyId: 'a',
      rule: 'slow_generation',
      severity: 'warning',
      contentType: 'email',
      model: 'small',
      value: 3000,
      baseline: 1000,
      threshold: 2000,
      affected: 6,
      of: 10,
      since: 0,
      status: 'open',
      detectedAt: 10,
      action: null,
      target: null,
      resolvedAt: null,
      lastedMs: null,
      events: ['a detected'],
    });
  });

  it('say what was done about them, when they ended, and which decisions tell so', async () => {
    const ledger = [detected('a', 10), detected('b', 11), handled, resolved].map((each, seq) => sequenced(seq, each));
    const documents = await projected(anomalyDocuments, inOrder(...ledger));
    expect(documents.get('a')).toMatchObject({
      status: 'resolved',
      action: 'retest_improvement',
      target: 'improvement-1',
      resolvedAt: 40,
      lastedMs: 30,
      events: ['a detected', 'a handled', 'a resolved'],
    });
    expect(documents.get('b')).toMatchObject({ status: 'open', action: null, events: ['b detected'] });
  });

  it('are none that was never detected, and other decisions are no anomalies', async () => {
    const other = storedEvent(AutonomyPaused, { reason: 'a check', by: 'ada' });
    expect(
      await projected(anomalyDocuments, inOrder(sequenced(0, handled), sequenced(1, resolved), sequenced(2, other))),
    ).toEqual(new Map());
  });
});
