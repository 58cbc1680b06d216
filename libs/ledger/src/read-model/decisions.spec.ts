import { AutonomyPaused, LoadForecast } from '@contentflow/contracts';
import { storedEvent, inOrder, sequenced, sampleBasis } from '@contentflow/contracts/testing';
import { projected } from '@contentflow/read-model/testing';
import { decisionDocuments, withoutEvidence } from './decisions.ts';

const paused = storedEvent(AutonomyPaused, { reason: 'a check', by: 'ada' }, { id: 'paused', time: 5 });
const forecast = storedEvent(
  LoadForecast,
  {
    forecastId: 'f',
    for: 60_000,
    expected: 4,
    lower: 3,
    upper: 5,
    forecaster: 'seasonal',
    basis: { ...sampleBasis, evidence: { minutes: [1, 2, 3] } },
  },
  { id: 'forecast', time: 6 },
);

describe('the decisions that the API shows', () => {
  it('are those of the ledger, each with its place in the chain', async () => {
    const documents = await projected(decisionDocuments, inOrder(sequenced(0, paused), sequenced(1, forecast)));
    expect([...documents.keys()].sort()).toEqual(['forecast', 'paused']);
    expect(documents.get('paused')).toMatchObject({
      seq: 0,
      name: 'AutonomyPaused',
      source: 'ledger',
      time: 5,
      contentType: null,
      data: { reason: 'a check', by: 'ada' },
      hash: 'hash 0',
    });
    expect(documents.get('forecast')).toMatchObject({ seq: 1, previousHash: 'hash 0' });
  });

  it('keep the first place of a decision that stands in the chain twice', async () => {
    const documents = await projected(decisionDocuments, inOrder(sequenced(0, paused), sequenced(1, paused)));
    expect(documents.get('paused')?.seq).toBe(0);
  });

  it('are listed without the evidence they stand on, and with all else', async () => {
    const documents = await projected(decisionDocuments, inOrder(sequenced(0, forecast), sequenced(1, paused)));
    const full = documents.get('forecast')!;
    const { evidence: _evidence, ...basis } = sampleBasis;
    expect(withoutEvidence(full)).toEqual({ ...full, data: { ...(full.data as object), basis } });
    expect(withoutEvidence(documents.get('paused')!)).toEqual(documents.get('paused'));
  });
});
