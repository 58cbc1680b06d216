/**
 * A process that the contract suite kills: `append` writes numbered orders and prints each that is acknowledged;
 * `react` answers every order of its group with one receipt, and prints the orders it is handed.
 */
import { derivedId, systemClock, type NewEvent } from '@contentflow/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import { openAt, type LogAddress } from './log-under-test.ts';

const [, , task, address, name, handlingMs = '0'] = process.argv as string[];
const target = JSON.parse(address!) as LogAddress;
const [orders, receipts] = target.topics.map((topic) => topic.name) as [string, string];

const log = await openAt(target, { isDoomed: true });
process.stdout.write('ready\n');
if (task === 'append') await appendForever();
else await react();

async function appendForever(): Promise<void> {
  for (let i = 0; ; i++) {
    await log.append([event(`${name}-${i}`, orders, `subject-${i % 7}`)]);
    process.stdout.write(`${name}-${i}\n`);
  }
}

async function react(): Promise<void> {
  await log.subscribe({
    group: name!,
    topics: [orders],
    handle: async ({ id, subject }) => {
      process.stdout.write(`${id}\n`);
      if (Number(handlingMs) > 0) await pause(Number(handlingMs));
      return [event(derivedId(id, 0), receipts, subject, { order: id, by: process.pid })];
    },
  });
}

function event(id: string, topic: string, subject: string, data: unknown = {}): NewEvent {
  return { id, topic, type: 'test.v1', source: 'test', subject, time: systemClock.now(), correlationId: id, data };
}
