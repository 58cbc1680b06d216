import type { z } from 'zod';
import {
  defaultPolicy,
  ExperimentConcluded,
  ExperimentLooked,
  ExperimentRegistered,
  ExperimentStarted,
  improvementIn,
  OperatorIntervened,
  PolicyChanged,
  isRegistered,
  type experimentSchema,
} from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import { moveSameLever } from '@contentflow/recipes';
import {
  beginTest,
  calibratedEvidence,
  endTest,
  type EvidenceControl,
  evidenceNeeded,
  evidenceOfP,
  startEvidenceControl,
} from '@contentflow/statistics';
import type { PolicyState } from './policy.ts';
import { slice } from './slice.ts';

export interface ExperimentsState {
  readonly experiments: Readonly<Record<string, Experiment>>;
  /** The error control over every hypothesis ever tested. */
  readonly errorControl: EvidenceControl;
}

export type Experiment = z.output<typeof experimentSchema>;

const errorControlAt = (level: number): EvidenceControl =>
  startEvidenceControl(Math.min(1 - 1e-9, Math.max(1e-9, level)));

export const experimentsSlice = slice<ExperimentsState>({
  experiments: {},
  errorControl: errorControlAt(defaultPolicy.experiments.falseDiscoveryLevel),
})
  .on(PolicyChanged, ({ errorControl: { tests } }, { policy }) => ({
    errorControl: { ...errorControlAt(policy.experiments.falseDiscoveryLevel), tests },
  }))
  .on(ExperimentRegistered, (state, { basis: _, ...experiment }, at) => {
    const rival = openExperiments(state, experiment.contentType).find(({ change }) =>
      moveSameLever(change, experiment.change),
    );
    if (rival) return `experiment ${rival.experimentId} moves the same`;
    if (ownValue(state.experiments, experiment.experimentId)) return 'registered already';
    if (!isRegistered(experiment)) return 'its registration is not the hash of its design';
    return {
      ...withExperiment(state, { ...experiment, status: 'registered', registeredAt: at, looks: 0 }),
      errorControl: beginTest(state.errorControl, experiment.experimentId),
    };
  })
  .on(ExperimentStarted, (state, { experimentId }, at) => {
    const experiment = ownValue(state.experiments, experimentId);
    if (experiment?.status !== 'registered') return 'a start needs a registration before it';
    return withExperiment(state, { ...experiment, status: 'running', startedAt: at });
  })
  .on(ExperimentLooked, (state, { experimentId, look }) => {
    const experiment = ownValue(state.experiments, experimentId);
    if (experiment?.status !== 'running') return 'a look needs a running experiment';
    return withExperiment(state, { ...experiment, looks: look });
  })
  .on(ExperimentConcluded, (state, { experimentId, verdict, reason, level, metrics, ...concludedAs }, at) => {
    const { units, interactions, aim } = concludedAs;
    const experiment = ownValue(state.experiments, experimentId);
    // What it would compare is gone before anybody was exposed.
    const isOver = experiment?.status === 'registered' && (reason === 'recipe_replaced' || reason === 'superseded');
    if (experiment?.status !== 'running' && !isOver) return 'a verdict needs a running experiment';
    const primary = metrics[experiment.metric];
    // What is tested is "it does not better the metric": a change for the worse is no discovery.
    const isBetter = primary !== undefined && improvementIn(experiment.metric, primary.relative.value) > 0;
    const p = verdict !== 'void' && isBetter ? primary.p : 1;
    // Earlier releases held a p to the level of the registration that is no evidence by itself.
    const ofMetric = level === undefined ? calibratedEvidence(p) : evidenceOfP(p);
    const evidence = verdict === 'void' ? 0 : (concludedAs.evidence ?? ofMetric);
    const concluded: Experiment = {
      ...experiment,
      status: verdict === 'void' ? 'void' : 'concluded',
      verdict,
      reason,
      concludedAt: at,
      ...(level === undefined ? {} : { level }),
      units,
      interactions,
      ...(aim === undefined ? {} : { aim }),
      ...(primary ? { effect: primary.relative } : {}),
    };
    return {
      ...withExperiment(state, concluded),
      errorControl: endTest(state.errorControl, experimentId, evidence, verdict === 'treatment'),
    };
  })
  .on(OperatorIntervened, (state, { action, target }, at) => {
    const experiment = action === 'stop_experiment' ? ownValue(state.experiments, target) : undefined;
    if (!experiment) return {};
    const stopped = { status: 'void', verdict: 'void', reason: 'operator', concludedAt: at } as const;
    return {
      ...withExperiment(state, { ...experiment, ...stopped }),
      errorControl: endTest(state.errorControl, target, 0, false),
    };
  });

type Experiments = Pick<ExperimentsState, 'experiments'>;

const withExperiment = ({ experiments }: Experiments, experiment: Experiment): Experiments => ({
  experiments: { ...experiments, [experiment.experimentId]: experiment },
});

/** Registered or running, of this content type. */
export const openExperiments = ({ experiments }: Experiments, contentType?: string): Experiment[] =>
  Object.values(experiments).filter(
    (each) =>
      (each.status === 'registered' || each.status === 'running') &&
      (contentType === undefined || each.contentType === contentType),
  );

type ErrorControlled = Pick<ExperimentsState, 'errorControl'> & Pick<PolicyState, 'policy'>;

/** The level at which a running experiment is tested now, two-sided; it rises with what is found beside it. */
export const levelOfExperiment = ({ policy, errorControl }: ErrorControlled, experimentId: string): number =>
  Math.min(policy.experiments.alpha, 2 / evidenceNeeded(errorControl, experimentId));

/** The level at which an experiment would be tested that is registered now. */
export const levelOfNextExperiment = ({ policy, errorControl }: ErrorControlled): number =>
  levelOfExperiment({ policy, errorControl: beginTest(errorControl, NEXT) }, NEXT);
const NEXT = 'the next';

/** Whether an experiment ended in favour of what it tried. */
export const isSupported = ({ experiments }: Experiments, experimentId: string): boolean =>
  ownValue(experiments, experimentId)?.status === 'concluded' &&
  ownValue(experiments, experimentId)?.verdict === 'treatment';
