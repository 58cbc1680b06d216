import { ScalingDecided, ScalingExecuted, ScalingFailed } from '@contentflow/contracts';
import { storedEvent, inOrder, sampleBasis } from '@contentflow/contracts/testing';
import { projected } from '@contentflow/read-model/testing';
import { scalings } from './scalings.ts';

const change = { scalingId: 's', from: 2, to: 4 };
const decided = storedEvent(
  ScalingDecided,
  { ...change, reason: 'predicted_high_load', experiments: ['e'], basis: sampleBasis },
  { id: 'decided', time: 10 },
);
const executed = storedEvent(ScalingExecuted, { ...change, executor: 'docker' }, { time: 20 });
const failed = storedEvent(ScalingFailed, { ...change, executor: 'docker', reason: 'no room' }, { time: 30 });

describe('the scalings that are shown', () => {
  it('are decided first, with the reason and the experiments they touch', async () => {
    expect((await projected(scalings, inOrder(decided))).get('s')).toEqual({
      id: 's',
      at: 10,
      from: 2,
      to: 4,
      reason: 'predicted_high_load',
      experiments: ['e'],
      status: 'decided',
      eventId: 'decided',
    });
  });

  it('say when instances were really started, and by what', async () => {
    const document = (await projected(scalings, inOrder(decided, executed))).get('s');
    expect(document).toMatchObject({ status: 'executed', executor: 'docker', endedAt: 20 });
    expect(document?.error).toBeUndefined();
  });

  it('say why they failed', async () => {
    const document = (await projected(scalings, inOrder(decided, failed))).get('s');
    expect(document).toMatchObject({ status: 'failed', executor: 'docker', error: 'no room', endedAt: 30 });
  });

  it('are none that nobody decided', async () => {
    expect(await projected(scalings, inOrder(executed))).toEqual(new Map());
  });
});
