import { ownValue } from '@contentflow/kernel';
import type { TokenCounts } from '../model-provider.ts';

export const UNKNOWN_TOKENS: TokenCounts = { tokensIn: NaN, tokensOut: NaN, tokensCached: 0, tokensCacheWrite: 0 };

/**
 * The `usage` of a reply in OpenAI's words, or in those that its imitators have for the same. Of two readings the larger counts: thoughts
 * and cached tokens stand within the other counts at one server and beside them at another, which the total tells.
 */
export function tokenCounts(usage: unknown): TokenCounts {
  if (typeof usage !== 'object' || usage === null) return UNKNOWN_TOKENS;
  const count = (names: readonly string[]): number => largestOf(usage, names);
  const part = (names: readonly string[]): number => largestOf(usage, names) || 0;
  const total = count(TOTAL);
  const cached = part(CACHED);
  const written = part(WRITTEN);
  const thoughts = part(THOUGHTS);
  const completion = count(COMPLETION);
  // Thoughts that are more than all that was answered can only stand beside it, and Gemini's always do.
  const isThoughtBeside = thoughts > completion || part(GEMINI_THOUGHTS) > 0;
  const answered = isThoughtBeside ? completion + thoughts : completion;
  const inside = promptOf(count(PROMPT), completion, total);
  const kept = cached + written;
  const isTold =
    total >= 0
      ? total - inside - answered === kept && kept !== thoughts
      : part(ANTHROPIC_CACHE) > 0 && inside === part(ANTHROPIC_PROMPT);
  const isBeside = inside > 0 && kept > 0 && (kept > inside || isTold);
  // Where all of the prompt was cached, nothing else may be counted of it.
  const tokensIn = isBeside ? inside + kept : inside || kept || NaN;
  return {
    tokensIn: tokensIn > 0 ? tokensIn : NaN,
    tokensOut: larger(answered, total - tokensIn),
    tokensCached: cached,
    tokensCacheWrite: written,
    ...(total > 0 && !(tokensIn > 0) && { tokensInAll: total }),
  };
}

/** What was counted last, but for a count that was lost again on the way. */
export const laterCounts = (before: TokenCounts, after: TokenCounts): TokenCounts => ({
  tokensIn: later(before.tokensIn, after.tokensIn),
  tokensOut: later(before.tokensOut, after.tokensOut),
  tokensCached: later(before.tokensCached, after.tokensCached),
  tokensCacheWrite: later(before.tokensCacheWrite, after.tokensCacheWrite),
  ...((after.tokensInAll ?? before.tokensInAll) && { tokensInAll: after.tokensInAll ?? before.tokensInAll }),
});

/** OpenAI's names, and those of Anthropic, Gemini, Bedrock, Ollama, llama.cpp and Cohere for the same. */
const PROMPT = [
  'prompt_tokens',
  'input_tokens',
  'promptTokenCount',
  'inputTokens',
  'prompt_eval_count',
  'prompt_n',
  'tokens.input_tokens',
  'billed_units.input_tokens',
];
const COMPLETION = [
  'completion_tokens',
  'output_tokens',
  'candidatesTokenCount',
  'outputTokens',
  'eval_count',
  'predicted_n',
  'tokens.output_tokens',
  'billed_units.output_tokens',
];
const TOTAL = ['total_tokens', 'totalTokenCount', 'totalTokens'];
const CACHED = [
  'prompt_tokens_details.cached_tokens',
  'input_tokens_details.cached_tokens',
  'input_token_details.cached_tokens',
  'input_token_details.cache_read',
  'prompt_cache_hit_tokens',
  'cache_read_input_tokens',
  'cached_tokens',
  'num_cached_tokens',
  'cachedContentTokenCount',
  'cacheReadInputTokens',
];
const WRITTEN = [
  'prompt_tokens_details.cache_write_tokens',
  'prompt_tokens_details.cache_creation_tokens',
  'prompt_tokens_details.cached_creation_tokens',
  'prompt_tokens_details.cache_creation_input_tokens',
  'input_tokens_details.cache_write_tokens',
  'input_tokens_details.cache_creation_tokens',
  'input_token_details.cache_creation',
  'cache_creation_input_tokens',
  'cacheWriteInputTokens',
];
const GEMINI_THOUGHTS = ['thoughtsTokenCount'];
const THOUGHTS = [
  'completion_tokens_details.reasoning_tokens',
  'output_tokens_details.reasoning_tokens',
  'output_token_details.reasoning_tokens',
  'reasoning_tokens',
  ...GEMINI_THOUGHTS,
];
/** Anthropic and Bedrock count their cache beside the prompt; where nothing but these names is told, it is as there. */
const ANTHROPIC_PROMPT = ['input_tokens', 'inputTokens'];
const ANTHROPIC_CACHE = [
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'cacheReadInputTokens',
  'cacheWriteInputTokens',
];

/** The largest sound count under these names; NaN where there is none. */
function largestOf(usage: object, names: readonly string[]): number {
  let largest = NaN;
  for (const name of names) {
    const count = countAt(usage, partsOf(name));
    if (!(count <= largest) && !Number.isNaN(count)) largest = count;
  }
  return largest;
}

/** Each name is taken apart once. */
const parts = new Map<string, readonly string[]>();
function partsOf(name: string): readonly string[] {
  const known = parts.get(name) ?? name.split('.');
  parts.set(name, known);
  return known;
}

function countAt(usage: object, path: readonly string[]): number {
  let value: unknown = usage;
  for (const name of path)
    value = typeof value === 'object' && value !== null ? ownValue(value as Record<string, unknown>, name) : undefined;
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MOST_TOKENS
    ? (value as number)
    : NaN;
}
/** More than any model reads or writes: what is beyond was negative, or has no meaning. */
const MOST_TOKENS = 1e9;

/** No request is without a token: a prompt of none was not counted. */
function promptOf(prompt: number, completion: number, total: number): number {
  if (prompt > 0) return prompt;
  return total - completion > 0 ? total - completion : NaN;
}

const larger = (one: number, other: number): number => {
  if (Number.isNaN(one)) return other >= 0 ? other : NaN;
  return other > one ? other : one;
};

const later = (before: number, after: number): number => (after > 0 || Number.isNaN(before) ? after : before);
