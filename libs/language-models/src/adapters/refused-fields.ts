import type { ProviderError, Refusal } from '../model-provider.ts';

/** How a request is sent once again to a server that would not take one of its fields: without it, or under its other name. */
export interface RequestAdaptation {
  readonly field: string;
  readonly as?: string;
}

type Body = Readonly<Record<string, unknown>>;

/** They steer how a model draws its words: a server that will not have them has a way of its own. */
const STEERING = ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'seed'];
const LIMITS = ['max_tokens', 'max_completion_tokens'] as const;

/**
 * What would make a refused request acceptable; undefined where the server finds wrong what it says, and not that it says it.
 * No protocol has a code for it that all servers use, so that their words are read.
 */
export function adaptationFor(error: unknown, body: Body): RequestAdaptation | undefined {
  const { failure, detail, message: shown } = error as ProviderError;
  if (failure !== 'bad_request' || (detail.status !== 400 && detail.status !== 422)) return undefined;
  const refusal: Refusal = detail.refusal ?? { message: shown };
  const { message, code, type, param } = refusal;
  const isNamed = (field: string): boolean =>
    param === field || (typeof param === 'string' && param.startsWith(`${field}.`)) || wordIn(field, message);

  // Sent with every stream: whatever is wrong with it is ours.
  if ('stream_options' in body && (isNamed('stream_options') || isNamed('include_usage')))
    return { field: 'stream_options' };
  // Whoever asked gets it in that form all the same. Some name the form alone.
  if ('encoding_format' in body && (isNamed('encoding_format') || /base64/i.test(message)))
    return { field: 'encoding_format' };
  if (!UNSUPPORTED.test(`${String(code)} ${String(type)} ${message}`) || OUT_OF_RANGE.test(message)) return undefined;
  const [older, newer] = LIMITS;
  if (older in body && !(newer in body) && (isNamed(older) || isNamed(newer))) return { field: older, as: newer };
  if (newer in body && !(older in body) && isNamed(newer)) return { field: newer, as: older };
  // Of two that are named together, as in "cannot both be specified", the one that says less.
  const field = STEERING.toReversed().find((each) => Object.hasOwn(body, each) && isNamed(each));
  return field === undefined ? undefined : { field };
}

/** The body as a server takes it that refused it before. */
export function adaptedBody(body: Body, adaptations: readonly RequestAdaptation[]): Body {
  if (adaptations.length === 0) return body;
  const changed = new Map(Object.entries(body));
  for (const { field, as } of adaptations) {
    if (!changed.has(field)) continue;
    if (as !== undefined && !changed.has(as)) changed.set(as, changed.get(field));
    changed.delete(field);
  }
  return Object.fromEntries(changed);
}

/** By model; names that callers make up must not fill the memory. */
export class Concessions {
  private readonly known = new Map<string, readonly RequestAdaptation[]>();

  of(model: string): readonly RequestAdaptation[] {
    return this.known.get(model) ?? [];
  }

  remember(model: string, adaptations: readonly RequestAdaptation[]): void {
    if (this.known.size >= MAX_MODELS) this.known.clear();
    this.known.set(model, adaptations);
  }
}
const MAX_MODELS = 1000;
const MOST = 6;

/**
 * Sends a request, and once again for each field that the server will not take; what it took in the end is how its model is asked from
 * then on.
 * @throws what `send` throws, where no concession helps
 */
export async function sendAdapted<T>(
  adaptations: Concessions,
  model: string,
  body: Body,
  send: (body: Body) => Promise<T>,
): Promise<T> {
  const before = adaptations.of(model);
  let made = before;
  for (;;) {
    const asked = adaptedBody(body, made);
    try {
      const answer = await send(asked);
      if (made !== before) adaptations.remember(model, made);
      return answer;
    } catch (error) {
      const next = made.length < MOST ? adaptationFor(error, asked) : undefined;
      if (!next) throw error;
      made = [...made, next];
    }
  }
}

const UNSUPPORTED =
  /unsupported|not\W+(be\W+)?(supported|permitted|allowed|recogni[sz]ed|available|accepted)|n[o']t support|unknown|unrecogni[sz]ed|unexpected|extra|deprecated|cannot (both )?be|only (\S+ )?(is|are) allowed|instead/i;
const OUT_OF_RANGE =
  /between|range|too (large|long|high|low|small)|less than|greater than|at (most|least)|maximum|minimum|[<>≤≥]/i;

const wordIn = (word: string, text: string): boolean => new RegExp(`(?<![\\w])${word}(?![\\w])`).test(text);
