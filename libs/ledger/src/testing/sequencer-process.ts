import { topics } from '@contentflow/contracts';
import { openEmbeddedLog } from '@contentflow/event-log';
import { systemClock } from '@contentflow/kernel';
import { Sequencer } from '../sequencer.ts';

/** A sequencer in a process of its own, for tests that kill it. */
const log = await openEmbeddedLog({
  file: process.argv[2] as string,
  topics,
  clock: systemClock,
  writer: 'thread',
  leaseMs: 500,
});
await new Sequencer({ storedLog: log, clock: systemClock }).onApplicationBootstrap();
process.send?.('ready');
