import { ExperimentConcluded, ExperimentLooked, ExperimentStarted } from '@contentflow/contracts';
import { storedEvent, inOrder, sequenced, sampleBasis } from '@contentflow/contracts/testing';
import { projected } from '@contentflow/read-model/testing';
import { looks } from './looks.ts';

const compared = (value: number) => ({
  cost: {
    control: { n: 40, mean: 1 },
    treatment: { n: 40, mean: 1 + value },
    relative: { value, lower: value - 0.1, upper: value + 0.1 },
    p: 0.03,
  },
});
const looked = (look: number, time: number) =>
  storedEvent(
    ExperimentLooked,
    {
      experimentId: 'e',
      look,
      metrics: compared(-look / 10),
      sampleRatio: { p: 0.5, broken: false },
      basis: sampleBasis,
    },
    { subject: 'e', time },
  );

describe('the looks that are shown', () => {
  it('are the last of each experiment', async () => {
    const documents = await projected(looks, inOrder(sequenced(0, looked(1, 10)), sequenced(1, looked(2, 20))));
    expect([...documents.keys()]).toEqual(['e']);
    expect(documents.get('e')).toEqual({ id: 'e', look: 2, lookedAt: 20, metrics: compared(-0.2) });
  });

  it('end with what the experiment concluded on, under the number of its last look', async () => {
    const concluded = storedEvent(
      ExperimentConcluded,
      {
        experimentId: 'e',
        verdict: 'treatment',
        reason: 'success',
        metrics: compared(-0.3),
        units: 80,
        basis: sampleBasis,
      },
      { subject: 'e', time: 30 },
    );
    const ledger = inOrder(sequenced(0, looked(1, 10)), sequenced(1, concluded));
    expect((await projected(looks, ledger)).get('e')).toEqual({
      id: 'e',
      look: 1,
      lookedAt: 30,
      metrics: compared(-0.3),
      units: 80,
    });
  });

  it('are none of an experiment that only began', async () => {
    const started = storedEvent(ExperimentStarted, { experimentId: 'e', basis: sampleBasis }, { subject: 'e' });
    expect(await projected(looks, inOrder(sequenced(0, started)))).toEqual(new Map());
  });
});
