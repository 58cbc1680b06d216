import { PersonalData, PLATFORM, type Platform, Subjects } from '@contentflow/nest-platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { AuditController } from './audit.controller.ts';
import { AUDIT_PROGRAM, BackgroundAudit } from './background-audit.ts';
import { Checkpoints } from './checkpoints.ts';
import { CheckpointsController } from './checkpoints.controller.ts';
import { DeadLettersController } from './dead-letters.controller.ts';
import { DecisionsController } from './decisions.controller.ts';
import { Evolution } from './evolution.ts';
import { EvolutionController } from './evolution.controller.ts';
import { InterventionsController } from './interventions.controller.ts';
import { KeysController } from './keys.controller.ts';
import { OperatorController } from './operator.controller.ts';
import { Retention } from './retention.ts';
import { SubjectsController } from './subjects.controller.ts';
import { Sequencer } from './sequencer.ts';

/** The order of all decisions, and what it tells. */
@Module({
  controllers: [
    AuditController,
    CheckpointsController,
    DeadLettersController,
    DecisionsController,
    EvolutionController,
    InterventionsController,
    KeysController,
    OperatorController,
    SubjectsController,
  ],
  providers: [
    Sequencer,
    Checkpoints,
    BackgroundAudit,
    Evolution,
    Retention,
    {
      provide: Subjects,
      useFactory: ({ log }: Platform, personal: PersonalData) => new Subjects(log, personal),
      inject: [PLATFORM, PersonalData],
    },
  ],
})
export class LedgerModule {
  /** With a program that audits in the background. */
  static auditedBy(program: URL): DynamicModule {
    return { module: LedgerModule, providers: [{ provide: AUDIT_PROGRAM, useValue: program }] };
  }
}
