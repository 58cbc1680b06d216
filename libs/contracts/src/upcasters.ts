import { ownValue } from '@contentflow/kernel';
import { withCurrentKeys } from './former-policy-keys.ts';
import { isRecord, renamed } from './renamed.ts';

/** What data of an earlier version must become before the schema of now reads them. */
export interface Upcaster {
  /** The type that was written: `contentflow.<context>.<event>.v<N>`. */
  readonly from: string;
  /** The type of now; the same where releases wrote what it does not take under its own number. */
  readonly to: string;
  /** Data as they were written, unchecked. @returns what the schema of `to` takes */
  readonly up: (data: unknown) => unknown;
}

type Upcast = Upcaster['up'];

/** By the type that was written. */
const upcasters: ReadonlyMap<string, Upcaster> = new Map(
  [
    sameType('ledger.policy-changed', at('policy', withCurrentKeys)),
    sameType('optimizer.experiment-registered', (data) => withPredictions(at('design', withMinimumRun)(data))),
    sameType('optimizer.experiment-looked', withConcurrentExperiments),
    sameType('optimizer.hypothesis-refuted', withConcurrentExperiments),
    sameType('optimizer.improvement-applied', withConcurrentExperiments),
    sameType('optimizer.improvement-confirmed', withConcurrentExperiments),
    sameType('optimizer.improvement-rolled-back', withConcurrentExperiments),
    sameType('optimizer.experiment-concluded', (data) =>
      at('interactions', each(names({ beside: 'concurrentExperiment' })))(withConcurrentExperiments(data)),
    ),
    sameType('optimizer.outcomes-graded', at('models', each(names({ foretold: 'predicted' })))),
    sameType('monitor.anomaly-detected', withBaselineRate),
    sameType('monitor.anomaly-handled', withBaselineRate),
  ].map((upcaster) => [upcaster.from, upcaster]),
);

/** Release 0.1 knew no minimum run. */
function withMinimumRun(design: unknown): unknown {
  return !isRecord(design) || 'minimumRunMs' in design ? design : { ...design, minimumRunMs: 0 };
}

/** Up to release 0.2 what was predicted and what came of it were called _foretold_ and _realised_. */
function withPredictions(data: unknown): unknown {
  const outcomes = each(names({ foretold: 'predicted', realised: 'observed' }));
  const evidence: Upcast = (found) =>
    at('predictionOutcomes', outcomes)(names({ foretold: 'predictionOutcomes' })(found));
  return at('basis', at('evidence', evidence))(data);
}

function withConcurrentExperiments(data: unknown): unknown {
  return at('basis', at('evidence', names({ besides: 'concurrentExperiments' })))(data);
}

function withBaselineRate(data: unknown): unknown {
  return at('basis', at('evidence', names({ usualShare: 'baselineRate' })))(data);
}

/** What stands under a key, brought up; data without it stay as they are. */
function at(key: string, up: Upcast): Upcast {
  return (data) => (isRecord(data) && Object.hasOwn(data, key) ? { ...data, [key]: up(ownValue(data, key)) } : data);
}

function each(up: Upcast): Upcast {
  return (data) => (Array.isArray(data) ? data.map(up) : data);
}

function names(by: Readonly<Record<string, string>>): Upcast {
  return (data) => (isRecord(data) ? renamed(data, by) : data);
}

function sameType(name: string, up: Upcast): Upcaster {
  const type = `contentflow.${name}.v1`;
  return { from: type, to: type, up };
}

/** Whether data of this type are brought up before they are read. */
export const isUpcast = (type: string): boolean => upcasters.has(type);

interface Typed {
  readonly type: string;
  readonly data: unknown;
}

/** The event or decision in the version of now. */
export function upcast<Versioned extends Typed>(event: Versioned): Versioned {
  const step = upcasters.get(event.type);
  if (!step) return event;
  const next = { ...event, type: step.to, data: step.up(event.data) };
  return step.to === step.from ? next : upcast(next);
}
