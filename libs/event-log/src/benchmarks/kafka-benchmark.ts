import type { Clock } from '@contentflow/kernel';
import type { EventLog } from '../event-log.ts';
import { openKafkaLog } from '../kafka/open-kafka-log.ts';
import { BareKafka, type Stoppable } from './bare-kafka.ts';
import { compared, type Figure } from './figures.ts';
import { latencyFigures } from './latency.ts';
import { inBatches, sampleEvents, withInFlight } from './sample-events.ts';
import { Meter } from './meter.ts';
import { rateOf } from './stopwatch.ts';

const PRODUCED = 4_000;
const HISTORY = 50_000;
const TRANSACTED = 10_000;
const IN_FLIGHT = 4;
const TARGET_RATIO = 0.8;
/** Joining a group takes longer than what is measured, so these have fewer slices. */
const SLICES_WITH_JOIN = 2;

/** The Kafka engine beside bare kafkajs doing the same on topics of its own. */
export async function kafkaFigures(
  options: { brokers: readonly string[]; repetitions: number; seconds: number; clock: Clock },
  report: (figure: Figure) => void,
): Promise<void> {
  const { brokers, repetitions, seconds, clock } = options;
  const run = `benchmark-${clock.now().toString(36)}`;
  const name = (topic: string): string => `${run}.${topic}`;
  const topics = ['produced', 'history', 'requests', 'answers', 'steady'].map((topic) => ({
    name: name(topic),
    partitions: 4,
  }));
  const log = await openKafkaLog({ brokers, clientId: run, topics, clock });
  const bare = await BareKafka.connect(brokers);
  try {
    const batches = inBatches(sampleEvents(PRODUCED, name('produced')), 100);
    report(
      await compared('Kafka: produce by hundreds, 4 callers', repetitions, {
        ours: () => rateOf(PRODUCED, () => withInFlight(batches, IN_FLIGHT, (batch) => log.append(batch))),
        plain: () => rateOf(PRODUCED, () => withInFlight(batches, IN_FLIGHT, (batch) => bare.produce(batch))),
        atLeast: TARGET_RATIO,
      }),
    );
    const history = sampleEvents(HISTORY, name('history'));
    for (const batch of inBatches(history, 1_000)) await log.append(batch);
    report(
      await compared(
        'Kafka: consume',
        repetitions,
        {
          ours: () => followAll(log, name('history'), HISTORY),
          plain: (round) => bare.consume({ topic: name('history'), groupId: `${run}-${round}`, count: HISTORY }),
          atLeast: TARGET_RATIO,
        },
        SLICES_WITH_JOIN,
      ),
    );
    for (const batch of inBatches(sampleEvents(TRANSACTED, name('requests')), 1_000)) await log.append(batch);
    const transact = { requests: name('requests'), answers: name('answers') };
    report(
      await compared(
        'Kafka: consume, answer and commit in transactions',
        repetitions,
        {
          ours: (round) => answered(log, transact.answers, () => reacting(log, transact, `${run}-ours-${round}`)),
          plain: (round) => answered(log, transact.answers, () => bare.react(transact, `${run}-bare-${round}`)),
          atLeast: TARGET_RATIO,
        },
        SLICES_WITH_JOIN,
      ),
    );
    for (const figure of await latencyFigures('Kafka', log, {
      topic: name('steady'),
      seconds,
      medianBelowMs: 250,
      clock,
    }))
      report(figure);
  } finally {
    await bare.deleteTopics(topics.flatMap((topic) => [topic.name, `${topic.name}.dead-letter`]));
    await bare.disconnect();
    await log.close();
  }
}

/** Events per second from the first to the last, joining and connecting left out for both. */
async function followAll(log: EventLog, topic: string, count: number): Promise<number> {
  const meter = new Meter(count);
  const follower = await log.follow({ topics: [topic], from: {}, handle: async (events) => meter.saw(events.length) });
  const rate = await meter.rate;
  await follower.stop();
  return rate;
}

/** Answers per second, seen by a follower, while somebody reacts to all requests. */
async function answered(log: EventLog, topic: string, react: () => Promise<Stoppable>): Promise<number> {
  const meter = new Meter(TRANSACTED);
  const from = await log.ends([topic]);
  const follower = await log.follow({ topics: [topic], from, handle: async (events) => meter.saw(events.length) });
  const reacting = await react();
  const rate = await meter.rate;
  await Promise.all([reacting.stop(), follower.stop()]);
  return rate;
}

function reacting(
  log: EventLog,
  { requests, answers }: { requests: string; answers: string },
  group: string,
): Promise<Stoppable> {
  return log.subscribe({ group, topics: [requests], handle: async (event) => [{ ...event, topic: answers }] });
}
