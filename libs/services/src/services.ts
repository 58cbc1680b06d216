import { systemState } from '@contentflow/decisions';
import type { Document, Fold, Projection } from '@contentflow/kernel';
import {
  adjustmentDocuments,
  FeedbackLearnerModule,
  learning,
  literalProcedures as literalFeedback,
  lastWords,
  ratedContents,
} from '@contentflow/feedback-learner';
import {
  batches,
  contents,
  folds as generatorFolds,
  type GeneratorOptions,
  GeneratorModule,
} from '@contentflow/generator';
import { folds as ledgerFolds, LedgerModule, projections as ledger } from '@contentflow/ledger';
import {
  folds as monitorFolds,
  MonitorModule,
  type MonitorOptions,
  projections as monitored,
} from '@contentflow/monitor';
import { literalOptimizer, looks, modelOutcomes, OptimizerModule } from '@contentflow/optimizer';
import { forecasts, ScalerModule, scalings } from '@contentflow/scaler';
import { apiKeys } from '@contentflow/nest-platform';
import type { DynamicModule, Type } from '@nestjs/common';
import { auditProgram } from './audit/background.ts';
import { procedures } from './procedures.ts';

/**
 * All six services, for one process. The ledger comes first: what the others say at their start is put in order.
 * @param watched  whom the monitor tells of incidents; nobody where left out
 * @param rules by which optimizer and feedback learner decide; `literal` is a baseline to measure against
 */
export function allServices(
  options: GeneratorOptions,
  watched?: MonitorOptions,
  rules: 'own' | 'literal' = 'own',
): (Type | DynamicModule)[] {
  const isLiteral = rules === 'literal';
  return [
    LedgerModule.auditedBy(auditProgram),
    GeneratorModule.of(options),
    MonitorModule.of(watched),
    OptimizerModule.of(isLiteral ? literalOptimizer : undefined),
    FeedbackLearnerModule.of(isLiteral ? literalFeedback : undefined),
    ScalerModule,
  ];
}

/** What processes keep folded, by the name that it goes by in the dead letters. */
export const folds: ReadonlyMap<string, Fold<unknown>> = new Map<string, Fold<unknown>>([
  ['system-state', systemState],
  ['api-keys', apiKeys],
  ...Object.entries<Fold<unknown>>({ ...generatorFolds, ...monitorFolds, ...ledgerFolds }),
  ...[...procedures].map(([name, { fold }]) => [name, fold] as const),
]);

const literal = new Set([literalOptimizer, ...literalFeedback].map(({ name }) => name));
/** Of these, what a process keeps that decides by its own rules. */
export const ownFolds: ReadonlyMap<string, Fold<unknown>> = new Map([...folds].filter(([name]) => !literal.has(name)));

/** The documents of each service, for rebuilds. */
export const projectionsOf: Readonly<Record<string, readonly Projection<Document>[]>> = {
  generator: [contents, batches],
  monitor: monitored,
  ledger,
  optimizer: [looks, modelOutcomes],
  'feedback-learner': [ratedContents, lastWords, adjustmentDocuments, learning],
  scaler: [forecasts, scalings],
};
