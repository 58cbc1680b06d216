/** Projects the events of the crash test from where the documents are, a few at a time, saying how far it is. Is killed meanwhile. */
import { writeSync } from 'node:fs';
import { projectOnto } from '../run-projection.ts';
import { type CrashPlace, openPlace } from './crash-place.ts';
import { crashEvents, tallies, type Tally } from './numbers.ts';

const store = await openPlace(JSON.parse(process.argv[2] as string) as CrashPlace);
const writer = await store.writer<Tally>(tallies);
const collection = await store.collection<Tally>(tallies);
const from = (await writer.positions())['numbers/0'] ?? 0;

for (let next = from; next < crashEvents.length; next += 7) {
  await projectOnto(writer, tallies, crashEvents.slice(next, next + 7));
  if (next % 5 === 0) await collection.count();
  writeSync(1, `${next - from}\n`);
}
await store.close();
