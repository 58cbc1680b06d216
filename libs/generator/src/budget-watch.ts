import { BudgetReached, newEvent } from '@contentflow/contracts';
import { causeKey } from '@contentflow/decisions';
import { ownValue, repeatedly, SECOND_MS } from '@contentflow/kernel';
import type { AccountBalance } from '@contentflow/language-models';
import { MODELS, type Models, PLATFORM, type Platform, SystemStateReader } from '@contentflow/nest-platform';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { GENERATOR_OPTIONS, type GeneratorOptions } from './generator-options.ts';

const LOOK_EVERY_MS = 10 * SECOND_MS;
const NEARLY_SPENT = 0.8;

/** Says so in the ledger when 80 % of a budget of the day are spent, and when no more calls fit in. Of callers, whom the configuration names. */
@Injectable()
export class BudgetWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MODELS) private readonly models: Models,
    @Inject(GENERATOR_OPTIONS) private readonly options: GeneratorOptions,
    private readonly system: SystemStateReader,
  ) {}

  onApplicationBootstrap(): void {
    const { budgets } = this.models;
    if (!budgets) return;
    const look = (): Promise<void> =>
      this.look(budgets).catch((error: unknown) =>
        this.platform.logger.error({ err: error }, 'the budgets could not be looked at'),
      );
    this.running = repeatedly(this.platform.clock, () => LOOK_EVERY_MS, this.stopping.signal, look);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async look(budgets: NonNullable<Models['budgets']>): Promise<void> {
    const { clock, log } = this.platform;
    const time = clock.now();
    const day = new Date(time).toISOString().slice(0, 10);
    const exhausted = new Set(budgets.exhausted());
    const reached = (await budgets.today())
      .filter(({ account }) => this.isTold(account))
      .flatMap((balance) => {
        const percent = percentOf(balance, exhausted.has(balance.account));
        return percent === undefined || this.isKnown(balance.account, day, percent) ? [] : [{ ...balance, percent }];
      });
    const events = reached.map(({ account, percent, limitUsd, spentUsd }) =>
      newEvent(BudgetReached, {
        subject: account,
        time,
        // The same whichever process says it.
        cause: { id: `budget:${account}:${day}:${percent}` },
        data: { account, day, percent, limitUsd, spentUsd },
      }),
    );
    if (events.length > 0) await log.append(events);
  }

  /** Names of callers that nobody has set are their own words. */
  private isTold(account: string): boolean {
    const [kind, ...name] = account.split('/');
    return kind !== 'caller' || (this.options.namedCallers ?? []).includes(name.join('/'));
  }

  private isKnown(account: string, day: string, percent: 80 | 100): boolean {
    const key = (of: 80 | 100): string => causeKey({ kind: 'budget', of: account, percent: of, day });
    const { alertsByCause } = this.system.current();
    return ownValue(alertsByCause, key(percent)) !== undefined || ownValue(alertsByCause, key(100)) !== undefined;
  }
}

function percentOf({ limitUsd, spentUsd }: AccountBalance, isExhausted: boolean): 80 | 100 | undefined {
  if (spentUsd < NEARLY_SPENT * limitUsd || limitUsd === 0) return undefined;
  return isExhausted || spentUsd >= limitUsd ? 100 : 80;
}
