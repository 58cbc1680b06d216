import type { Parts } from './chat-completion.ts';
import { field } from './error-document.ts';
import type { EventRead, EventReader } from './named-events.ts';
import type { ModelToolCall, TokenCounts } from '../model-provider.ts';
import { tokenCounts } from './usage.ts';
import { writtenCharacters } from './written-characters.ts';

type Document = Readonly<Record<string, unknown>>;

/**
 * A message of Anthropic's `/v1/messages`, as far as it is counted and recorded.
 * Source: https://docs.anthropic.com/en/api/messages
 */
export function messageIn(message: Document): { parts: Parts; counts: TokenCounts } {
  const blocks = blocksIn(message['content']);
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
      writtenCharacters: writtenCharacters(blocks),
    },
    counts: countsOf(message['usage']),
  };
}

/** Some write the text alone. */
function blocksIn(content: unknown): readonly unknown[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? (content as unknown[]) : [];
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Anthropic's `input_tokens` are those that were neither read from its cache nor written to it. What was read anew to be summed up
 * (compaction) is counted in `iterations` alone.
 * Source: https://docs.anthropic.com/en/docs/build-with-claude/compaction
 */
function countsOf(usage: unknown): TokenCounts {
  const iterations = field(usage, 'iterations');
  const each = Array.isArray(iterations) ? iterations.map(countsOfOne) : [];
  return [countsOfOne(usage), sumOf(each)].reduce(larger);
}

function countsOfOne(usage: unknown): TokenCounts {
  const counts = tokenCounts(usage);
  const uncached = Number(field(usage, 'input_tokens'));
  const { tokensCached, tokensCacheWrite } = counts;
  return { ...counts, tokensIn: uncached >= 0 ? uncached + tokensCached + tokensCacheWrite || NaN : counts.tokensIn };
}

const sumOf = (counts: readonly TokenCounts[]): TokenCounts =>
  counts.reduce(
    (sum, each) => ({
      tokensIn: sum.tokensIn + each.tokensIn,
      tokensOut: sum.tokensOut + each.tokensOut,
      tokensCached: sum.tokensCached + each.tokensCached,
      tokensCacheWrite: sum.tokensCacheWrite + each.tokensCacheWrite,
    }),
    { tokensIn: 0, tokensOut: 0, tokensCached: 0, tokensCacheWrite: 0 },
  );

const larger = (one: TokenCounts, other: TokenCounts): TokenCounts => (other.tokensIn > one.tokensIn ? other : one);

export function messageReader(): EventReader {
  const called = new CalledInBlocks();
  let usage: Document = {};
  return (type, event) => {
    const call = called.read(type, event);
    const told = usageIn(event);
    if (told) usage = { ...usage, ...told };
    return { ...readEvent(type, event), ...(call && { call }), ...(told && { counts: countsOf(usage) }) };
  };
}

/**
 * What any event says of the count, for one says a part of it that the next leaves out: what is nothing or no number takes nothing back.
 * Bedrock counts its cache in the last event.
 */
function usageIn(event: Document): Document | undefined {
  const usage = field(event['message'], 'usage') ?? event['usage'];
  if (typeof usage !== 'object' || usage === null) return undefined;
  const isTold = (count: unknown): boolean =>
    typeof count === 'object' ? count !== null : Number.isSafeInteger(count) && (count as number) > 0;
  return Object.fromEntries(Object.entries(usage).filter(([, count]) => isTold(count)));
}

/** A call of a tool stands in a block of its own, whose arguments come in pieces. */
class CalledInBlocks {
  private readonly open = new Map<unknown, ModelToolCall>();
  /** What stood whole in the head of a call. */
  private readonly given = new Map<unknown, unknown>();

  /** The call whose block ends with this event. */
  read(type: string, event: Document): ModelToolCall | undefined {
    const at = event['index'];
    const block = event['content_block'];
    if (type === 'content_block_start' && field(block, 'type') === 'tool_use') {
      this.open.set(at, { id: textIn(field(block, 'id')), name: textIn(field(block, 'name')), arguments: '' });
      this.given.set(at, field(block, 'input'));
    }
    const call = this.open.get(at);
    if (!call) return undefined;
    if (type === 'content_block_delta')
      this.open.set(at, { ...call, arguments: call.arguments + textIn(field(event['delta'], 'partial_json')) });
    if (type !== 'content_block_stop') return undefined;
    const whole = this.given.get(at);
    this.open.delete(at);
    this.given.delete(at);
    return { ...call, arguments: call.arguments || JSON.stringify(whole ?? {}) };
  }
}

function readEvent(type: string, event: Document): EventRead {
  if (type === 'message_start') return {};
  if (type === 'message_delta') {
    const reason = field(event['delta'], 'stop_reason');
    return typeof reason === 'string' ? { finish: reason } : {};
  }
  if (type === 'message_stop') return { isLast: true };
  // A block may begin with all of its text.
  const delta = type === 'content_block_start' ? event['content_block'] : event['delta'];
  const text = field(delta, 'text');
  if (typeof text === 'string') return { text };
  return { written: textIn(field(delta, 'partial_json')).length + textIn(field(delta, 'thinking')).length };
}
