import { eventLogContract } from '../testing/event-log.contract.ts';

const brokers = process.env.KAFKA_BROKERS;
const isRequired = process.env.CONTENTFLOW_REQUIRE_SERVERS === '1';
const run = Date.now().toString(36);
let places = 0;

if (brokers) {
  describe('the log on Kafka', () => {
    eventLogContract({
      engine: 'kafka',
      newPlace: () => ({ at: brokers, namespace: `test-${run}-${++places}` }),
      isShared: true,
    });
  });
} else if (isRequired) {
  it('the log on Kafka needs a broker: start infra/kafka/up and set KAFKA_BROKERS', () => {
    throw new Error('KAFKA_BROKERS is not set, and CONTENTFLOW_REQUIRE_SERVERS=1 allows no skip');
  });
} else {
  it.skip('the log on Kafka, skipped because KAFKA_BROKERS is not set: infra/kafka/up starts a broker', () =>
    undefined);
}
