import { boundedJson } from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import type { GatewayRequest, ModelMessage, VerbatimCompletion } from '@contentflow/language-models';
import { z } from 'zod';

/** A JSON Schema of the caller's, which is handed on. */
const jsonSchema = boundedJson({ depth: 32, keys: 10_000, text: 20_000, size: 262_144 });
const toolCall = z.looseObject({
  id: z.string(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }).optional(),
});
const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const message = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(part)]).nullish(),
  tool_calls: z.array(toolCall).nullish(),
  tool_call_id: z.string().optional(),
});
const tool = z.looseObject({
  type: z.string(),
  function: z
    .looseObject({
      name: z.string(),
      description: z.string().optional(),
      parameters: jsonSchema.optional(),
    })
    .optional(),
});

/** OpenAI's chat completions, as far as the gateway reads them; all else is the model server's to judge. */
export const completionSchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  n: z.number().int().positive().nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  seed: z.number().int().nullish(),
  /** Whose budget it is. */
  user: z.string().min(1).max(200).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  response_format: z
    .looseObject({
      type: z.string(),
      json_schema: z.looseObject({ schema: jsonSchema.optional() }).optional(),
    })
    .nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: z
    .union([z.string(), z.looseObject({ function: z.looseObject({ name: z.string() }).optional() })])
    .nullish(),
});
export type Completion = z.output<typeof completionSchema>;
type Message = z.output<typeof message>;

/** Tokens of a reply whose length nobody bounds. */
const DEFAULT_TOKENS = 1024;

/**
 * The request for the gateway: in its caller's own words for servers of the same protocol, and translated for others.
 * @param body  as it came
 * @param listener  whom a streamed reply is told to
 */
export function gatewayRequest(
  asked: Completion,
  body: object,
  listener?: Pick<GatewayRequest, 'onText'> & Pick<VerbatimCompletion, 'onChunk'>,
): GatewayRequest {
  const { model, messages, temperature, top_p: topP, seed, stop, tools, tool_choice: choice } = asked;
  const functions = tools?.flatMap(({ function: each }) => each ?? []);
  const schema = asked.response_format?.json_schema?.schema;
  return {
    model,
    messages: messages.map(asMessage),
    maxOutputTokens: (asked.max_completion_tokens ?? asked.max_tokens ?? DEFAULT_TOKENS) * (asked.n ?? 1),
    ...(temperature != null && { temperature }),
    ...(topP != null && { topP }),
    ...(seed != null && { seed }),
    ...(stop != null && { stop: typeof stop === 'string' ? [stop] : stop }),
    ...(schema && { responseSchema: schema }),
    ...(functions?.length && { tools: functions.map((each) => ({ parameters: {}, ...each })) }),
    ...(choice && { toolChoice: toolChoice(choice) }),
    ...(asked.user && { budget: { caller: asked.user } }),
    ...(listener && { onText: listener.onText }),
    verbatim: {
      body: body as Record<string, unknown>,
      untranslatable: whatNoOtherProtocolSays(asked),
      onChunk: listener?.onChunk,
    },
  };
}

function whatNoOtherProtocolSays({ n, messages, tools, response_format: format }: Completion): string | undefined {
  if ((n ?? 1) > 1) return 'n';
  if (messages.some(({ content }) => Array.isArray(content) && content.some(({ type }) => type !== 'text')))
    return 'messages with other parts than text';
  if (tools?.some((each) => !each.function)) return 'tools that are no functions';
  return format && format.type !== 'text' && !format.json_schema?.schema ? 'response_format' : undefined;
}

function toolChoice(choice: NonNullable<Completion['tool_choice']>): NonNullable<GatewayRequest['toolChoice']> {
  if (typeof choice === 'object') return choice.function ? { name: choice.function.name } : 'auto';
  return choice === 'none' || choice === 'required' ? choice : 'auto';
}

export const textOf = ({ content }: Message): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('');

const ROLES: Readonly<Record<string, ModelMessage['role']>> = {
  system: 'system',
  developer: 'system',
  assistant: 'assistant',
  tool: 'tool',
};

function asMessage(each: Message): ModelMessage {
  const { role, tool_calls: calls, tool_call_id: toolCallId } = each;
  return {
    role: ownValue(ROLES, role) ?? 'user',
    content: textOf(each),
    ...(calls?.length && {
      toolCalls: calls.map(({ id, function: called }) => ({
        id,
        name: called?.name ?? '',
        arguments: called?.arguments ?? '',
      })),
    }),
    ...(toolCallId && { toolCallId }),
  };
}
