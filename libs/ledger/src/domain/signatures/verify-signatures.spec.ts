import { CheckpointSigned, newEvent, SigningKeyRotated, Topic } from '@contentflow/contracts';
import {
  type NewEvent,
  partitionKey,
  type Positions,
  positionsAfter,
  signingKeyFrom,
  type StoredEvent,
} from '@contentflow/kernel';
import type { EventSource } from '../event-source.ts';
import { coveredTopics, furtherMarks, type LogMarks, NO_MARKS } from './partition-marks.ts';
import { signedCheckpoint, signedRotation } from './statement.ts';
import { verifySignatures, type Witness } from './verify-signatures.ts';

const ours = signingKeyFrom('ours');
const next = signingKeyFrom('the next');
const foreign = signingKeyFrom('of somebody else');

const said = (topic: string, text: string): NewEvent => ({
  id: `${topic} ${text}`,
  topic,
  type: 'contentflow.test.said.v1',
  source: 'test',
  subject: 's',
  time: 0,
  correlationId: 'c',
  data: { text },
});

/** A log in memory, and what its holder signs of it. */
class TestedLog implements EventSource {
  readonly isAtRest = true;
  signedEnd: EventSource['signedEnd'];
  private marks: LogMarks = NO_MARKS;

  constructor(readonly events: StoredEvent[] = []) {}

  append(event: NewEvent): void {
    const offset = this.events.filter(({ topic }) => topic === event.topic).length;
    this.events.push({ ...event, partition: 0, offset });
  }
  async sign(key = ours, afterLoss = false): Promise<void> {
    this.marks = await furtherMarks(this, this.marks, await this.ends(coveredTopics), 1000);
    const { seq, hash, partitions } = this.marks;
    const data = signedCheckpoint({ version: 1, seq, hash, partitions, at: 5, ...(afterLoss && { afterLoss }) }, key);
    this.append(newEvent(CheckpointSigned, { subject: 'checkpoints', data, time: 5, cause: { id: data.signature } }));
  }
  rotate(from = ours, to = next): void {
    const data = signedRotation(6, from, to);
    this.append(newEvent(SigningKeyRotated, { subject: 'checkpoints', data, time: 6, cause: { id: data.signature } }));
  }
  async ends(topics: readonly string[]): Promise<Positions> {
    return positionsAfter(this.events.filter(({ topic }) => topics.includes(topic)));
  }
  async *read({ topic, partition, from, to }: Parameters<EventSource['read']>[0]) {
    yield this.events.filter(
      (each) => each.topic === topic && each.partition === partition && each.offset >= from && each.offset < to,
    );
  }
  /** The same with other events, as somebody without the key would leave it. */
  tampered(change: (events: readonly StoredEvent[]) => StoredEvent[]): TestedLog {
    return new TestedLog(change(this.events));
  }
}

/** Six events of two topics, signed after four of them and at the end. */
async function signedLog(): Promise<TestedLog> {
  const log = new TestedLog();
  for (const text of ['one', 'two']) for (const topic of [Topic.content, Topic.feedback]) log.append(said(topic, text));
  await log.sign();
  for (const topic of [Topic.content, Topic.feedback]) log.append(said(topic, 'three'));
  await log.sign();
  return log;
}
const verified = async (log: TestedLog, witness: Witness = {}) =>
  verifySignatures(log, await log.ends(coveredTopics), witness);
const fields = async (log: TestedLog, witness?: Witness): Promise<string[]> =>
  (await verified(log, witness)).differences.map(({ field }) => field);

const content = partitionKey(Topic.content, 0);
const isContent = ({ topic }: StoredEvent): boolean => topic === Topic.content;

describe('the signatures of a log', () => {
  it('hold for what was signed', async () => {
    const { differences, standing } = await verified(await signedLog());
    expect(differences).toEqual([]);
    expect(standing).toMatchObject({
      keys: [ours.publicKey],
      keysFrom: 'log',
      checkpoints: 2,
      endIsSigned: null,
      unsigned: { events: 0 },
    });
  });

  it('say how much came after them', async () => {
    const log = await signedLog();
    log.append(said(Topic.content, 'four'));
    const { differences, standing } = await verified(log);
    expect([differences, standing.unsigned.events]).toEqual([[], 1]);
  });

  it('cover events that have no canonical bytes, too', async () => {
    const log = new TestedLog();
    log.append({ ...said(Topic.content, 'half a pair'), data: { text: '\ud800' } });
    log.append({ ...said(Topic.ledger, 'nothing'), data: null });
    await log.sign();
    expect(await fields(log)).toEqual([]);
    const changed = log.tampered((events) =>
      events.map((each) => (isContent(each) ? { ...each, data: { text: '\ud801' } } : each)),
    );
    expect(await fields(changed)).toEqual([content]);
  });

  it('prove nothing where there are none, and say so', async () => {
    const log = new TestedLog();
    log.append(said(Topic.content, 'one'));
    const { differences, standing } = await verified(log);
    expect([differences, standing.keys, standing.signedTo]).toEqual([[], [], null]);
    expect(await fields(log, { publicKeys: [ours.publicKey] })).toEqual(['signature']);
  });

  it.each<[string, (events: readonly StoredEvent[]) => StoredEvent[], string]>([
    [
      'changed',
      (events) =>
        events.map((each) => (each.id.endsWith('content three') ? { ...each, data: { text: 'other' } } : each)),
      content,
    ],
    ['swapped', (events) => swapped(events), content],
    ['cut off', (events) => events.filter((each) => !(isContent(each) && each.offset === 2)), `${content}.end`],
    ['removed with all their topic', (events) => events.filter((each) => !isContent(each)), `${content}.end`],
    [
      'put in before the end',
      (events) =>
        events
          .map((each) => (isContent(each) && each.offset > 1 ? { ...each, offset: each.offset + 1 } : each))
          .concat({
            ...said(Topic.content, 'never said'),
            partition: 0,
            offset: 2,
          }),
      content,
    ],
  ])('name the partition whose events are %s', async (_what, change, field) => {
    const log = (await signedLog()).tampered(change);
    expect(await fields(log)).toEqual([field]);
  });

  it('tell which of the events between two checkpoints are others', async () => {
    const log = (await signedLog()).tampered((events) =>
      events.map((each) => (isContent(each) && each.offset === 2 ? { ...each, time: 1 } : each)),
    );
    expect((await verified(log)).differences[0]?.expected).toBe('what was signed of offsets 2 to 2');
  });

  it('do not hold for a checkpoint that says something else than was signed', async () => {
    const log = (await signedLog()).tampered((events) =>
      events.map((each) =>
        each.type === CheckpointSigned.type ? { ...each, data: { ...(each.data as object), at: 9 } } : each,
      ),
    );
    expect(await fields(log)).toEqual(['data.signature', 'data.signature']);
  });

  it('are those of one key, until it hands over', async () => {
    // Given a log whose second half is signed by somebody else
    const log = await signedLog();
    log.append(said(Topic.content, 'four'));
    await log.sign(foreign);
    expect(await fields(log)).toEqual(['data.publicKey']);
    // And one whose key was rotated
    const rotated = await signedLog();
    rotated.rotate();
    rotated.append(said(Topic.content, 'four'));
    await rotated.sign(next);
    const { differences, standing } = await verified(rotated);
    expect([differences, standing.keys]).toEqual([[], [ours.publicKey, next.publicKey]]);
    // Then the one before signs nothing more
    await rotated.sign(ours);
    expect(await fields(rotated)).toEqual(['data.publicKey']);
  });

  it('may change hands without a word where whoever audits knows both keys', async () => {
    const log = await signedLog();
    log.append(said(Topic.content, 'four'));
    await log.sign(next);
    expect(await fields(log, { publicKeys: [ours.publicKey, next.publicKey] })).toEqual([]);
  });

  it('are of no worth where the whole log was signed anew with another key, for whoever knows ours', async () => {
    const log = new TestedLog();
    log.append(said(Topic.content, 'forged'));
    await log.sign(foreign);
    expect(await fields(log)).toEqual([]);
    expect(await fields(log, { publicKeys: [ours.publicKey] })).toEqual(['data.publicKey', 'signature']);
  });

  it('hold a copy against a checkpoint that was kept elsewhere', async () => {
    // Given a copy from which the end is cut off, checkpoints and all
    const log = await signedLog();
    const kept = log.events.findLast(({ type }) => type === CheckpointSigned.type)?.data as Witness['checkpoint'];
    const cut = log.tampered((events) => events.slice(0, 5));
    expect(await fields(cut)).toEqual([]);
    // Then
    expect(await fields(cut, { checkpoint: kept })).toEqual([
      `${content}.end`,
      `${partitionKey(Topic.feedback, 0)}.end`,
    ]);
    expect(await fields(log, { checkpoint: kept })).toEqual([]);
  });

  it('hold from where somebody went on after a loss', async () => {
    // Given a log whose tail is lost, and its holder's word that he goes on
    const log = (await signedLog()).tampered((events) =>
      events.filter((each) => !(isContent(each) && each.offset > 0)),
    );
    log.append(said(Topic.content, 'another two'));
    await log.sign(ours, true);
    const { differences, standing } = await verified(log);
    expect([differences, standing.lossesAccepted]).toEqual([[], 1]);
    // Then what was signed with that word is held to it
    const changed = log.tampered((events) => events.map((each) => (isContent(each) ? { ...each, time: 1 } : each)));
    expect(await fields(changed)).toEqual([content]);
  });

  it('are asked for at the end of an export, unless whoever audits does without', async () => {
    const log = await signedLog();
    log.signedEnd = null;
    expect(await fields(log)).toEqual(['signature']);
    expect(await fields(log, { allowsUnsigned: true })).toEqual([]);
    log.signedEnd = { publicKey: foreign.publicKey, isGenuine: true };
    expect(await fields(log)).toEqual(['publicKey']);
    log.signedEnd = { publicKey: ours.publicKey, isGenuine: false };
    expect(await fields(log)).toEqual(['signature']);
    log.signedEnd = { publicKey: ours.publicKey, isGenuine: true };
    expect((await verified(log)).standing.endIsSigned).toBe(true);
  });

  it('leave no topic out but those that the export leaves out', async () => {
    const log = (await signedLog()).tampered((events) => events.filter((each) => !isContent(each)));
    expect(await fields(Object.assign(log, { missingTopics: [Topic.content] }))).toEqual([]);
  });
});

function swapped(events: readonly StoredEvent[]): StoredEvent[] {
  const [one, two] = events.filter(isContent) as [StoredEvent, StoredEvent];
  const places = new Map([
    [one, { ...two, offset: one.offset }],
    [two, { ...one, offset: two.offset }],
  ]);
  return events.map((each) => places.get(each) ?? each);
}
