import { type AuditStanding, Topic } from '@contentflow/contracts';
import { messageOf, MINUTE_MS, repeatedly } from '@contentflow/kernel';
import { build, observeAudit, PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Difference, endOf } from './domain/event-source.ts';
import { Sequencer } from './sequencer.ts';

/** Which log the thread is to audit, and as what. */
export interface AuditTask {
  readonly file: string;
  readonly code: string;
  readonly build?: string;
  /** What it told the last time, where nothing is kept in the folder. */
  readonly kept?: Uint8Array;
}

/** What the thread tells at its end. */
export interface AuditReport {
  readonly ok: boolean;
  readonly entries: number;
  readonly differences: number;
  readonly first: Difference | null;
  readonly kept?: Uint8Array;
}

/** The file of the thread that audits: the ledger itself does not know how others decide. */
export const AUDIT_THREAD = Symbol('ledger.audit-thread');

/** After the one before, and after the start. */
const EVERY_MS = 10 * MINUTE_MS;

/** Checks the ledger all the time: on a thread that rests more than it works, what came since the last time. */
@Injectable()
export class BackgroundAudit implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private forget: (() => void) | undefined;
  private thread: Worker | undefined;
  private kept: Uint8Array | undefined;
  private said: Omit<AuditStanding, 'entries'>;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly sequencer: Sequencer,
    @Optional() @Inject(AUDIT_THREAD) private readonly file: URL | undefined,
  ) {
    const state = this.isOn() ? 'waiting' : 'off';
    this.said = { state, verifiedTo: null, differences: 0, first: null };
  }

  onApplicationBootstrap(): void {
    if (!this.isOn()) return;
    this.forget = observeAudit(() => this.said);
    const audit = (): Promise<void> => this.auditIfOurs();
    this.running = repeatedly(this.platform.clock, () => EVERY_MS, this.stopping.signal, audit);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.forget?.();
    await this.thread?.terminate();
    await this.running;
  }

  async standing(): Promise<AuditStanding> {
    return { ...this.said, entries: await endOf(this.platform.storedLog, Topic.ledger) };
  }

  /** Audits now, once. */
  async audit(): Promise<void> {
    const { logger, clock } = this.platform;
    this.said = { ...this.said, state: 'running' };
    try {
      const report = await this.report();
      if (report.kept) this.kept = report.kept;
      const { ok, entries: seq, differences, first } = report;
      if (!ok) logger.error({ differences, first }, 'an audit of the ledger differs');
      this.said = {
        state: ok ? 'verified' : 'differs',
        verifiedTo: ok ? { seq, at: clock.now() } : this.said.verifiedTo,
        differences,
        first: first && inWords(first),
      };
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      logger.error({ err: error }, 'the ledger could not be audited');
      this.said = { ...this.said, state: 'failed', first: messageOf(error) };
    }
  }

  private isOn(): boolean {
    return this.file !== undefined && this.platform.folder !== undefined;
  }

  /** Of several processes on a folder the one that orders the decisions. */
  private async auditIfOurs(): Promise<void> {
    if (this.sequencer.isTheOne) await this.audit();
  }

  private report(): Promise<AuditReport> {
    const { folder = '', code } = this.platform;
    const task: AuditTask = { file: join(folder, 'log.sqlite'), code, ...(build !== undefined && { build }) };
    const thread = new Worker(this.file as URL, { workerData: { ...task, ...(this.kept && { kept: this.kept }) } });
    this.thread = thread;
    return new Promise((resolve, reject) => {
      thread.on('message', resolve);
      thread.on('error', reject);
      thread.on('exit', (exit) => reject(new Error(`the audit's thread ended with ${exit}`)));
    });
  }
}

const inWords = ({ seq, eventId, field }: Difference): string => `entry ${seq ?? '–'}, event ${eventId}: ${field}`;
