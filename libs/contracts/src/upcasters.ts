/** What data of an earlier version must become before the schema of now reads them. */
export interface Upcaster {
  /** The type that was written: `contentflow.<context>.<event>.v<N>`. */
  readonly from: string;
  /** The type of now; the same where releases wrote what it does not take under its own number. */
  readonly to: string;
  /** Data as they were written, unchecked. @returns what the schema of `to` takes */
  readonly up: (data: unknown) => unknown;
}

/** By the type that was written. */
const upcasters: ReadonlyMap<string, Upcaster> = new Map(
  [
    {
      from: 'contentflow.optimizer.experiment-registered.v1',
      to: 'contentflow.optimizer.experiment-registered.v1',
      up: withMinimumRun,
    },
  ].map((each) => [each.from, each]),
);

/** Release 0.1 knew no minimum run. */
function withMinimumRun(data: unknown): unknown {
  if (!isRecord(data) || !isRecord(data['design']) || 'minimumRunMs' in data['design']) return data;
  return { ...data, design: { ...data['design'], minimumRunMs: 0 } };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

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
