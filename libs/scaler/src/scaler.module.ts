import { Module } from '@nestjs/common';
import { ScalerController } from './scaler.controller.ts';
import { ScalerDecisions } from './scaler-decisions.ts';
import { ScalingExecution } from './scaling-execution.ts';
import { ScalingQueries } from './scaling.queries.ts';

/**
 * - What comes in: reports of load (`LoadObserved`), and its own decisions once they stand in the ledger.
 * - What it decides: forecasts and their grades, how many instances there shall be, on which machines; machines follow.
 * - What it remembers: nothing but what the log says. Its documents: `/v1/forecasts`, `/v1/scaling`.
 */
@Module({ controllers: [ScalerController, ScalingExecution], providers: [ScalingQueries, ScalerDecisions] })
export class ScalerModule {}
