import { Module } from '@nestjs/common';
import { Sequencer } from './sequencer.ts';

/** The order of all decisions, and what it tells. */
@Module({ providers: [Sequencer] })
export class LedgerModule {}
