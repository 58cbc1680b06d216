import type { Parts } from './chat-completion.ts';
import { field } from './error-document.ts';
import type { EventRead, EventReader } from './named-events.ts';
import type { ModelToolCall, TokenCounts } from '../model-provider.ts';
import { tokenCounts } from './usage.ts';

type Document = Readonly<Record<string, unknown>>;

/**
 * A message of Anthropic's `/v1/messages`, as far as it is counted and recorded.
 * Source: https://docs.anthropic.com/en/api/messages
 */
export function messageIn(message: Document): { parts: Parts; counts: TokenCounts } {
  const blocks = Array.isArray(message['content']) ? (message['content'] as unknown[]) : [];
  const texts = blocks.filter((block) => field(block, 'type') === 'text').map((block) => textIn(field(block, 'text')));
  const calls = blocks.filter((block) => field(block, 'type') === 'tool_use');
  return {
    parts: {
      text: texts.join(''),
      refused: message['stop_reason'] === 'refusal',
      calls: calls.map((call) => ({
        id: textIn(field(call, 'id')),
        name: textIn(field(call, 'name')),
        arguments: JSON.stringify(field(call, 'input') ?? {}),
      })),
      finish: textIn(message['stop_reason']) || 'stop',
      writtenCharacters: blocks.length > 0 ? JSON.stringify(blocks).length : 0,
    },
    counts: countsOf(message['usage']),
  };
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Anthropic's `input_tokens` are those that were neither read from its cache nor written to it. */
function countsOf(usage: unknown): TokenCounts {
  const counts = tokenCounts(usage);
  const uncached = Number(field(usage, 'input_tokens'));
  const { tokensCached, tokensCacheWrite } = counts;
  return { ...counts, tokensIn: uncached >= 0 ? uncached + tokensCached + tokensCacheWrite || NaN : counts.tokensIn };
}

export function messageReader(): EventReader {
  const called = new CalledInBlocks();
  return (type, event) => {
    const call = called.read(type, event);
    return { ...readEvent(type, event), ...(call && { call }) };
  };
}

/** A call of a tool stands in a block of its own, whose arguments come in pieces. */
class CalledInBlocks {
  private readonly open = new Map<unknown, ModelToolCall>();

  /** The call whose block ends with this event. */
  read(type: string, event: Document): ModelToolCall | undefined {
    const at = event['index'];
    const block = event['content_block'];
    if (type === 'content_block_start' && field(block, 'type') === 'tool_use')
      this.open.set(at, { id: textIn(field(block, 'id')), name: textIn(field(block, 'name')), arguments: '' });
    const call = this.open.get(at);
    if (!call) return undefined;
    if (type === 'content_block_delta')
      this.open.set(at, { ...call, arguments: call.arguments + textIn(field(event['delta'], 'partial_json')) });
    if (type !== 'content_block_stop') return undefined;
    this.open.delete(at);
    return { ...call, arguments: call.arguments || '{}' };
  }
}

function readEvent(type: string, event: Document): EventRead {
  if (type === 'message_start') return { counts: countsOf(field(event['message'], 'usage')) };
  if (type === 'message_delta') {
    const reason = field(event['delta'], 'stop_reason');
    return { counts: countsOf(event['usage']), ...(typeof reason === 'string' && { finish: reason }) };
  }
  if (type === 'message_stop') return { isLast: true };
  const delta = event['delta'];
  const text = field(delta, 'text');
  if (typeof text === 'string') return { text };
  return { written: textIn(field(delta, 'partial_json')).length + textIn(field(delta, 'thinking')).length };
}
