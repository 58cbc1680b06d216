import { ownValue } from '@contentflow/kernel';
import {
  type EventData,
  ExperimentConcluded,
  ExperimentRegistered,
  HypothesisProposed,
  HypothesisRefuted,
  ImprovementApplied,
  OperatorIntervened,
  ProposalExpired,
} from '@contentflow/contracts';
import type { Experiment, ExperimentsState } from './experiments.ts';
import { slice } from './slice.ts';

export interface HypothesesState {
  readonly hypotheses: Readonly<Record<string, Hypothesis>>;
}

export interface Hypothesis extends Omit<EventData<typeof HypothesisProposed>, 'basis'> {
  readonly status: 'proposed' | 'testing' | 'supported' | 'refuted' | 'refused';
  readonly proposedAt: number;
  readonly refutedAt?: number;
}

type VisibleState = HypothesesState & Pick<ExperimentsState, 'experiments'>;

export const hypothesesSlice = slice<HypothesesState, VisibleState>({ hypotheses: {} })
  .on(HypothesisProposed, (state, { basis: _, ...hypothesis }, at) =>
    isHypothesisOpen(ownValue(state.hypotheses, hypothesis.hypothesisId))
      ? 'the hypothesis is open already'
      : withHypothesis(state, { ...hypothesis, status: 'proposed', proposedAt: at }),
  )
  .on(HypothesisRefuted, (state, { hypothesisId }, at) => {
    const hypothesis = ownValue(state.hypotheses, hypothesisId);
    return hypothesis
      ? withHypothesis(state, { ...hypothesis, status: 'refuted', refutedAt: at })
      : 'no such hypothesis';
  })
  .on(ExperimentRegistered, (state, { origin }) => withStatusOf(state, origin, 'testing'))
  // A void trial says nothing of what it tested, so that waits for another.
  .on(ExperimentConcluded, (state, { experimentId, verdict }) =>
    verdict === 'void' ? withStatusOf(state, ownValue(state.experiments, experimentId)?.origin, 'proposed') : {},
  )
  .on(ImprovementApplied, (state, { experimentId }) =>
    withStatusOf(state, ownValue(state.experiments, experimentId)?.origin, 'supported'),
  )
  .on(OperatorIntervened, (state, { action, target }) => {
    if (action === 'refuse') return refused(state, target);
    return action === 'stop_experiment'
      ? withStatusOf(state, ownValue(state.experiments, target)?.origin, 'refused')
      : {};
  })
  .on(ProposalExpired, (state, { proposalId }) => refused(state, proposalId));

const refused = (state: VisibleState, id: string): Partial<HypothesesState> =>
  withStatusOf(state, { kind: 'hypothesis', id }, 'refused');

const isHypothesisOpen = (hypothesis: Hypothesis | undefined): boolean =>
  hypothesis?.status === 'proposed' || hypothesis?.status === 'testing';

const withHypothesis = ({ hypotheses }: HypothesesState, hypothesis: Hypothesis): HypothesesState => ({
  hypotheses: { ...hypotheses, [hypothesis.hypothesisId]: hypothesis },
});

/** Of the hypothesis that an experiment puts to the test; other experiments test none. */
function withStatusOf(
  state: HypothesesState,
  origin: Experiment['origin'] | undefined,
  status: Hypothesis['status'],
): Partial<HypothesesState> {
  const hypothesis = origin?.kind === 'hypothesis' ? ownValue(state.hypotheses, origin.id) : undefined;
  return hypothesis ? withHypothesis(state, { ...hypothesis, status }) : {};
}
