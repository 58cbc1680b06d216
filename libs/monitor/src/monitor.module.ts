import { Module } from '@nestjs/common';
import { AnomalyWatch } from './anomaly-watch.ts';
import { MeasuringController } from './measuring.controller.ts';
import { MetricsController } from './metrics.controller.ts';
import { MonitorDocuments } from './monitor-documents.ts';

/** Watches what is made. */
@Module({ controllers: [MeasuringController, MetricsController], providers: [AnomalyWatch, MonitorDocuments] })
export class MonitorModule {}
