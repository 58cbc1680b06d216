import type { AccountBalance, TargetStatus } from '@contentflow/language-models';
import { MODELS, type Models, PLATFORM, type Platform } from '@contentflow/nest-platform';
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
    return { items: (await this.models.budgets?.today()) ?? [], next: null };
  }
}
