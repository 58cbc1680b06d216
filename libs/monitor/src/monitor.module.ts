import { Module } from '@nestjs/common';
import { AnomalyWatch } from './anomaly-watch.ts';
import { MeasuringController } from './measuring.controller.ts';

/** Watches what is made. */
@Module({ controllers: [MeasuringController], providers: [AnomalyWatch] })
export class MonitorModule {}
