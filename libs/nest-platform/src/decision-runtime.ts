import { type DecisionProcedure, makeDecisions } from '@contentflow/decisions';
import { repeatedly } from '@contentflow/kernel';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { FoldHost } from './fold-host.ts';
import type { HostedFold } from './hosted-fold.ts';
import { PLATFORM, type Platform } from './platform.ts';
import { SystemStateReader } from './system-state-reader.ts';

/**
 * Runs procedures: keeps what each needs of the log, asks at its every tick what is due, and appends what it decides.
 * After a restart the same log gives the same state, and nothing is decided before what the log held then has been folded.
 */
@Injectable()
export class DecisionRuntime implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly stopped = new Promise<void>((resolve) =>
    this.stopping.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  private readonly running: Promise<void>[] = [];
  private readonly watching: (() => void)[] = [];

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly system: SystemStateReader,
    private readonly folds: FoldHost,
  ) {}

  /** @returns what the procedure has seen of the log, as it grows */
  async start<State, Evidence>(procedure: DecisionProcedure<State, Evidence>): Promise<HostedFold<State>> {
    const { clock, log } = this.platform;
    const known = await this.folds.start(procedure.name, procedure.fold);
    const isFolded = known.caughtUpTo(await log.ends(procedure.fold.topics));
    const interval = (): number => procedure.every(this.system.current().policy);
    const decide = async (): Promise<void> => {
      await Promise.race([isFolded, this.stopped]);
      if (!this.stopping.signal.aborted) await this.decide(procedure, known);
    };
    this.running.push(repeatedly(clock, interval, this.stopping.signal, decide));
    this.watch(procedure, decide);
    return known;
  }

  /** Before the ledger gives the last decisions their places and signs them. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const unwatch of this.watching) unwatch();
    this.stopping.abort();
    await Promise.all(this.running);
  }

  /** Takes what is due as soon as the ledger says something urgent; what could not be taken then is at the next tick. */
  private watch<State, Evidence>({ urgent }: DecisionProcedure<State, Evidence>, decide: () => Promise<void>): void {
    if (!urgent) return;
    let taken = '';
    const look = (): void => {
      const now = urgent(this.system.current());
      if (now !== '' && now !== taken) this.running.push(decide());
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
