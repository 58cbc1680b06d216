import { DecisionSequenced, eventName, isEvent, Topic } from '@contentflow/contracts';
import {
  afterEntry,
  improvementsInForce,
  initialSystemState,
  openExperiments,
  recipeInForce,
  type SystemState,
} from '@contentflow/decisions';
import { decodedLog } from '@contentflow/event-log';
import { instantOf, partitionKey, usageError, ownValue } from '@contentflow/kernel';
import { recipeVersion } from '@contentflow/recipes';
import { openLog, type LogOptions } from '../command-line/open-log.ts';

export interface HistoryOptions extends LogOptions {
  readonly at?: string;
  readonly contentType?: string;
  readonly json?: boolean;
}

/** Looks and forecasts come by the thousand and change nothing. */
const routine = new Set(['ExperimentLooked', 'LoadForecast', 'ForecastGraded']);

/** What the system was at a time, and the decisions that made it so. */
export async function run(options: HistoryOptions): Promise<void> {
  const until = options.at === undefined ? Number.POSITIVE_INFINITY : instantOf(options.at);
  if (Number.isNaN(until))
    throw usageError(`--at is not a time: "${options.at}"`, 'write epoch seconds or 2026-01-05T12:00:00Z');
  const log = await openLog(options);
  try {
    const ends = await log.ends([Topic.ledger]);
    let state = initialSystemState;
    const events: { seq: number; time: string; name: string; subject: string; contentType?: string }[] = [];
    const range = {
      topic: Topic.ledger,
      partition: 0,
      from: 0,
      to: ownValue(ends, partitionKey(Topic.ledger, 0)) ?? 0,
    };
    for await (const batch of decodedLog(log).read(range))
      for (const event of batch) {
        if (!isEvent(DecisionSequenced, event)) continue;
        const entry = event.data;
        if (entry.decision.time > until) continue;
        state = afterEntry(state, entry);
        const { type, time, subject, data: decision } = entry.decision;
        const { contentType } = (decision ?? {}) as { contentType?: string };
        const name = eventName(type);
        if (routine.has(name) || (options.contentType !== undefined && contentType !== options.contentType)) continue;
        events.push({
          seq: entry.seq,
          time: new Date(time).toISOString(),
          name,
          subject,
          ...(contentType ? { contentType } : {}),
        });
      }
    const shown = shownState(state, options.contentType);
    if (options.json) console.log(JSON.stringify({ state: shown, events }, null, 1));
    else print(shown, events);
  } finally {
    await log.close();
  }
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
  events: readonly { seq: number; time: string; name: string; subject: string; contentType?: string }[],
): void {
  for (const { seq, time, name, contentType, subject } of events)
    console.log(`${String(seq).padStart(6)}  ${time}  ${name.padEnd(24)} ${contentType ?? subject}`);
  console.log(`\nAfter ${state.position} decisions: autonomy ${state.autonomy}, ${state.instances} instances`);
  for (const { contentType, recipe, improvements, experiments } of state.contentTypes) {
    console.log(`${contentType}: recipe ${recipe}, ${experiments.length} experiments open`);
    for (const { summary, status } of improvements) console.log(`  ${summary} (${status})`);
  }
}
