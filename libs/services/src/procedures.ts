import type { DecisionProcedure } from '@contentflow/decisions';
import {
  literalProcedures as literalFeedback,
  procedures as feedbackLearner,
} from '@contentflow/feedback-learner/procedures';
import { procedures as generator } from '@contentflow/generator/procedures';
import { procedures as monitor } from '@contentflow/monitor/procedures';
import { literalOptimizer, procedures as optimizer } from '@contentflow/optimizer/procedures';
import { procedures as scaler } from '@contentflow/scaler/procedures';

/** How every decision is taken, for audits: without the services that take them, which take a second to load. */
export const procedures: ReadonlyMap<string, DecisionProcedure> = new Map(
  [...generator, ...feedbackLearner, ...monitor, ...optimizer, ...scaler, literalOptimizer, ...literalFeedback].map(
    (each) => [each.name, each],
  ),
);
