import type { Clock } from '@contentflow/kernel';
import type { BudgetReservation, Budgets } from '../budgets/budgets.ts';
import { type Payer, reserved } from '../budgets/spending-limit.ts';
import type { CallRecord } from '../gateway/gateway-call.ts';
import { consequenceOf } from '../gateway/retry.ts';
import { asProviderError } from '../model-provider.ts';
import { estimatedTokens } from '../tokens.ts';
import type { Embedder, Vector } from './embedder.ts';

/** The provider of embeddings, in the records of calls. */
export const EMBEDDINGS = 'embeddings';

/** Above what any hosted embedding model costs per million tokens; stands in where no price is configured. Source: price lists of OpenAI, Google, Voyage and Cohere, November 2026 */
export const ASSUMED_EMBEDDING_USD = 0.2;

/** A text as a point, and what finding it took. */
export interface Embedded {
  /** Undefined where the call failed, or no money was left for it. */
  readonly vector?: Vector;
  /** Undefined where no call was made. */
  readonly call?: Omit<CallRecord, 'cache'>;
}

/** An embedder whose calls are priced, held to budgets and recorded like those of any other model. */
export interface MeteredEmbeddings {
  readonly evenOddsAt: number;
  /** Never throws: without a vector words alone are compared. */
  embed(text: string, payer: Payer, waiting: Waiting): Promise<Embedded>;
}
type Waiting = Parameters<Budgets['reserve']>[2];

export interface MeteredEmbeddingsOptions {
  readonly embedder: Embedder;
  readonly clock: Clock;
  readonly budgets?: Budgets | undefined;
  readonly onFailed?: (error: unknown) => void;
}

export function meteredEmbeddings({ embedder, clock, budgets, onFailed }: MeteredEmbeddingsOptions): MeteredEmbeddings {
  const { model, evenOddsAt, usdPerMillionInput } = embedder;
  const price = usdPerMillionInput ?? ASSUMED_EMBEDDING_USD;
  const costOf = (tokens: number): number => (tokens * price) / 1e6;

  return {
    evenOddsAt,
    embed: async (text, payer, waiting) => {
      const askedAt = clock.now();
      // A token of a byte-level vocabulary stands for a byte or more.
      const worstCase = costOf(Buffer.byteLength(text) + 8);
      let reservation: BudgetReservation | undefined;
      try {
        reservation = await reserved(budgets, payer, worstCase, () => waiting);
      } catch (error) {
        onFailed?.(error);
        return {};
      }
      const calledAt = clock.now();
      const callOf = (outcome: CallRecord['outcome'], tokensIn: number, cost: number): Embedded['call'] => {
        const timeMs = clock.now() - calledAt;
        return {
          provider: EMBEDDINGS,
          model,
          attempt: 1,
          tokensIn,
          tokensOut: 0,
          cost,
          timeToFirstTokenMs: timeMs,
          timeMs,
          waitMs: calledAt - askedAt,
          outcome,
          simulated: false,
          ...(usdPerMillionInput === undefined && { priceUnknown: true as const }),
        };
      };
      try {
        const { vectors, tokensIn } = await embedder.embed([text]);
        await reservation?.settle(costOf(tokensIn));
        return { vector: vectors[0] as Vector, call: callOf('ok', tokensIn, costOf(tokensIn)) as CallRecord };
      } catch (error) {
        onFailed?.(error);
        const { failure } = asProviderError(error);
        const { mayCost } = consequenceOf(failure);
        await reservation?.settle(mayCost ? worstCase : 0);
        const tokens = estimatedTokens(text);
        return { call: callOf(failure, tokens, mayCost ? costOf(tokens) : 0) as CallRecord };
      }
    },
  };
}
