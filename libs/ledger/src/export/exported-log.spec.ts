import type { StoredEvent } from '@contentflow/kernel';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventsOf, type EventSource } from '../domain/event-source.ts';
import { exportLog } from './export-log.ts';
import { openExportedLog } from './exported-log.ts';

describe('an exported log', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'contentflow-export-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const event = (id: string, partition: number, offset: number): StoredEvent => ({
    id,
    topic: 'contentflow.feedback',
    partition,
    offset,
    type: 'contentflow.test.said.v1',
    source: 'test',
    subject: 's',
    time: 0,
    correlationId: id,
    data: {},
  });

  it('marks what came before in its partition, as the log that it was written from would', async () => {
    // Given a log that was begun before ids counted once
    const events = [
      event('a', 0, 0),
      event('b', 0, 1),
      event('a', 0, 2),
      event('a', 1, 0),
      event('b', 0, 3),
      event('a', 0, 4),
    ];
    const source: EventSource = {
      ends: async () => ({ 'contentflow.feedback/0': 5, 'contentflow.feedback/1': 1 }),
      async *read({ partition }) {
        yield events.filter((each) => each.partition === partition);
      },
    };
    const lines: string[] = [];
    for await (const line of exportLog(source, ['contentflow.feedback'])) lines.push(line);
    const file = join(folder, 'log.jsonl');
    writeFileSync(file, `${lines.join('\n')}\n`);
    // When it is read from its export
    const exported = await openExportedLog(file);
    const found: string[] = [];
    for await (const { partition, offset, isRepeat } of eventsOf(
      exported,
      await exported.ends(['contentflow.feedback']),
    ))
      found.push(`${partition}/${offset}${isRepeat ? ' again' : ''}`);
    // Then
    expect(exported.differences).toEqual([]);
    exported.close();
    expect(found).toEqual(['0/0', '0/1', '0/2 again', '0/3 again', '0/4 again', '1/0']);
  });

  it.each([1e300, '0', null])('names the line whose exact time is none: %p', async (timems) => {
    const source: EventSource = {
      ends: async () => ({ 'contentflow.feedback/0': 1 }),
      async *read() {
        yield [event('a', 0, 0)];
      },
    };
    const lines: string[] = [];
    for await (const line of exportLog(source, ['contentflow.feedback'])) lines.push(line);
    const file = join(folder, 'log.jsonl');
    writeFileSync(
      file,
      lines.map((line) => `${line.replace('"time":', `"timems":${JSON.stringify(timems)},"time":`)}\n`).join(''),
    );
    const { differences, close } = await openExportedLog(file);
    close();
    expect(differences[0]).toMatchObject({ line: 1, field: 'timems' });
  });
});
