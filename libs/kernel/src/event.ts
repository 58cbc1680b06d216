import { hash128 } from './hash.ts';

/** What happened, before the log has given it a place. CloudEvents attributes, W3C trace context; `time` in epoch milliseconds. */
export interface NewEvent<Data = unknown> {
  readonly id: string;
  /** Where it belongs in the log, e.g. `contentflow.decisions`. */
  readonly topic: string;
  /** `contentflow.<context>.<event>.v<N>` */
  readonly type: string;
  /** The service that says so. */
  readonly source: string;
  /** What it is about; also the key that decides its partition. */
  readonly subject: string;
  readonly time: number;
  readonly data: Data;
  /** The first event of the chain that this one belongs to. */
  readonly correlationId: string;
  /** The event that this one answers. */
  readonly causationId?: string;
  readonly traceparent?: string;
}

/** An event at its place in the log. */
export interface StoredEvent<Data = unknown> extends NewEvent<Data> {
  readonly partition: number;
  readonly offset: number;
  /** An event of the same id lies before it in its partition: nothing follows from this one. */
  readonly isRepeat?: true;
}

/** The same cause and index give the same id, so a repeat is recognised wherever it turns up. */
export function derivedId(cause: string, index: number | string): string {
  return hash128(`${cause}#${index}`);
}
