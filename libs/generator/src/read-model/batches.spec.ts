import { BriefAccepted } from '@contentflow/contracts';
import { storedEvent, inOrder } from '@contentflow/contracts/testing';
import { projected } from '@contentflow/read-model/testing';
import { batches } from './batches.ts';

const accepted = (contentId: string, time: number, batch?: { id: string; line: number }) =>
  storedEvent(
    BriefAccepted,
    {
      contentId,
      brief: { contentType: 'email', topic: 'tea' },
      unit: 'u',
      simulated: true,
      ...(batch ? { batch } : {}),
    },
    { time, subject: contentId },
  );

describe('the batches that are shown', () => {
  it('are there from their first brief on, however many follow', async () => {
    const documents = await projected(
      batches,
      inOrder(
        accepted('a', 10, { id: 'b1', line: 0 }),
        accepted('b', 20, { id: 'b1', line: 1 }),
        accepted('c', 30, { id: 'b2', line: 0 }),
      ),
    );
    expect(documents).toEqual(
      new Map([
        ['b1', { id: 'b1', acceptedAt: 10, simulated: true }],
        ['b2', { id: 'b2', acceptedAt: 30, simulated: true }],
      ]),
    );
  });

  it('are none of a brief that came alone', async () => {
    expect(await projected(batches, inOrder(accepted('a', 10)))).toEqual(new Map());
  });
});
