import { type DecisionProcedure, makeDecisions } from '@contentflow/decisions';
import { repeatedly } from '@contentflow/kernel';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { FoldHost } from './fold-host.ts';
import type { HostedFold } from './hosted-fold.ts';
import { PLATFORM, type Platform } from './platform.ts';
import { SystemStateReader } from './system-state-reader.ts';

/**
 * Runs procedures: keeps what each needs of the log, asks at its every tick what is due, and appends what it decides.
 * After a restart the same log gives the same state.
 */
@Injectable()
export class DecisionRuntime implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>[] = [];
  private readonly watching: (() => void)[] = [];

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly system: SystemStateReader,
    private readonly folds: FoldHost,
  ) {}

  /** @returns what the procedure has seen of the log, as it grows */
  async start<State, Evidence>(procedure: DecisionProcedure<State, Evidence>): Promise<HostedFold<State>> {
    const known = await this.folds.start(procedure.name, procedure.fold);
    const interval = (): number => procedure.every(this.system.current().policy);
    this.running.push(
      repeatedly(this.platform.clock, interval, this.stopping.signal, () => this.decide(procedure, known)),
    );
    this.watch(procedure, known);
    return known;
  }

  /** Before the ledger gives the last decisions their places and signs them. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const unwatch of this.watching) unwatch();
    this.stopping.abort();
    await Promise.all(this.running);
  }

  /** Takes what is due as soon as the ledger says something urgent; what could not be taken then is at the next tick. */
  private watch<State, Evidence>(procedure: DecisionProcedure<State, Evidence>, known: HostedFold<State>): void {
    const { urgent } = procedure;
    if (!urgent) return;
    let taken = '';
    const look = (): void => {
      const now = urgent(this.system.current());
      if (now !== '' && now !== taken) this.running.push(this.decide(procedure, known));
      taken = now;
    };
    this.watching.push(this.system.onChange(look));
    look();
  }

  /** Takes what is due now. A failure is logged and the next tick tries again: one bad tick stops nothing else. */
  private async decide<State, Evidence>(
    procedure: DecisionProcedure<State, Evidence>,
    known: HostedFold<State>,
  ): Promise<void> {
    const { clock, code, log, logger } = this.platform;
    try {
      if (procedure.prepare) await procedure.prepare();
      const circumstances = { at: clock.now(), code };
      const ledger = this.system.positions();
      const decisions = makeDecisions(procedure, known.folded(), this.system.current(), ledger, circumstances);
      if (decisions.length > 0) await log.append(decisions);
    } catch (error) {
      logger.error({ err: error, procedure: procedure.name }, 'a decision could not be taken');
    }
  }
}
