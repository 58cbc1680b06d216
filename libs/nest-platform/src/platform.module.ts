import { type DynamicModule, Global, Module } from '@nestjs/common';
import { KnownKeys } from './access/known-keys.ts';
import { LOGIN, type Login } from './access/login.ts';
import { SessionController } from './access/session.controller.ts';
import { DeadLetters } from './dead-letters.ts';
import { DecisionRuntime } from './decision-runtime.ts';
import { FoldHost } from './fold-host.ts';
import { DocumentsController } from './http/documents.controller.ts';
import { HealthController } from './http/health.controller.ts';
import { LeanRoutes } from './http/lean-routes.ts';
import { PersonalData } from './personal/personal-data.ts';
import { MACHINES, type Machines, MODELS, type Models, PLATFORM, type Platform } from './platform.ts';
import { ProjectionHost } from './projection-host.ts';
import { ReadinessCheck } from './readiness-check.ts';
import { StateFigures } from './state-figures.ts';
import { SystemStateReader } from './system-state-reader.ts';

/** What every service's module may inject. */
@Global()
@Module({})
export class PlatformModule {
  static of(platform: Platform, models: Models, machines: Machines, login?: Login): DynamicModule {
    return {
      module: PlatformModule,
      controllers: [HealthController, DocumentsController, SessionController],
      providers: [
        { provide: PLATFORM, useValue: platform },
        { provide: MODELS, useValue: models },
        { provide: MACHINES, useValue: machines },
        { provide: LOGIN, useValue: login ?? null },
        DeadLetters,
        FoldHost,
        KnownKeys,
        LeanRoutes,
        PersonalData,
        SystemStateReader,
        DecisionRuntime,
        ProjectionHost,
        ReadinessCheck,
        StateFigures,
      ],
      exports: [
        PLATFORM,
        MODELS,
        MACHINES,
        DeadLetters,
        FoldHost,
        KnownKeys,
        LeanRoutes,
        PersonalData,
        SystemStateReader,
        DecisionRuntime,
        ProjectionHost,
      ],
    };
  }
}
