import { hash128 } from '@contentflow/kernel';
import type { Traits } from './circuit-breaker.ts';
import type { GatewayRequest } from './gateway-call.ts';

type Body = Readonly<Record<string, unknown>>;

/** What is said, in each protocol. */
const SAID = ['messages', 'input', 'prompt', 'suffix', 'system', 'instructions', 'previous_response_id'];
/** They say under which name a model is asked, for whom, and how the answer comes: nothing that a model could fail by. */
const LABELS = [
  'model',
  'user',
  'metadata',
  'store',
  'service_tier',
  'prompt_cache_key',
  'safety_identifier',
  'stream',
  'stream_options',
];

/** By what a request is told from others that the same model is asked: its key, its caller, what is said, and all else that is asked for. */
export function traitsOf(request: GatewayRequest): Traits {
  const { budget, keyId = '', verbatim } = request;
  const { native } = verbatim ?? {};
  const fields = Object.entries(native?.body ?? verbatim?.body ?? bodyOf(request));
  const isSaid = ([name]: [string, unknown]): boolean => SAID.includes(name);
  const form = fields.filter((field) => !isSaid(field) && !LABELS.includes(field[0]));
  return {
    key: keyId,
    caller: budget?.caller ?? '',
    said: hash128(JSON.stringify(fields.filter(isSaid))),
    form: hash128(JSON.stringify([native?.endpoint, form])),
  };
}

const bodyOf = ({ messages, tools, responseSchema, temperature, stop }: GatewayRequest): Body => ({
  messages,
  tools,
  responseSchema,
  temperature,
  stop,
});
