/** What data of an earlier version must become before the schema of now reads them. */
export interface Upcaster {
  /** The type that was written: `contentflow.<context>.<event>.v<N>`. */
  readonly from: string;
  /** The type of now; the same where releases wrote what it does not take under its own number. */
  readonly to: string;
  /** Data as they were written, unchecked. @returns what the schema of `to` takes */
  readonly up: (data: unknown) => unknown;
}

/** By the type that was written. One step a version: steps to the same type end there. */
const upcasters = new Map<string, Upcaster>();

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
