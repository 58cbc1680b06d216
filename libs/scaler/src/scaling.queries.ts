import type { ForecastDocument, ScalingDocument } from '@contentflow/contracts';
import { ProjectionHost } from '@contentflow/nest-platform';
import type { Collection, Page } from '@contentflow/read-model';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { forecasts } from './read-model/forecasts.ts';
import { scalings } from './read-model/scalings.ts';

interface PageQuery {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** The scaler's documents, newest first. */
@Injectable()
export class ScalingQueries implements OnModuleInit {
  private forecastDocuments!: Collection<ForecastDocument>;
  private scalingDocuments!: Collection<ScalingDocument>;

  constructor(private readonly projections: ProjectionHost) {}

  async onModuleInit(): Promise<void> {
    this.forecastDocuments = await this.projections.start(forecasts);
    this.scalingDocuments = await this.projections.start(scalings);
  }

  forecasts({ limit, after }: PageQuery): Promise<Page<ForecastDocument>> {
    return this.forecastDocuments.find({ sort: { by: 'for', descending: true }, limit, ...(after ? { after } : {}) });
  }

  scalings({ limit, after }: PageQuery): Promise<Page<ScalingDocument>> {
    return this.scalingDocuments.find({ sort: { by: 'at', descending: true }, limit, ...(after ? { after } : {}) });
  }
}
