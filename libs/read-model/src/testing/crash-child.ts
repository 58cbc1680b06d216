/** Projects the events of the crash test from where the documents are, a few at a time, and waits to be killed meanwhile. */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectOnto } from '../run-projection.ts';
import { type StoreLocation, openPlace } from './crash-place.ts';
import { crashEvents, tallies, type Tally } from './numbers.ts';

const [, , place, killedAfter] = process.argv;
const store = await openPlace(JSON.parse(place as string) as StoreLocation);
const writer = await store.writer<Tally>(tallies);
const collection = await store.collection<Tally>(tallies);
const from = (await writer.positions())['numbers/0'] ?? 0;

for (let next = from; next < crashEvents.length; next += 7) {
  await projectOnto(writer, tallies, crashEvents.slice(next, next + 7));
  if (next % 5 === 0) await collection.count();
  if (next - from < Number(killedAfter)) continue;
  // Goes on slowly, so that the kill that this line asks for comes in the midst of work.
  writeSync(1, '.');
  await sleep(2);
}
if (Number(killedAfter) < Infinity) {
  // Earlier kills that came late may have left fewer events than this one was to wait for.
  writeSync(1, '.');
  await sleep(60_000);
}
await store.close();
