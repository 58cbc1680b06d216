import { projectionsOf } from '@contentflow/services';
import type { Query } from '@contentflow/read-model';
import { queriesThatSort } from '@contentflow/read-model/testing';

/** A page's cursor, as the page before gives it. */
const after = Buffer.from(JSON.stringify([1764300000000, 'an-id'])).toString('base64url');

const newest = (by: string, where: Query['where'] = {}): Query => ({ where, sort: { by, descending: true } });

/** What the services ask of their documents. */
const asked: Readonly<Record<string, readonly Query[]>> = {
  'generator.contents': [
    newest('acceptedAt'),
    newest('acceptedAt', { status: 'failed' }),
    newest('acceptedAt', { contentType: 'email' }),
    newest('acceptedAt', { status: 'failed', contentType: 'email' }),
    newest('acceptedAt', { batchId: 'b' }),
    newest('acceptedAt', { batchId: 'b', status: 'failed' }),
    newest('acceptedAt', { batchId: 'b', status: 'failed', contentType: 'email' }),
    { where: { batchId: 'b' }, sort: { by: 'acceptedAt' } },
    newest('acceptedAt', { recipe: 'r' }),
    newest('acceptedAt', { recipe: 'r', status: 'failed' }),
    newest('acceptedAt', { acceptedAt: { from: 1, below: 2 } }),
  ],
  'generator.batches': [newest('acceptedAt')],
  'ledger.decisions': [
    newest('seq'),
    newest('seq', { name: 'ExperimentStarted' }),
    newest('seq', { contentType: 'email' }),
    newest('seq', { name: 'ExperimentStarted', contentType: 'email' }),
    newest('seq', { subject: 'an-experiment' }),
    newest('seq', { name: 'ExperimentLooked', subject: 'an-experiment' }),
  ],
  'monitor.anomalies': [newest('detectedAt'), newest('detectedAt', { status: 'open' })],
  'monitor.incidents': [newest('openedAt'), newest('openedAt', { status: 'open' })],
  'monitor.notifications': [{ where: { incidentId: 'i' }, sort: { by: 'at' } }],
  'monitor.baselines-of-partitions': [
    { sort: { by: 'contentType' } },
    { where: { contentType: 'email' }, sort: { by: 'contentType' } },
  ],
  'monitor.metrics-of-providers': [{ where: { from: { from: 1, below: 2 } }, sort: { by: 'from' } }],
  'monitor.hourly-metrics-of-providers': [{ where: { from: { from: 1, below: 2 } }, sort: { by: 'from' } }],
  'monitor.passed-on': [{ where: { from: { from: 1, below: 2 } }, sort: { by: 'from' } }],
  'monitor.baselines-of-unnamed': [{}],
  'monitor.failures-of-partitions': [{ where: { from: { from: 1, below: 2 } }, sort: { by: 'from' } }],
  'feedback-learner.adjustments': [
    newest('proposedAt'),
    newest('proposedAt', { status: 'proposed' }),
    newest('proposedAt', { contentType: 'email' }),
    newest('proposedAt', { status: 'proposed', contentType: 'email' }),
  ],
  'scaler.scalings': [newest('at')],
  'scaler.forecasts': [newest('for')],
  'optimizer.model-outcomes': [{ sort: { by: 'id' } }],
};

const projections = Object.values(projectionsOf).flat();

describe('the pages of a list', () => {
  it('are asked of documents that there are', () => {
    const names = projections.map(({ name }) => name);
    expect(Object.keys(asked).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(projections.map((projection) => [projection.name, projection] as const))(
    'of %s come in the order of an index, the first as any other',
    (name, projection) => {
      const queries = asked[name] ?? [];
      expect(queriesThatSort(projection, [...queries, ...queries.map((query) => ({ ...query, after }))])).toEqual([]);
    },
  );

  it('are told from those for which all is sorted', () => {
    const query = newest('acceptedAt', { status: 'failed' });
    const definition = { name: 'planted', indexes: ['acceptedAt', 'status'] };
    expect(queriesThatSort(definition, [newest('acceptedAt'), query])).toEqual([query]);
  });
});
