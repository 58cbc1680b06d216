import { DAY_MS } from '@contentflow/kernel';
import { type Access, build, requiresKeys, untilStopped } from '@contentflow/nest-platform';
import { openSimulatedDay, type SimulatedDay } from '@contentflow/simulated-day';
import { loadWorld } from '@contentflow/simulation';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { answer } from './answer.ts';
import { readMorning } from './morning.ts';
import { placeMorning, type Preparing } from './prepared-morning.ts';
import { folderForSimulatedDay } from './simulated-folder.ts';
import type { StartOptions } from './start-options.ts';

export async function serveSimulatedDay(options: StartOptions, given: Access): Promise<void> {
  // Each start begins a new day, in a folder of its own.
  const { folder, leftAlone } = folderForSimulatedDay(options.data);
  for (const other of leftAlone)
    console.log(`what is in ${other} is left alone: no simulated day of this release made it; today's is in ${folder}`);
  if (existsSync(join(options.data, 'log.sqlite')))
    console.log(
      `what is in ${options.data} is not served: no provider is configured (--no-demo serves it all the same)`,
    );
  const { speed } = options;
  const isAsked = requiresKeys(given.settings, options.host);
  // No log outlives such a day, so that its key need not either.
  const access = isAsked ? { ...given, adminKey: given.adminKey ?? randomBytes(32).toString('base64url') } : given;
  const seed = options.seed ?? String(randomInt(1_000_000));
  // A day that somebody asks for by its seed begins at midnight.
  const shipped = readMorning();
  const morning = options.seed === undefined && options.world === shipped.world ? shipped : undefined;
  const snapshots = morning && (await placeMorning(folder, morning, preparing()));
  const world = loadWorld(options.world);
  const day = await openSimulatedDay({
    world,
    seed,
    folder,
    speed,
    access,
    goesOnAtMs: morning?.endsAtMs,
    snapshots,
  });
  if (morning)
    console.log(
      `the simulated day opens at ${shownTime(morning.endsAtMs)}: its morning, ${morning.contents} contents, came with ContentFlow (npx contentflow audit --data ${folder} takes each of its decisions again)`,
    );
  await answer(
    day.app,
    options,
    `; a simulated day (seed ${seed}) runs at up to ${speed} times real time, as fast as this machine makes it: the console shows how fast (configure a provider, or --no-demo, to turn it off)`,
  );
  if (access.adminKey !== given.adminKey) console.log(`its key, as long as it runs: ${access.adminKey}`);
  const stopping = new AbortController();
  const running = runFor(day, stopping.signal);
  await untilStopped();
  stopping.abort();
  await running;
  await day.close();
}

/** Where the launcher says that something can be kept; not what runs from source, which may be other code at the next start. */
function preparing(): Preparing | undefined {
  const cache = process.env['CONTENTFLOW_PREPARED'];
  return cache && build !== undefined ? { cache, build } : undefined;
}

const shownTime = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

/** Day after day. */
async function runFor(day: SimulatedDay, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await day.run(DAY_MS, undefined, signal);
}
