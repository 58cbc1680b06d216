import { ownValue } from '@contentflow/kernel';
import type { ProviderError, Refusal } from '../model-provider.ts';
import { field } from './error-document.ts';
import { adaptedForm, formAdaptation, type FormAdaptation } from './refused-forms.ts';
import {
  adaptedMessages,
  type MessageAdaptation,
  messageAdaptation,
  withoutField,
  wordIn,
} from './refused-in-messages.ts';

/**
 * How a request is sent once again to a server that would not take it: without one of its fields, or under its other name, in another form,
 * or with its messages told otherwise.
 */
export type RequestAdaptation = FieldAdaptation | FormAdaptation | MessageAdaptation;

/** Under another name, or left out; where it is void, whatever is said with it another time stays. */
interface FieldAdaptation {
  readonly field: string;
  readonly as?: string;
  readonly isVoid?: true;
}

type Body = Readonly<Record<string, unknown>>;

/** They steer how a model draws its words, or thinks: a server that will not have them has a way of its own. */
const STEERING = [
  'chat_template_kwargs',
  'enable_thinking',
  'thinking',
  'reasoning',
  'logit_bias',
  'min_p',
  'top_k',
  'repetition_penalty',
  'temperature',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'seed',
  'parallel_tool_calls',
  'reasoning_effort',
  'verbosity',
];
/** They say whose request it is, and how it is kept and billed, and nothing of its answer. */
const LABELS = ['store', 'metadata', 'service_tier', 'prompt_cache_key', 'safety_identifier', 'user'];
const LIMITS = ['max_tokens', 'max_completion_tokens'] as const;
/** What some call a field that they will not take. */
const OTHER_WORDS: ReadonlyMap<string, RegExp> = new Map([
  ['reasoning_effort', /\bthink(ing)?\b/i],
  ['presence_penalty', /\bpenalty\b/i],
  ['frequency_penalty', /\bpenalty\b/i],
]);
const STATUSES = [400, 422, 500, 501];

/**
 * What would make a refused request acceptable; undefined where the server finds wrong what it says, and not that it says it.
 * No protocol has a code for it that all servers use, so that their words are read.
 */
export function adaptationFor(error: unknown, body: Body): RequestAdaptation | undefined {
  const { failure, detail, message: shown } = error as ProviderError;
  if (failure !== 'bad_request' || !STATUSES.includes(detail.status ?? 0)) return undefined;
  const refusal: Refusal = detail.refusal ?? { message: shown };
  const { code, type, param } = refusal;
  const message = wordsOf(refusal);
  const where = typeof param === 'string' ? param : '';
  const isNamed = (name: string): boolean =>
    where === name || where.startsWith(`${name}.`) || wordIn(name, message) || wordIn(inCamelCase(name), message);

  // Sent with every stream: whatever is wrong with it is ours.
  if ('stream_options' in body && (isNamed('stream_options') || isNamed('include_usage')))
    return { field: 'stream_options' };
  // Whoever asked gets it in that form all the same. Some name the form alone.
  if ('encoding_format' in body && (isNamed('encoding_format') || /base64/i.test(message)))
    return { field: 'encoding_format' };
  const saysNothing = Object.keys(body).find((each) => isVoid(each, body) && isNamed(each));
  if (saysNothing !== undefined) return { field: saysNothing, isVoid: true };
  const words = `${String(code)} ${String(type)} ${message}`;
  const isNotTaken = UNSUPPORTED.test(words) && (!OUT_OF_RANGE.test(message) || UNSET.test(message));
  const [older, newer] = LIMITS;
  if (isNotTaken) {
    if (older in body && newer in body && isNamed(older)) return { field: older };
    if (older in body && !(newer in body) && (isNamed(older) || isNamed(newer))) return { field: older, as: newer };
    if (newer in body && !(older in body) && isNamed(newer)) return { field: newer, as: older };
    // Of two that are named together, as in "cannot both be specified", the one that says less.
    const said = STEERING.toReversed().filter((each) => Object.hasOwn(body, each));
    const steering = said.find(isNamed) ?? said.find((each) => OTHER_WORDS.get(each)?.test(message));
    if (steering !== undefined) return { field: steering };
  }
  const inForm = formAdaptation(body, `${where} ${message}`, isNotTaken);
  if (inForm) return inForm;
  const messages = messagesOf(body);
  const inMessages = messageAdaptation(messages, { message, where, isNotTaken });
  if (inMessages) return inMessages;
  const label = isNotTaken ? LABELS.find((each) => Object.hasOwn(body, each) && isNamed(each)) : undefined;
  if (label !== undefined) return { field: label };
  // It makes its answer in one piece, which is told as a stream all the same.
  const isStreamRefused = where === 'stream' || (where === '' && /\bstream(ing)?\b/i.test(message));
  return body['stream'] === true && isStreamRefused && UNSUPPORTED.test(words) ? { field: 'stream' } : undefined;
}

/** Also what the server behind a router said, and what stands in the details of an error. */
function wordsOf({ message, metadata, details }: Refusal): string {
  const behind = field(metadata, 'raw');
  return [message, ...[behind, details].filter(Boolean).map((each) => JSON.stringify(each))].join(' ');
}

const inCamelCase = (name: string): string => name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** Without it the request says the same: nothing is in it, or what holds anyway. */
function isVoid(name: string, body: Body): boolean {
  const value = ownValue(body, name);
  if (name === 'messages' || name === 'input' || name === 'prompt') return false;
  if (value === null || value === '') return true;
  if (typeof value === 'object')
    return Object.keys(value).length === 0 || (name === 'response_format' && field(value, 'type') === 'text');
  if (name === 'tool_choice')
    return (value === 'auto' || value === 'none') && (!Object.hasOwn(body, 'tools') || isVoid('tools', body));
  return (name === 'n' && value === 1) || (name === 'logprobs' && value === false);
}

const messagesOf = (body: Body): readonly Body[] => {
  const messages = ownValue(body, 'messages');
  const isList = Array.isArray(messages) && messages.every((each) => typeof each === 'object' && each !== null);
  return isList ? (messages as Body[]) : [];
};

/** The body as a server takes it that refused it before. */
export const adaptedBody = (body: Body, adaptations: readonly RequestAdaptation[]): Body =>
  adaptations.reduce(adapted, body);

function adapted(body: Body, adaptation: RequestAdaptation): Body {
  if ('field' in adaptation) return adaptedField(body, adaptation);
  if ('streamed' in adaptation || 'stop' in adaptation || 'unremarked' in adaptation)
    return adaptedForm(body, adaptation);
  return { ...body, messages: adaptedMessages(messagesOf(body), adaptation) };
}

function adaptedField(body: Body, { field, as, isVoid: isVoidAlone }: FieldAdaptation): Body {
  if (!Object.hasOwn(body, field) || (isVoidAlone && !isVoid(field, body))) return body;
  const rest = withoutField(field === 'stream' ? withoutField(body, 'stream_options') : body, field);
  return as === undefined || Object.hasOwn(rest, as) ? rest : { ...rest, [as]: ownValue(body, field) };
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
const MAX_ADAPTATIONS = 6;

/**
 * Sends a request, and once again for each field that the server will not take; what it took in the end is how its model is asked from
 * then on.
 * @throws what `send` throws, where no adaptation helps
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
      const next = made.length < MAX_ADAPTATIONS ? adaptationFor(error, asked) : undefined;
      if (!next) throw error;
      made = [...made, next];
    }
  }
}

const UNSUPPORTED =
  /unsupported|not\W+(be\W+)?(supported|permitted|allowed|recogni[sz]ed|available|accepted|implemented)|n[o']t (support|accept|allow|take)|not (a )?valid (parameter|argument|field|property|option|key)|invalid (parameter|argument|field|property|option|key)\b|not enabled|unknown|unrecogni[sz]ed|unexpected|extra|additional propert|deprecated|no longer|incompatible|forbidden|disallowed|cannot (both )?be|cannot find|may only be set|must (be|stay|remain) (unset|omitted|absent|removed)|only (\S+ )?(is|are) allowed|only allowed when|or unset|instead/i;
/** Left out it may be, whatever else it would take. */
const UNSET = /\bunset\b|\bomit(ted)?\b/i;
/** What it takes instead is its caller's to choose. */
const OUT_OF_RANGE =
  /between|range|too (large|long|high|low|small)|less than|greater than|at (most|least)|maximum|minimum|[<>≤≥]|supported values are|should be '/i;
