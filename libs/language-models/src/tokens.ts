import { ownValue } from '@contentflow/kernel';
import type { ModelMessage, ModelRequest } from './model-provider.ts';

/** Role and separators of a message, in any chat format. */
const TOKENS_PER_MESSAGE = 8;

/** About how many tokens a text has: four characters each, as usual for English. For limits and displays. */
export const estimatedTokens = (text: string): number => Math.ceil(text.length / 4);

export const estimatedTokensIn = (messages: readonly ModelMessage[]): number =>
  messages.reduce((sum, { content }) => sum + TOKENS_PER_MESSAGE + estimatedTokens(content), 0);

/**
 * At least as many tokens as a request will be counted as: each token of a byte-level vocabulary stands for a byte or
 * more, and texts of digits or rare scripts come near to that. Budgets reserve by it.
 */
export function worstCaseTokensIn(request: ModelRequest): number {
  const { verbatim } = request;
  if (verbatim) return worstCaseOfBody(verbatim.native?.body ?? verbatim.body);
  let bytes = TOKENS_PER_MESSAGE;
  for (const { content, toolCalls } of request.messages) {
    bytes += TOKENS_PER_MESSAGE + utf8Bytes(content);
    if (toolCalls) bytes += utf8Bytes(JSON.stringify(toolCalls));
  }
  if (request.tools) bytes += utf8Bytes(JSON.stringify(request.tools));
  if (request.responseSchema) bytes += utf8Bytes(JSON.stringify(request.responseSchema));
  return bytes;
}

/** No hosted model counts an image for more. Source: OpenAI's and Anthropic's guides to vision, 2026 */
const TOKENS_PER_IMAGE = 40_000;

/** Nor has any server remembered more for a request that goes on from an earlier one. Source: context windows of OpenAI's models, 2026 */
const TOKENS_REMEMBERED = 400_000;

function worstCaseOfBody(body: Readonly<Record<string, unknown>>): number {
  let images = 0;
  let isElsewhere = REMEMBERED.some((name) => ownValue(body, name) != null) || isRecord(body['prompt']);
  const text = JSON.stringify(body, (_key, value: unknown) => {
    isElsewhere ||= isKeptElsewhere(value);
    if (!isImage(value)) return value;
    images++;
    return undefined;
  });
  const turns = [body['messages'], body['input']].find(Array.isArray) ?? [];
  const remembered = isElsewhere ? TOKENS_REMEMBERED : 0;
  return TOKENS_PER_MESSAGE * (1 + turns.length) + utf8Bytes(text) + images * TOKENS_PER_IMAGE + remembered;
}

const REMEMBERED = ['previous_response_id', 'conversation'];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A file, or an item, that is told by where it is: nobody here sees how long it is. */
function isKeptElsewhere(value: unknown): boolean {
  if (!isRecord(value) || isImage(value)) return false;
  const { type, source } = value;
  if (type === 'item_reference' || typeof value['file_url'] === 'string' || typeof value['file_id'] === 'string')
    return true;
  return type === 'document' && isRecord(source) && (source['type'] === 'url' || source['type'] === 'file');
}

function isImage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'image_url' in value || ('type' in value && (value.type === 'input_image' || value.type === 'image'));
}

const utf8Bytes = (text: string): number => Buffer.byteLength(text, 'utf8');
