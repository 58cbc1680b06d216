import {
  ContentGenerated,
  defaultPolicy,
  type EventData,
  type Policy,
  policyKeys,
  type Recipe,
  type RecipeChange,
  Topic,
} from '@contentflow/contracts';
import { recipeOfAssignment } from '@contentflow/decisions';
import { FeedbackService } from '@contentflow/feedback-learner';
import { ContentService } from '@contentflow/generator';
import { HOUR_MS, MINUTE_MS, type StoredEvent } from '@contentflow/kernel';
import { priceTable } from '@contentflow/language-models';
import { proposableChanges, proposableStyles, routed } from '@contentflow/recipes';
import {
  type Access,
  adoptPolicy,
  createServiceApp,
  modelsOf,
  openSimulatedPlatform,
  type OpenPlatform,
  type Snapshots,
  startServices,
  SystemStateReader,
} from '@contentflow/nest-platform';
import {
  type Arrivals,
  createSandboxProvider,
  createSimulatedMachines,
  createTruth,
  createTruthRecord,
  createVirtualClock,
  generation0Recipes,
  otherExamples,
  runReaders,
  runTraffic,
  type SimulatedMachines,
  type TruthRecord,
  type TruthRow,
  type VirtualClock,
  type World,
} from '@contentflow/simulation';
import type { ServiceLevel } from '@contentflow/report-page';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allServices, procedures } from '@contentflow/services';

export interface SimulatedDayOptions {
  readonly world: World;
  readonly seed: string | number;
  /** Where the ledger stays; in memory when left out. */
  readonly folder?: string;
  /** Where it goes on, virtual epoch milliseconds, of a day that is in the folder; it begins at midnight when left out. */
  readonly goesOnAtMs?: number;
  /** What was folded of the day that is in the folder. */
  readonly snapshots?: Snapshots;
  readonly policy?: Policy;
  readonly arrivals?: Arrivals;
  /** By which the system decides: its own rules, or the specification's taken literally, to be measured against. */
  readonly rules?: 'own' | 'literal';
  /** Who may ask for what, where it is served to anybody. */
  readonly access?: Access;
  /** Virtual milliseconds for each real one; as fast as it goes when left out. */
  readonly speed?: number;
  /** Whether the truth of every generation is written down, for benchmarks to compare with. */
  readonly withTruth?: boolean;
}

export interface SimulatedDay {
  readonly platform: OpenPlatform;
  readonly app: NestFastifyApplication;
  readonly clock: VirtualClock;
  readonly machines: SimulatedMachines;
  readonly startMs: number;
  /** Of all generations so far; cost and quality are means. */
  sofar(): { readonly generations: number; readonly cost: number; readonly quality: number };
  served(): ServiceLevel;
  truthRows(): readonly TruthRow[];
  /** What can be changed in a recipe, examples and style among it: what the oracle chooses from. */
  readonly proposable: (recipe: Recipe) => readonly RecipeChange[];
  /** Runs on, for so many virtual milliseconds. */
  run(forMs: number, onAdvance?: (now: number) => void, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const STEP_MS = 10 * MINUTE_MS;

/** A Monday, midnight UTC: where every simulated day begins. */
const START_MS = Date.UTC(2026, 0, 5);

/**
 * The real services on the real embedded engine under a virtual clock. Simulated is what a real run would buy or wait for:
 * models, readers, arrivals, machines.
 */
export async function openSimulatedDay(options: SimulatedDayOptions): Promise<SimulatedDay> {
  const { world, folder, speed, goesOnAtMs } = options;
  // Draws of its own, so that no id of what goes on is one of what is there.
  const seed = goesOnAtMs === undefined ? options.seed : `${options.seed}, from ${goesOnAtMs}`;
  // Without a folder of its own the day keeps its files in a temporary one: memory stays bounded however long it runs.
  const temporary = folder === undefined ? mkdtempSync(join(tmpdir(), 'contentflow-day-')) : undefined;
  const platform = await openSimulatedPlatform({
    seed,
    folder: folder ?? temporary,
    snapshots: options.snapshots,
    clockFor: (isQuiet) => createVirtualClock({ startMs: goesOnAtMs ?? START_MS, isQuiet, speed }),
  });
  const { clock: virtual, random } = platform;
  const truth = createTruth();
  const sandbox = createSandboxProvider({
    world,
    clock: virtual,
    random: random.fork('sandbox'),
    truth,
    startMs: START_MS,
  });
  const machines = createSimulatedMachines({
    world,
    clock: virtual,
    random: random.fork('machines'),
    callsInFlight: () => sandbox.callsInFlight(),
  });
  const prices = priceTable([{ name: sandbox.name, kind: 'sandbox', models: [...world.models] }]);
  const offered = world.models.map(({ name }) => ({ provider: sandbox.name, name }));
  const models = modelsOf(platform, [sandbox], prices, offered);
  const recipes = generation0Recipes(world);
  const app = await createServiceApp({
    platform,
    models,
    machines,
    services: allServices({ recipes, source: `world ${world.name}` }, undefined, options.rules),
    ...(options.access && { access: options.access }),
  });
  await startServices(app);
  await adoptPolicy(platform, app.get(SystemStateReader), options.policy && policyKeys(options.policy));

  const stopping = new AbortController();
  const { signal } = stopping;
  const feedback = app.get(FeedbackService);
  const readers = runReaders({
    world,
    clock: virtual,
    random: random.fork('readers'),
    truth,
    rate: (contentId, said) => feedback.receive(contentId, said),
    engage: (contentId, did) => feedback.engage(contentId, did),
    signal,
    startMs: START_MS,
  });
  const proposable = (recipe: Recipe): RecipeChange[] => [
    ...[...proposableChanges(recipe, models.offered), ...proposableStyles(recipe)].map(({ change }) => change),
    ...otherExamples(world, recipe),
  ];
  const { qualityMargin, costMargin, timeMargin } = (options.policy ?? defaultPolicy).guardrails;
  const margins = { quality: qualityMargin, cost: costMargin, time: timeMargin };
  const record = createTruthRecord({ world, generation0: recipes, proposable, margins, startMs: START_MS });
  const system = app.get(SystemStateReader);
  const made = { generations: 0, cost: 0, quality: 0, late: 0 };
  /** Milliseconds of work by step of the day. */
  const work = new Map<number, number>();
  await platform.log.follow({
    topics: [Topic.content],
    // Readers have had their say on what was made before.
    from: goesOnAtMs === undefined ? {} : await platform.log.ends([Topic.content]),
    handle: async (events) => {
      for (const event of events) {
        if (event.type !== ContentGenerated.type) continue;
        const generated = event as StoredEvent<EventData<typeof ContentGenerated>>;
        tell(readers, generated);
        made.generations++;
        made.cost += generated.data.usage.cost;
        made.quality += generated.data.quality?.score ?? 0;
        const { waitMs, timeMs } = generated.data.usage;
        if (waitMs > system.current().policy.scaling.scaleUp.responseTimeMs) made.late++;
        const step = Math.floor(event.time / STEP_MS);
        work.set(step, (work.get(step) ?? 0) + timeMs);
        if (options.withTruth) recordTruthOf(record, system, generated);
      }
    },
  });
  const content = app.get(ContentService);
  const accept = (brief: unknown): Promise<unknown> => content.accept(brief);
  const arriving = runTraffic({
    world,
    clock: virtual,
    random: random.fork('traffic'),
    accept,
    signal,
    truth,
    arrivals: options.arrivals,
  });

  return {
    platform,
    app,
    clock: virtual,
    machines,
    startMs: START_MS,
    sofar: () => {
      const { generations, cost, quality } = made;
      const n = Math.max(1, generations);
      return { generations, cost: cost / n, quality: quality / n };
    },
    served: () => {
      const { callsAtOncePerInstance } = world.machines;
      const steps = (virtual.now() - START_MS) / STEP_MS;
      const needed = Array.from(
        { length: Math.ceil(steps) },
        (_, step) => work.get(START_MS / STEP_MS + step) ?? 0,
      ).map((ms) => Math.max(1, Math.ceil(ms / STEP_MS / callsAtOncePerInstance)));
      const least = needed.reduce((sum, each) => sum + each, 0);
      return {
        lateShare: made.generations === 0 ? null : made.late / made.generations,
        instancesToForesight: least === 0 ? null : (machines.machineHours() * HOUR_MS) / STEP_MS / least,
      };
    },
    truthRows: () => record.rows(),
    proposable,
    run: async (forMs, onAdvance, until) => {
      // What loads in real time would let virtual time pass.
      for (const { prepare } of procedures.values()) await prepare?.();
      await virtual.run(virtual.now() + forMs, { onAdvance, signal: until });
    },
    close: async () => {
      stopping.abort();
      machines.stop();
      await arriving;
      const closing = app.close();
      // What is in flight ends on virtual time.
      let isClosed = false;
      void closing.finally(() => (isClosed = true));
      while (!isClosed) await virtual.run(virtual.now() + MINUTE_MS);
      await closing;
      await platform.close();
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
    },
  };
}

const tell = (
  readers: ReturnType<typeof runReaders>,
  { data }: StoredEvent<EventData<typeof ContentGenerated>>,
): void => readers.onContent(data.contentId, data.brief.contentType, data.brief, data.content.body);

/** What the truth is of one generation, under the recipe it was made by. */
function recordTruthOf(
  record: TruthRecord,
  system: SystemStateReader,
  { data: { contentId, brief, unit, assignment }, time }: StoredEvent<EventData<typeof ContentGenerated>>,
): void {
  const { contentType } = brief;
  const recipe = recipeOfAssignment(system.current(), contentType, assignment);
  if (!recipe) return;
  const { holdback } = assignment;
  record.record({ time, contentId, contentType, holdback, brief, recipe: routed(recipe, brief, unit) });
}
