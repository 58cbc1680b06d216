import type { AccountBalance, TargetStatus } from '@contentflow/language-models';
import { budgetOf, KnownKeys, MODELS, type Models, PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Controller, Get, Inject } from '@nestjs/common';

interface Items<Item> {
  readonly items: readonly Item[];
  readonly next: null;
}

/** How the way to the models is: what is open, what waits, and what money is left. */
@Controller('v1')
export class ProvidersController {
  constructor(
    @Inject(MODELS) private readonly models: Models,
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly keys: KnownKeys,
  ) {}

  /** As this process sees them: each has breakers and limits of its own. The log tells of those of all. */
  @Get('providers')
  providers(): Items<TargetStatus & { readonly worker: string }> {
    const worker = this.platform.instance;
    return { items: this.models.gateway.targets().map((target) => ({ ...target, worker })), next: null };
  }

  /** The day's, of all processes together. */
  @Get('budgets')
  async budgets(): Promise<Items<AccountBalance>> {
    const bounded = [...this.keys.all().values()].flatMap((key) => budgetOf(key) ?? []);
    // Keys that took each other's place have one account.
    const accounts = [...new Map(bounded.map((each) => [each.account, each])).values()];
    return { items: (await this.models.budgets?.today(accounts)) ?? [], next: null };
  }
}
