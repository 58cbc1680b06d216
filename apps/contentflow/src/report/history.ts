import { DecisionSequenced, eventName, isEvent, type KeyChange, Topic } from '@contentflow/contracts';
import {
  afterEntry,
  improvementsInForce,
  initialSystemState,
  openExperiments,
  recipeInForce,
  systemChanges,
  type SystemState,
} from '@contentflow/decisions';
import { decodedLog, type EventLog } from '@contentflow/event-log';
import { instantOf, ownValue, partitionKey, usageError } from '@contentflow/kernel';
import { recipeVersion } from '@contentflow/recipes';
import { type LogOptions, openLog } from '../command-line/open-log.ts';

export interface HistoryOptions extends LogOptions {
  readonly at?: string;
  readonly from?: string;
  readonly to?: string;
  readonly contentType?: string;
  readonly json?: boolean;
}

interface ShownEvent {
  readonly seq: number;
  readonly time: string;
  readonly name: string;
  readonly subject: string;
  readonly contentType?: string;
}

/** Looks and forecasts come by the thousand and change nothing. */
const routine = new Set(['ExperimentLooked', 'LoadForecast', 'ForecastGraded']);

/** What the system was at a time, and the decisions that made it so; or in what it differs between two times, and by which decisions. */
export async function run(options: HistoryOptions): Promise<void> {
  if (options.at !== undefined && (options.from ?? options.to) !== undefined)
    throw usageError('--at goes with neither --from nor --to', 'name one time, or two');
  const from = timeOf('--from', options.from, undefined);
  const to = timeOf(options.at === undefined ? '--to' : '--at', options.at ?? options.to, Number.POSITIVE_INFINITY);
  if (from !== undefined && from > to) throw usageError('--from is later than --to', 'give the earlier time first');
  const { contentType } = options;
  const log = await openLog(options);
  try {
    const { before, after, events } = await read(log, { from: from ?? -Infinity, to, contentType });
    const shown = shownState(after, contentType);
    const changes = from === undefined ? undefined : systemChanges(before, after, contentType);
    if (options.json) console.log(JSON.stringify({ state: shown, events, ...(changes && { changes }) }, null, 1));
    else print(shown, events, changes);
  } finally {
    await log.close();
  }
}

function timeOf<Default>(option: string, text: string | undefined, otherwise: Default): number | Default {
  if (text === undefined) return otherwise;
  const time = instantOf(text);
  if (Number.isNaN(time))
    throw usageError(`${option} is not a time: "${text}"`, 'write epoch seconds or 2026-01-05T12:00:00Z');
  return time;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly contentType: string | undefined;
}

/** The states at both ends, and what was decided after the first of them. */
async function read(
  log: EventLog,
  { from, to, contentType: asked }: Span,
): Promise<{ before: SystemState; after: SystemState; events: ShownEvent[] }> {
  const end = ownValue(await log.ends([Topic.ledger]), partitionKey(Topic.ledger, 0)) ?? 0;
  let [before, after] = [initialSystemState, initialSystemState];
  const events: ShownEvent[] = [];
  for await (const batch of decodedLog(log).read({ topic: Topic.ledger, partition: 0, from: 0, to: end }))
    for (const event of batch) {
      if (!isEvent(DecisionSequenced, event) || event.data.decision.time > to) continue;
      const { seq, decision } = event.data;
      after = afterEntry(after, event.data);
      if (decision.time <= from) {
        before = after;
        continue;
      }
      const { contentType } = (decision.data ?? {}) as { contentType?: string };
      const name = eventName(decision.type);
      if (routine.has(name) || (asked !== undefined && contentType !== asked)) continue;
      const time = new Date(decision.time).toISOString();
      events.push({ seq, time, name, subject: decision.subject, ...(contentType ? { contentType } : {}) });
    }
  return { before, after, events };
}

function shownState(state: SystemState, contentType: string | undefined) {
  const types = Object.keys(state.generation0).filter((each) => contentType === undefined || each === contentType);
  return {
    position: state.position,
    autonomy: state.autonomy.state,
    instances: state.instances,
    contentTypes: types.map((type) => ({
      contentType: type,
      recipe: recipeVersion(recipeInForce(state, type)),
      improvements: improvementsInForce(state, type).map(({ improvementId, summary, status }) => ({
        improvementId,
        summary,
        status,
      })),
      experiments: openExperiments(state, type).map(({ experimentId, lever, status }) => ({
        experimentId,
        lever,
        status,
      })),
    })),
  };
}

function print(
  state: ReturnType<typeof shownState>,
  events: readonly ShownEvent[],
  changes: readonly KeyChange[] | undefined,
): void {
  for (const { seq, time, name, contentType, subject } of events)
    console.log(`${String(seq).padStart(6)}  ${time}  ${name.padEnd(24)} ${contentType ?? subject}`);
  if (changes) return printChanges(changes);
  console.log(`\nAfter ${state.position} decisions: autonomy ${state.autonomy}, ${state.instances} instances`);
  for (const { contentType, recipe, improvements, experiments } of state.contentTypes) {
    console.log(`${contentType}: recipe ${recipe}, ${experiments.length} experiments open`);
    for (const { summary, status } of improvements) console.log(`  ${summary} (${status})`);
  }
}

function printChanges(changes: readonly KeyChange[]): void {
  console.log(changes.length === 0 ? '\nNothing differs' : '');
  for (const { key, before, after } of changes) console.log(`${key}: ${written(before)} → ${written(after)}`);
}

const SHOWN = 200;

function written(value: unknown): string {
  if (value === undefined) return 'none';
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
