import {
  ChangeScreened,
  fold,
  GenerationMeasured,
  PromptCandidateDrafted,
  PromptCandidateScreened,
} from '@contentflow/contracts';
import { learningCostOfDay, noSpend, type Spent, withPromptCost, withSpending } from '@contentflow/decisions';
import { DAY_MS } from '@contentflow/kernel';
import { type PromptObservations, spentOnPrompts } from './prompts/prompt-knowledge.ts';

export interface SpendObservations {
  /** What trying and having improvements costs. */
  readonly spent: Spent;
}

export const spentFold = fold<Spent>(() => noSpend)
  .on(PromptCandidateDrafted, (known, { data }) => withPromptCost(known, data))
  .on(PromptCandidateScreened, (known, { data }) => withPromptCost(known, data))
  .on(ChangeScreened, (known, { data }) => withPromptCost(known, data))
  .on(GenerationMeasured, (known, { data, time }) =>
    data.assignment.holdback ? known : withSpending(known, data, time),
  );

export const spentOf = (parts: readonly SpendObservations[]): Spent[] => parts.map(({ spent }) => spent);

/** Money of the day (UTC) that experiments cost beyond their controls, and that trying new prompts cost. */
export const learningCostToday = (parts: readonly (SpendObservations & PromptObservations)[], at: number): number =>
  learningCostOfDay(spentOf(parts), at) +
  spentOnPrompts(
    parts.map(({ prompts }) => prompts),
    at - (at % DAY_MS),
  );
