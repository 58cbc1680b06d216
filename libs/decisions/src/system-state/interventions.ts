import {
  type answerSchema,
  HypothesisProposed,
  ImprovementExpired,
  OperatorIntervened,
  type pinSchema,
  ProposalExpired,
} from '@contentflow/contracts';
import { ownValue, withoutOwnValue } from '@contentflow/kernel';
import type { z } from 'zod';
import { type InterventionTarget, objectionTo } from './intervention-objections.ts';
import { slice } from './slice.ts';

/** What people said of single proposals and levers. */
export interface InterventionsState {
  /** By id of the proposal: a hypothesis, an adjustment, or the improvement whose re-test it is. */
  readonly answers: Readonly<Record<string, Answer>>;
  /** By `TYPE/LEVER`: the system leaves these alone. */
  readonly pins: Readonly<Record<string, Pin>>;
}

export type Answer = z.output<typeof answerSchema>;
export type Pin = z.output<typeof pinSchema>;

export const pinKey = (contentType: string, lever: string): string => `${contentType}/${lever}`;

export const isPinned = (
  { pins }: Pick<InterventionsState, 'pins'>,
  contentType: string | undefined,
  lever: string,
): boolean => contentType !== undefined && Object.hasOwn(pins, pinKey(contentType, lever));

type VisibleState = InterventionsState & InterventionTarget;

export const interventionsSlice = slice<InterventionsState, VisibleState>({ answers: {}, pins: {} })
  .on(OperatorIntervened, (state, intervention, at) => {
    const objection = objectionTo(state, intervention);
    if (objection) return objection.reason;
    const { action, target, contentType, lever, by, reason } = intervention;
    if (action === 'approve' || action === 'refuse')
      return answered(state, target, { answer: action === 'approve' ? 'approved' : 'refused', by, reason, at });
    if (contentType === undefined || lever === undefined) return {};
    if (action === 'pin')
      return { pins: { ...state.pins, [pinKey(contentType, lever)]: { contentType, lever, by, reason, at } } };
    if (action !== 'unpin') return {};
    return { pins: withoutOwnValue(state.pins, pinKey(contentType, lever)) };
  })
  .on(ProposalExpired, (state, { proposalId, reason }, at) =>
    answered(state, proposalId, { answer: 'expired', by: 'system', reason, at }),
  )
  // What is proposed again is not answered by what was said before.
  .on(HypothesisProposed, (state, { hypothesisId }) => unanswered(state, hypothesisId))
  .on(ImprovementExpired, (state, { improvementId }) => unanswered(state, improvementId));

const answered = ({ answers }: InterventionsState, id: string, answer: Answer): Partial<InterventionsState> => ({
  answers: { ...answers, [id]: answer },
});

const unanswered = ({ answers }: InterventionsState, id: string): Partial<InterventionsState> =>
  ownValue(answers, id) ? { answers: withoutOwnValue(answers, id) } : {};
