import { Module } from '@nestjs/common';
import { DecisionsController } from './decisions.controller.ts';
import { Evolution } from './evolution.ts';
import { EvolutionController } from './evolution.controller.ts';
import { InterventionsController } from './interventions.controller.ts';
import { OperatorController } from './operator.controller.ts';
import { Sequencer } from './sequencer.ts';

/** The order of all decisions, and what it tells. */
@Module({
  controllers: [DecisionsController, EvolutionController, InterventionsController, OperatorController],
  providers: [Sequencer, Evolution],
})
export class LedgerModule {}
