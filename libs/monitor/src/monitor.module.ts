import { notificationsOff } from '@contentflow/nest-platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { AnomalyWatch } from './anomaly-watch.ts';
import { IncidentWatch } from './incident-watch.ts';
import { IncidentsController } from './incidents.controller.ts';
import { MeasuringController } from './measuring.controller.ts';
import { MetricsController } from './metrics.controller.ts';
import { MonitorDocuments } from './monitor-documents.ts';
import { MONITOR_OPTIONS, type MonitorOptions } from './monitor-options.ts';
import { Notifications } from './notifications.ts';
import { NotificationsController } from './notifications.controller.ts';

/**
 * - What comes in: content, what calls named their use for, and all decisions once they stand in the ledger.
 * - What it decides: what is an anomaly, what is done about it, which of what is wrong belongs together, when it is over.
 * - What it remembers: metrics, baselines, failures, anomalies, incidents, and who was told.
 */
@Module({})
export class MonitorModule {
  static of(options: MonitorOptions = { notifications: notificationsOff }): DynamicModule {
    return {
      module: MonitorModule,
      controllers: [MeasuringController, MetricsController, IncidentsController, NotificationsController],
      providers: [
        { provide: MONITOR_OPTIONS, useValue: options },
        AnomalyWatch,
        IncidentWatch,
        MonitorDocuments,
        Notifications,
      ],
    };
  }
}
