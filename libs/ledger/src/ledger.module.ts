import { Module } from '@nestjs/common';
import { DeadLettersController } from './dead-letters.controller.ts';
import { DecisionsController } from './decisions.controller.ts';
import { Evolution } from './evolution.ts';
import { EvolutionController } from './evolution.controller.ts';
import { InterventionsController } from './interventions.controller.ts';
import { KeysController } from './keys.controller.ts';
import { OperatorController } from './operator.controller.ts';
import { SubjectsController } from './subjects.controller.ts';
import { Sequencer } from './sequencer.ts';

/** The order of all decisions, and what it tells. */
@Module({
  controllers: [
    DeadLettersController,
    DecisionsController,
    EvolutionController,
    InterventionsController,
    KeysController,
    OperatorController,
    SubjectsController,
  ],
  providers: [Sequencer, Evolution],
})
export class LedgerModule {}
