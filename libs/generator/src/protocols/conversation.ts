import { ContentFlowError } from '@contentflow/kernel';
import type { UnsupportedField } from '@contentflow/language-models';
import type { StoredResponse, ResponseStore } from './response-store.ts';
import { type InputItem, itemsOf, type ResponsesRequest } from './responses-request.ts';

/** Marks the names of responses, and of items in them, that were translated here: no model server knows them. */
export const RESPONSE_ID_PREFIX = 'cfl';

/** All that a response goes on from. */
export interface Conversation {
  readonly items: readonly InputItem[];
  /** Something kept here stands in it: a server that has the endpoint must be told it in whole. */
  readonly isExpanded: boolean;
  /** It goes on from what a model server keeps. */
  readonly unsupported?: UnsupportedField;
}

/** The responses that whoever asks may go on from. */
export type ResponseLookup = Pick<ResponseStore, 'find'>;

/** What we keep no server knows: it is told in whole. */
export function nativeBody(body: object, { items, isExpanded }: Conversation): Record<string, unknown> {
  if (!isExpanded) return body as Record<string, unknown>;
  const { previous_response_id: _ours, ...rest } = body as Record<string, unknown>;
  return { ...rest, input: items };
}

/** Whoever goes on from more than this goes round in a circle. */
const LONGEST = 1000;

/** @throws ContentFlowError `invalid-request` where what was kept here is not any more */
export async function conversationOf(request: ResponsesRequest, kept: ResponseLookup): Promise<Conversation> {
  const own = await withReferences(itemsOf(request), kept);
  const previous = request.previous_response_id ?? undefined;
  if (previous === undefined) return own;
  if (!isOwnId(previous)) {
    const unsupported = { param: 'previous_response_id', what: 'a response that another server keeps' };
    return { ...own, unsupported };
  }
  return { ...own, items: [...(await before(previous, kept)), ...own.items], isExpanded: true };
}

const isOwnId = (id: string): boolean =>
  /^[a-z]+_/.test(id) && id.slice(id.indexOf('_') + 1).startsWith(RESPONSE_ID_PREFIX);

async function before(last: string, kept: ResponseLookup): Promise<readonly InputItem[]> {
  const turns: StoredResponse[] = [];
  for (let id: string | undefined = last; id !== undefined && turns.length < LONGEST;) {
    const turn: StoredResponse | undefined = await kept.find(id);
    if (!turn) throw lost('previous_response_id', `response "${id}"`);
    turns.push(turn);
    id = turn.previous;
  }
  const whole = await withReferences(
    turns.toReversed().flatMap(({ input, document }) => [...input, ...document.output]),
    kept,
  );
  return whole.items;
}

/** An item that was answered before may be told by its name alone, which begins with its response's. */
async function withReferences(items: readonly InputItem[], kept: ResponseLookup): Promise<Conversation> {
  let isExpanded = false;
  const whole = await Promise.all(
    items.map(async (item) => {
      const id = item['id'];
      // Clients also leave the type out.
      const isReference = item['type'] === 'item_reference' || (item['type'] == null && item['role'] == null);
      if (!isReference || typeof id !== 'string' || !isOwnId(id)) return item;
      isExpanded = true;
      const [, response = ''] = /^[a-z]+_(.*)_\d+$/.exec(id) ?? [];
      const turn = await kept.find(`resp_${response}`);
      const found = turn?.document.output.find((each) => each['id'] === id);
      if (!found) throw lost('input', `item "${id}"`);
      return found;
    }),
  );
  return { items: whole, isExpanded };
}

const lost = (field: string, what: string): ContentFlowError =>
  new ContentFlowError('invalid-request', `${what} is not kept, or not any more`, {
    field,
    fix: 'send the whole conversation as `input`',
  });
