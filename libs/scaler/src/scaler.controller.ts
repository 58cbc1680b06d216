import { type ForecastDocument, pageSchema, type ScalingDocument } from '@contentflow/contracts';
import { MACHINES, type Machines, PLATFORM, type Platform, SystemStateReader, valid } from '@contentflow/nest-platform';
import type { Page } from '@contentflow/read-model';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { z } from 'zod';
import { ScalingQueries } from './scaling.queries.ts';

type Marked<Doc> = Doc & { readonly simulated: boolean };
type PageQuery = z.output<typeof pageSchema>;

@Controller('v1')
export class ScalerController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MACHINES) private readonly machines: Machines,
    private readonly system: SystemStateReader,
    private readonly queries: ScalingQueries,
  ) {}

  @Get('forecasts')
  async forecasts(@Query(valid(pageSchema)) query: PageQuery): Promise<Page<Marked<ForecastDocument>>> {
    return this.marked(await this.queries.forecasts(query));
  }

  @Get('scaling')
  async scalings(@Query(valid(pageSchema)) query: PageQuery): Promise<Page<Marked<ScalingDocument>>> {
    return this.marked(await this.queries.scalings(query));
  }

  /** How many instances there shall be and how many there are: for executors that ask instead of being told. */
  @Get('scaling/desired')
  desired(): { desired: number; running: number; executor: string; ledgerPosition: number; simulated: boolean } {
    const { instances, position } = this.system.current();
    const { executor } = this.machines;
    const { simulated } = this.platform;
    return { desired: instances, running: this.machines.instances(), executor, ledgerPosition: position, simulated };
  }

  private marked<Doc>({ items, next }: Page<Doc>): Page<Marked<Doc>> {
    return { items: items.map((item) => ({ ...item, simulated: this.platform.simulated })), next };
  }
}
