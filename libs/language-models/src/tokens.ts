import type { ModelMessage, ModelRequest } from './model-provider.ts';

/** Role and separators of a message, in any chat format. */
const TOKENS_PER_MESSAGE = 8;

/** About how many tokens a text has: four characters each, as usual for English. For limits and displays. */
export const estimatedTokens = (text: string): number => Math.ceil(text.length / 4);

export const estimatedTokensIn = (messages: readonly ModelMessage[]): number =>
  messages.reduce((sum, { content }) => sum + TOKENS_PER_MESSAGE + estimatedTokens(content), 0);

/**
 * More tokens than a request will be counted as: two bytes of UTF-8 each, where byte-pair encodings of the hosted
 * models average 2.5 to 4.5 in any language. Budgets reserve by it.
 */
export function worstCaseTokensIn(request: ModelRequest): number {
  let bytes = 0;
  for (const message of request.messages) bytes += 2 * TOKENS_PER_MESSAGE + utf8Bytes(message.content);
  for (const message of request.messages) if (message.toolCalls) bytes += JSON.stringify(message.toolCalls).length;
  if (request.tools) bytes += JSON.stringify(request.tools).length;
  if (request.responseSchema) bytes += JSON.stringify(request.responseSchema).length;
  return Math.ceil(bytes / 2) + TOKENS_PER_MESSAGE;
}

const utf8Bytes = (text: string): number => Buffer.byteLength(text, 'utf8');
