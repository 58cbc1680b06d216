import { BriefAccepted, decodedOrRefused } from '@contentflow/contracts';
import {
  canonicalJson,
  type Document,
  partitionKey,
  partitionOfKey,
  type Projection,
  seededRandom,
  type StoredEvent,
} from '@contentflow/kernel';
import { openExportedLog } from '@contentflow/ledger';
import { storedSchema } from '@contentflow/read-model/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { projectionsOf } from '@contentflow/services';

/** Five hours of a simulated day, each partition in its order. */
let partitions: ReadonlyMap<string, readonly StoredEvent[]>;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-read-models-'));
  try {
    const file = join(folder, 'ledger.jsonl');
    writeFileSync(file, gunzipSync(readFileSync(new URL('../../../docs/ledgers/0.2.0.jsonl.gz', import.meta.url))));
    const source = await openExportedLog(file);
    const topics = Object.values(projectionsOf).flatMap((all) => all.flatMap((projection) => projection.topics));
    const read = new Map<string, StoredEvent[]>();
    for (const [key, to] of Object.entries(await source.ends([...new Set(topics)]))) {
      const events: StoredEvent[] = [];
      for await (const batch of source.read({ ...partitionOfKey(key), from: 0, to })) events.push(...batch);
      read.set(key, events.map(inBatches).map(decodedOrRefused));
    }
    partitions = read;
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Nobody sent batches that day: each brief is made one of three. */
function inBatches(event: StoredEvent): StoredEvent {
  if (event.type !== BriefAccepted.type) return event;
  const data = event.data as object;
  return { ...event, data: { ...data, batch: { id: `batch ${event.offset % 3}`, line: event.offset } } };
}

/** The documents after these events, as canonical JSON by id. */
function documentsAfter({ handlers, idOf }: Projection<Document>, events: Iterable<StoredEvent>): Map<string, string> {
  const documents = new Map<string, Document | undefined>();
  for (const event of events) {
    const id = handlers.has(event.type) ? idOf(event) : undefined;
    if (id !== undefined) documents.set(id, handlers.get(event.type)?.(documents.get(id), event));
  }
  return new Map([...documents].sort().map(([id, document]) => [id, canonicalJson(document ?? null)]));
}

/** All events of these topics, the partitions' runs drawn by the seed, the order within each kept. */
function* interleaved(topics: readonly string[], seed: number, longestRun: number): Generator<StoredEvent> {
  const random = seededRandom(seed);
  const left = [...partitions].filter(([key]) => topics.includes(partitionOfKey(key).topic));
  const cursors = left.map(([, events]) => ({ events, next: 0 })).filter(({ events }) => events.length > 0);
  while (cursors.length > 0) {
    const at = Math.floor(random.next() * cursors.length);
    const cursor = cursors[at]!;
    const run = 1 + Math.floor(random.next() * longestRun);
    for (let taken = 0; taken < run && cursor.next < cursor.events.length; taken++) yield cursor.events[cursor.next++]!;
    if (cursor.next === cursor.events.length) cursors.splice(at, 1);
  }
}

const orders = fc.record({ seed: fc.integer(), longestRun: fc.constantFrom(1, 20, 100_000) });
const all = Object.values(projectionsOf).flat();

describe('documents', () => {
  it.each(all.map((projection) => [projection.name, projection] as const))(
    'of %s are the same in whatever order partitions are read',
    (_name, projection) => {
      const usual = documentsAfter(projection, interleaved(projection.topics, 0, 1));
      fc.assert(
        fc.property(orders, ({ seed, longestRun }) => {
          expect(documentsAfter(projection, interleaved(projection.topics, seed, longestRun))).toEqual(usual);
        }),
        { numRuns: 6 },
      );
    },
  );

  it.each(all.map((projection) => [projection.name, projection] as const))(
    'of %s are what their schema says, and its indexes are over what they hold',
    (_name, projection) => {
      const isDocument = new Ajv2020({ strict: false, validateFormats: false }).compile(projection.schema());
      for (const document of documentsAfter(projection, interleaved(projection.topics, 0, 1)).values()) {
        const read = JSON.parse(document) as unknown;
        expect({ document, isDocument: isDocument(read), errors: isDocument.errors ?? [] }).toMatchObject({
          isDocument: true,
        });
      }
      const indexes = storedSchema(projection).indexes();
      expect(indexes.map(([fields]) => Object.keys(fields).filter((field) => field !== '_id'))).toEqual(
        projection.indexes.map((index) => index.split('+').map((field) => `document.${field}`)),
      );
    },
  );

  it('of the day are there, of most read models, and some hear from several partitions', () => {
    const filled = all.filter(
      (projection) => documentsAfter(projection, interleaved(projection.topics, 0, 1)).size > 0,
    );
    expect(filled.length).toBeGreaterThan(all.length / 2);
    const heard = (name: string): Set<string> => {
      const projection = all.find((each) => each.name === name)!;
      const events = [...interleaved(projection.topics, 0, 1)].filter(({ type }) => projection.handlers.has(type));
      return new Set(events.map(({ topic, partition }) => partitionKey(topic, partition)));
    };
    for (const name of [
      'monitor.baselines-of-partitions',
      'feedback-learner.learned-of-partitions',
      'generator.batches',
    ])
      expect(heard(name).size).toBe(4);
  });

  it('that keep the first thing they hear are found out', () => {
    const first: Projection<Document> = {
      name: 'test.first',
      schema: () => ({}),
      topics: ['contentflow.content'],
      indexes: [],
      idOf: () => 'one',
      handlers: new Map([
        [BriefAccepted.type, (document, { id }) => document ?? Object.assign({ id: 'one' }, { first: id })],
      ]),
    };
    const orderings = [1, 2, 3, 4, 5, 6].map((seed) =>
      canonicalJson([...documentsAfter(first, interleaved(first.topics, seed, 1))]),
    );
    expect(new Set(orderings).size).toBeGreaterThan(1);
  });
});
