import { Module } from '@nestjs/common';
import { ScalerController } from './scaler.controller.ts';
import { ScalerDecisions } from './scaler-decisions.ts';
import { ScalingExecution } from './scaling-execution.ts';
import { ScalingQueries } from './scaling.queries.ts';

/** In come reports of load; out go forecasts, their grades, and how many instances there shall be; machines follow. */
@Module({ controllers: [ScalerController, ScalingExecution], providers: [ScalingQueries, ScalerDecisions] })
export class ScalerModule {}
