import { topics } from '@contentflow/contracts';
import { LogReader } from '@contentflow/event-log/reader';
import { type Clock, partitionOfKey, type Positions } from '@contentflow/kernel';
import {
  audit,
  type AuditPoint,
  type AuditResult,
  type Difference,
  type EventSource,
  type Witness,
} from '@contentflow/ledger/audit';
import { procedures } from '../procedures.ts';
import { auditBytes, auditOf, type AuditStore, type KeptAudit, type KeptStanding } from './kept-audit.ts';
import { prefixDigest } from './prefix-digest.ts';

export interface SinceLastOptions {
  readonly code: string;
  /** What made this code: what another build folded is of no use. */
  readonly build: string;
  readonly witness?: Witness;
  readonly store: AuditStore;
  readonly clock: Pick<Clock, 'now'>;
  /** Awaited often: to rest. */
  readonly rest?: () => Promise<void>;
  readonly onProgress?: (checked: number, entries: number) => void;
}

export interface SinceLastResult extends AuditResult {
  /** How far the log had been checked before; null where all of it was checked now. */
  readonly since: Pick<KeptStanding, 'entries' | 'at'> | null;
  /** Why all of it was, where something was kept. */
  readonly reason?: string;
}

/** So much work lies between two places that a kill loses no more than, in milliseconds: and so many times what it takes to keep one. */
const KEPT_EVERY_MS = 60_000;
const KEPT_AT_TIMES = 20;

/**
 * Audits what came since the last time, where that can be told: the events before are, byte by byte, what they were then, and the same code checked
 * them by the same keys. Else all of it, as also where anything differs, so that the first place is named. What was kept is trusted: whoever can
 * write it can have taken for checked what was not.
 */
export async function auditSinceLast(file: string, options: SinceLastOptions): Promise<SinceLastResult> {
  const log = LogReader.open(file, topics);
  try {
    return await new SinceLast(log, await log.ends(topics.map(({ name }) => name)), options).result();
  } finally {
    log.close();
  }
}

class SinceLast {
  private kept: KeptAudit | undefined;
  private keptAt: number;

  constructor(
    private readonly log: LogReader,
    private readonly ends: Positions,
    private readonly options: SinceLastOptions,
  ) {
    this.keptAt = options.clock.now();
  }

  async result(): Promise<SinceLastResult> {
    const { store, rest } = this.options;
    const bytes = store.read();
    const kept = bytes && auditOf(bytes);
    const reason = bytes && this.reasonAgainst(kept?.standing);
    const from = reason === undefined ? kept : undefined;
    this.kept = kept;
    const { digest, changed } = await prefixDigest(this.log, this.ends, kept?.standing.digest, rest);
    if (from && changed.length === 0) {
      const result = await this.audited(digest, from.point);
      const { entries, at } = from.standing;
      if (result.ok) return { ...result, since: { entries, at } };
      return { ...(await this.audited(digest)), since: null, reason: 'something differs' };
    }
    const result = await this.audited(digest, undefined, changed);
    return { ...result, since: null, ...(reason !== undefined && { reason }) };
  }

  /** Undefined where one may go on from there. */
  private reasonAgainst(standing: KeptStanding | undefined): string | undefined {
    const { code, build, witness } = this.options;
    if (!standing) return 'what was kept cannot be read';
    if (standing.code !== code || standing.build !== build) return 'another build checked it before';
    const given = witness?.publicKeys ?? null;
    return JSON.stringify(given) === JSON.stringify(standing.publicKeys)
      ? undefined
      : 'it was held to other keys before';
  }

  private async audited(
    digest: KeptStanding['digest'],
    from?: AuditPoint,
    changed: readonly string[] = [],
  ): Promise<AuditResult> {
    const { code, witness, onProgress } = this.options;
    let sound: AuditPoint | undefined;
    const result = await audit({
      source: this.source(),
      procedures: Object.fromEntries(procedures),
      code,
      ...(witness && { witness }),
      ...(onProgress && { onProgress }),
      ...(from && { from }),
      onStep: (point) => this.step(point, changed.length === 0),
      onSound: (point) => (sound = point),
    });
    const wasLost = result.signatures.lossesAccepted > (this.kept?.point.signatures.keys.losses ?? 0);
    const differences = wasLost ? [] : changed.map((key) => this.changedBehind(key));
    if (differences.length > 0) return { ...result, ok: false, differences: [...differences, ...result.differences] };
    if (sound) this.keep(sound, digest);
    return result;
  }

  /** As it is now: what is appended meanwhile is the next audit's. */
  private source(): EventSource {
    const { log, ends } = this;
    return {
      ends: async (names) =>
        Object.fromEntries(Object.entries(ends).filter(([key]) => names.includes(partitionOfKey(key).topic))),
      read: (range) => log.read(range),
    };
  }

  private async step(point: () => AuditPoint | undefined, mayKeep: boolean): Promise<void> {
    const { clock, rest } = this.options;
    await rest?.();
    const now = clock.now();
    if (!mayKeep || now < this.keptAt + KEPT_EVERY_MS) return;
    const reached = point();
    if (reached) this.keep(reached, (await prefixDigest(this.log, reached.positions, {}, rest)).digest);
    // Where it takes long to keep, it is kept less often.
    this.keptAt = clock.now() + KEPT_AT_TIMES * (clock.now() - now);
  }

  private keep(point: AuditPoint, digest: KeptStanding['digest']): void {
    const { code, build, witness, clock, store } = this.options;
    const { entries, chain } = point;
    const publicKeys = witness?.publicKeys ? [...witness.publicKeys] : null;
    const about = { format: 1 as const, entries, hash: chain.hash, at: clock.now(), code, build, publicKeys };
    try {
      store.write(auditBytes({ standing: { ...about, digest: { ...digest } }, point }));
    } catch {
      // Who may not write there checks all of it each time.
    }
  }

  /** Whoever did all of it again, without the key or with it, changed what was there all the same. */
  private changedBehind(key: string): Difference {
    const { entries = 0, at = 0 } = this.kept?.standing ?? {};
    const expected = `what was checked up to decision ${entries}, ${new Date(at).toISOString()}`;
    return { seq: null, eventId: '(last audit)', field: key, expected, actual: 'other events' };
  }
}
