import { type NewEvent, systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { type DeadLetter, deadLetterTopic } from './dead-letter.ts';
import { openEmbeddedLog } from './embedded/embedded-log.ts';

const TOPIC = 'orders';

const order = (id: string, data: unknown): NewEvent => ({
  id,
  topic: TOPIC,
  type: 'ordered.v1',
  source: 'test',
  subject: 'one',
  time: 0,
  correlationId: id,
  data,
});

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

/** As deep as JSON can just be written on this stack, which one level more may not be. */
function deepest(): unknown {
  let [fits, fails] = [1, 100_000];
  while (fails - fits > 1) {
    const depth = Math.floor((fits + fails) / 2);
    try {
      JSON.stringify(nested(depth));
      fits = depth;
    } catch {
      fails = depth;
    }
  }
  return nested(fits - 100);
}

it.each([
  ['nothing', null, null],
  ['a few levels', nested(3), nested(3)],
  ['as many levels as a letter holds', nested(500), nested(500)],
  ['one more', nested(501), null],
  ['as many levels as can be written at all', deepest(), null],
])('an event with data of %s is set aside, and the next is handled', async (_what, data, kept) => {
  const log = await openEmbeddedLog({
    file: ':memory:',
    topics: [{ name: TOPIC, partitions: 1 }],
    clock: systemClock,
    writer: 'inline',
    onError: () => undefined,
  });
  const handled: string[] = [];
  await log.append([order('poison', data), order('good', 1)]);
  await log.subscribe({
    group: 'reader',
    topics: [TOPIC],
    isHopeless: () => true,
    handle: async ({ id }) => {
      if (id === 'poison') throw new Error('cannot be taken in');
      handled.push(id);
      return [];
    },
  });
  await until(() => handled.includes('good'));
  const letters: DeadLetter[] = [];
  for await (const events of log.read({ topic: deadLetterTopic(TOPIC), partition: 0, from: 0, to: 1 }))
    letters.push(...events.map((event) => event.data as DeadLetter));
  expect(letters).toMatchObject([{ reason: 'cannot be taken in', event: { id: 'poison', offset: 0, data: kept } }]);
  await log.close();
});
