import type { Recipe, UsePolicy } from '@contentflow/contracts';
import { hash128 } from '@contentflow/kernel';
import type { CompletionRequest } from '../completions/completion-request.ts';

type Body = Readonly<Record<string, unknown>>;

/**
 * Whether an answer could be another model's. Vectors of two models have nothing to do with each other, and what a server keeps of a response the
 * next one goes on from there.
 */
export function isFreeToChange({ native }: Pick<CompletionRequest, 'native'>): boolean {
  if (native?.endpoint === 'embeddings') return false;
  if (native?.endpoint !== 'responses') return true;
  return native.body['store'] === false && native.body['previous_response_id'] == null;
}

/** Whether the policy still lists what a recipe says otherwise than generation 0: a person may take back what is in force, and a stand-in was never tried. */
export const isListed = (recipe: Recipe, generation0: Recipe, rules: UsePolicy): boolean =>
  (recipe.model === generation0.model || rules.models.includes(recipe.model)) &&
  (recipe.temperature === generation0.temperature || rules.temperatures.includes(recipe.temperature)) &&
  (recipe.promptOrder === undefined || rules.stablePromptFirst);

/**
 * The call as its unit's recipe has it: what that says otherwise than generation 0 is changed, in every form that the request is told in, and all else
 * stays as its caller wrote it.
 */
export function assignedCall(request: CompletionRequest, recipe: Recipe, generation0: Recipe, order: PromptOrder) {
  const { model, temperature, promptOrder } = recipe;
  const changes = {
    ...(model !== generation0.model && { model }),
    ...(temperature !== generation0.temperature && { temperature }),
  };
  const changed = withChanges(request, changes);
  return promptOrder === undefined ? changed : ordered(changed, order);
}

function withChanges(
  request: CompletionRequest,
  changes: { readonly model?: string; readonly temperature?: number },
): CompletionRequest {
  if (Object.keys(changes).length === 0) return request;
  const { completion, body, native } = request;
  return {
    ...request,
    completion: { ...completion, ...changes },
    body: { ...body, ...changes },
    ...(native && { native: { ...native, body: { ...native.body, ...changes } } }),
    ...(changes.model !== undefined && { standsInFor: completion.model }),
  };
}

/** Of a chat completion; other protocols have one text of instructions. */
function ordered(request: CompletionRequest, order: PromptOrder): CompletionRequest {
  const { completion, body, native } = request;
  if (native) return request;
  const places = order.stableFirst(completion.messages);
  if (places === undefined) return request;
  const said = (body as Body)['messages'] as readonly unknown[];
  return {
    ...request,
    completion: { ...completion, messages: places.map((place) => completion.messages[place]!) },
    body: { ...body, messages: places.map((place) => said[place]) },
  };
}

type Instruction = Readonly<{ role: string; content?: unknown }>;

/** Of one use; a process that has just begun has seen nothing come back. */
const REMEMBERED = 256;

/** Which instructions of a use come back word for word, as this process has seen them. */
export class PromptOrder {
  /** By hash, in the order in which they first came, with how often they did. */
  private readonly seen = new Map<string, number>();

  /** How many are remembered. */
  get size(): number {
    return this.seen.size;
  }

  /** Takes note of a call's instructions, whatever arm it is in. */
  note(messages: readonly Instruction[]): void {
    for (const message of instructionsIn(messages)) {
      const key = keyOf(message);
      this.seen.set(key, (this.seen.get(key) ?? 0) + 1);
    }
    for (const [key, times] of this.seen) {
      if (this.seen.size <= REMEMBERED) break;
      if (times === 1) this.seen.delete(key);
    }
    if (this.seen.size > REMEMBERED) this.seen.clear();
  }

  /** Places of the messages, stable instructions first; undefined where they stand so already. */
  stableFirst(messages: readonly Instruction[]): number[] | undefined {
    const instructions = instructionsIn(messages);
    const ranks = [...this.seen].filter(([, times]) => times > 1).map(([key]) => key);
    const rankOf = (message: Instruction): number => {
      const rank = ranks.indexOf(keyOf(message));
      return rank === -1 ? ranks.length : rank;
    };
    const places = instructions
      .map((message, place) => ({ place, rank: rankOf(message) }))
      .sort((a, b) => a.rank - b.rank || a.place - b.place)
      .map(({ place }) => place);
    if (places.every((place, index) => place === index)) return undefined;
    return [...places, ...messages.slice(places.length).map((_, index) => places.length + index)];
  }
}

/** Those that a conversation begins with: what is said between turns belongs where it stands. */
function instructionsIn(messages: readonly Instruction[]): readonly Instruction[] {
  const end = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  return end === -1 ? messages : messages.slice(0, end);
}

const keyOf = ({ role, content }: Instruction): string => hash128(JSON.stringify([role, content ?? null]));
