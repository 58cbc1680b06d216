import type { ModelToolCall, ProviderError, TokenCounts } from '../model-provider.ts';
import { type Answerer, havingUsed, type Parts } from './chat-completion.ts';
import { failedDocument } from './failures.ts';
import { field } from './error-document.ts';
import type { EventReader } from './named-events.ts';
import { tokenCounts } from './usage.ts';
import { writtenCharacters } from './written-characters.ts';

type Document = Readonly<Record<string, unknown>>;

/**
 * A response of OpenAI's `/v1/responses`, as far as it is counted and recorded.
 * Source: https://platform.openai.com/docs/api-reference/responses/object
 * @throws ProviderError where it says that it failed
 */
export function responseIn(server: Answerer, response: Document): { parts: Parts; counts: TokenCounts } {
  if (response['status'] === 'failed' || response['status'] === 'cancelled') throw failed(server, response);
  const items = Array.isArray(response['output']) ? (response['output'] as unknown[]) : [];
  const said = items.flatMap((item) => asList(field(item, 'content')));
  const texts = said.map((part) => field(part, 'text')).filter((text) => typeof text === 'string');
  return {
    parts: {
      text: texts.join(''),
      refused: said.some((part) => field(part, 'type') === 'refusal'),
      calls: items.filter((item) => field(item, 'type') === 'function_call').map(callOf),
      finish: finishOf(response, items),
      writtenCharacters: writtenCharacters(items),
    },
    counts: tokenCounts(response['usage']),
  };
}

/** What it took until then is paid. */
function failed(server: Answerer, { error, usage }: Document): ProviderError {
  const failure = failedDocument(server.name, error ?? { message: 'the response failed' }, server.secrets);
  return usage ? havingUsed(failure, tokenCounts(usage)) : failure;
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

const callOf = (item: unknown): ModelToolCall => ({
  id: textIn(field(item, 'call_id')),
  name: textIn(field(item, 'name')),
  arguments: textIn(field(item, 'arguments')),
});

function finishOf(response: Document, items: readonly unknown[]): string {
  const reason = field(response['incomplete_details'], 'reason');
  if (response['status'] === 'incomplete') return reason === 'content_filter' ? 'content_filter' : 'length';
  return items.some((item) => field(item, 'type') === 'function_call') ? 'tool_calls' : 'stop';
}

const ENDS: readonly string[] = ['response.completed', 'response.incomplete', 'response.done'];

/**
 * Some servers end a stream with a response of no output after they have told each item of it (vLLM until 0.13, ChatGPT's own), and OpenAI's clients
 * take that for the answer: it is told with its items.
 */
export function responseReader(server: Answerer): EventReader {
  const told: unknown[] = [];
  return (type, event) => {
    const delta = textIn(event['delta']);
    if (type === 'response.output_text.delta') return { text: delta };
    if (type === 'response.output_item.done' && event['item']) told.push(event['item']);
    if (type === 'response.refusal.delta') return { refused: true, written: delta.length };
    const response = event['response'] as Document | undefined;
    // Some say what went wrong beside the response.
    if (type === 'response.failed') throw failed(server, { ...response, error: response?.['error'] ?? event['error'] });
    if (!ENDS.includes(type) || !response) return { written: delta.length };
    const isEmptied = told.length > 0 && Array.isArray(response['output']) && response['output'].length === 0;
    const whole = isEmptied ? { ...response, output: told } : response;
    const { parts, counts } = responseIn(server, whole);
    return {
      counts,
      finish: parts.finish,
      isLast: true,
      ...(isEmptied && { mended: { ...event, response: whole } }),
    };
  };
}
