import { type AuditStanding, Topic } from '@contentflow/contracts';
import { messageOf, MINUTE_MS, repeatedly } from '@contentflow/kernel';
import { build, observeAudit, PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Difference, endOf } from './domain/event-source.ts';
import { Sequencer } from './sequencer.ts';

/** Which log is to be audited, and as what. */
export interface AuditTask {
  readonly file: string;
  readonly code: string;
  readonly build?: string;
  /** What it told the last time, where nothing is kept in the folder. */
  readonly kept?: Uint8Array;
}

/** What the audit's process tells at its end. */
export interface AuditReport {
  readonly ok: boolean;
  readonly entries: number;
  readonly differences: number;
  readonly first: Difference | null;
  readonly kept?: Uint8Array;
}

/** The program that audits: the ledger itself does not know how others decide. */
export const AUDIT_PROGRAM = Symbol('ledger.audit-program');

/** An audit holds what it has folded and little else: V8 and the allocator would keep several times as much for speed. */
const MEMORY = { flags: ['--max-old-space-size=512', '--max-semi-space-size=4'], env: { MALLOC_ARENA_MAX: '1' } };

/** After the one before, and after the start. */
const EVERY_MS = 10 * MINUTE_MS;

/** Checks the ledger all the time, what came since the last time: in a process that rests more than it works, and gives its memory back. */
@Injectable()
export class BackgroundAudit implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private forget: (() => void) | undefined;
  private child: ChildProcess | undefined;
  private kept: Uint8Array | undefined;
  private said: Omit<AuditStanding, 'entries'>;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly sequencer: Sequencer,
    @Optional() @Inject(AUDIT_PROGRAM) private readonly program: URL | undefined,
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
    this.child?.kill('SIGKILL');
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
    return this.program !== undefined && this.platform.folder !== undefined;
  }

  /** Of several processes on a folder the one that orders the decisions. */
  private async auditIfOurs(): Promise<void> {
    if (this.sequencer.isTheOne) await this.audit();
  }

  private report(): Promise<AuditReport> {
    const { folder = '', code } = this.platform;
    const task: AuditTask = { file: join(folder, 'log.sqlite'), code, ...(build !== undefined && { build }) };
    const child = fork(fileURLToPath(this.program as URL), [], {
      execArgv: [...process.execArgv, ...MEMORY.flags],
      env: { ...process.env, ...MEMORY.env },
      serialization: 'advanced',
    });
    this.child = child;
    child.send({ ...task, ...(this.kept && { kept: this.kept }) });
    return new Promise((resolve, reject) => {
      child.on('message', (report) => resolve(report as AuditReport));
      child.on('error', reject);
      child.on('exit', (exit, signal) => reject(new Error(`the audit's process ended with ${exit ?? signal}`)));
    });
  }
}

const inWords = ({ seq, eventId, field }: Difference): string => `entry ${seq ?? '–'}, event ${eventId}: ${field}`;
