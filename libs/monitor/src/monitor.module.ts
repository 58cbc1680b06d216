import { Module } from '@nestjs/common';
import { MeasuringController } from './measuring.controller.ts';

/** Watches what is made. */
@Module({ controllers: [MeasuringController] })
export class MonitorModule {}
