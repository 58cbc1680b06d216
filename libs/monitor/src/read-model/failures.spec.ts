import { ContentGenerated, GenerationFailed } from '@contentflow/contracts';
import { storedEvent, inOrder, sampleCall, sampleGenerated } from '@contentflow/contracts/testing';
import { HOUR_MS } from '@contentflow/kernel';
import { projected } from '@contentflow/read-model/testing';
import { failureDocuments } from './failures.ts';

const made = (contentId: string, time: number, calls = [sampleCall]) =>
  storedEvent(ContentGenerated, { ...sampleGenerated, contentId, calls }, { time });
const failed = (contentId: string, time: number, message: string) =>
  storedEvent(
    GenerationFailed,
    {
      ...sampleGenerated,
      contentId,
      calls: [sampleCall, { ...sampleCall, step: 'edit', model: 'large' }],
      failure: 'timeout',
      message,
    },
    { time },
  );

const cancelled = (contentId: string, time: number) =>
  storedEvent(
    GenerationFailed,
    { ...sampleGenerated, contentId, failure: 'cancelled', message: 'cancelled: sold out' },
    { time },
  );

describe('the failures that are shown', () => {
  it('are none of those that a person cancelled', async () => {
    const documents = await projected(failureDocuments, inOrder(cancelled('x', 1)));
    expect([...documents.keys()]).toEqual([]);
    const beside = await projected(failureDocuments, inOrder(made('a', 1), cancelled('b', 2), failed('c', 3, 'no')));
    expect(beside.get('0|email|0')).toMatchObject({ generations: 2, failed: 1 });
  });

  it('are kept for each hour and content type, beside what went well', async () => {
    const documents = await projected(
      failureDocuments,
      inOrder(made('a', 1), failed('b', 2, 'no answer'), made('c', HOUR_MS + 1)),
    );
    expect(documents.get('0|email|0')).toMatchObject({ from: 0, generations: 2, failed: 1, simulated: true });
    expect(documents.get(`${HOUR_MS}|email|0`)).toMatchObject({
      from: HOUR_MS,
      generations: 1,
      failed: 0,
      patterns: {},
    });
  });

  it('count each value of each attribute once a generation, and lay a failure at what was called last', async () => {
    const calls = [sampleCall, { ...sampleCall, attempt: 2 }];
    const documents = await projected(failureDocuments, inOrder(made('a', 1, calls), failed('b', 2, 'no answer')));
    expect(documents.get('0|email|0')?.attributes).toMatchObject({
      contentType: { email: { n: 2, failed: 1 } },
      hour: { '0': { n: 2, failed: 1 } },
      provider: { p: { n: 2, failed: 1 } },
      model: { m: { n: 2, failed: 0 }, large: { n: 1, failed: 1 } },
      step: { draft: { n: 2, failed: 0 }, edit: { n: 1, failed: 1 } },
    });
  });

  it('are one pattern where they look alike, whatever number they name', async () => {
    const documents = await projected(
      failureDocuments,
      inOrder(
        failed('a', 1, 'no answer after 30 s'),
        failed('b', 2, 'no answer after 31 s'),
        failed('c', 3, 'refused'),
      ),
    );
    const patterns = Object.values(documents.get('0|email|0')!.patterns);
    expect(patterns).toHaveLength(2);
    expect(patterns.find(({ count }) => count === 2)).toMatchObject({
      failure: 'timeout',
      model: 'large',
      step: 'edit',
      first: 1,
      last: 2,
      contentIds: ['a', 'b'],
    });
  });
});
