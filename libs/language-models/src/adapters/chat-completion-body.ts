import type { ModelMessage, ModelRequest, ProviderKind } from '../model-provider.ts';

/**
 * What is sent: the caller's own words where there are any, but for the model's name here, the count of tokens at a stream's end, which is
 * always asked for, and a limit where a budget needs one.
 */
export function bodyOf(kind: ProviderKind, request: ModelRequest): Readonly<Record<string, unknown>> {
  const { model, verbatim } = request;
  if (!verbatim) return chatCompletionBody(kind, request);
  const { body, limitTokens } = verbatim;
  if (body['model'] === model && !body['stream'] && limitTokens === undefined) return body;
  return {
    ...(limitTokens === undefined ? body : withoutLimit(body)),
    model,
    ...(limitTokens !== undefined && { [limitName(kind)]: limitTokens }),
    ...(body['stream'] === true && {
      stream_options: { ...(body['stream_options'] as object | null), include_usage: true },
    }),
  };
}

/** OpenAI's newer models know the one name, other servers mostly the other. */
const limitName = (kind: ProviderKind): string => (kind === 'openai' ? 'max_completion_tokens' : 'max_tokens');

/** `-1` and `null` are how some say that there is none. */
function withoutLimit(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { max_tokens: _older, max_completion_tokens: _newer, ...rest } = body;
  return rest;
}

/** A request in OpenAI's words. Fields that are not set are left out: servers refuse what they do not know. */
function chatCompletionBody(kind: ProviderKind, request: ModelRequest): Record<string, unknown> {
  const body = {
    model: request.model,
    messages: request.messages.map(chatMessage),
    [limitName(kind)]: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    stop: request.stop,
    seed: request.seed,
    tools: request.tools?.map((tool) => ({ type: 'function', function: tool })),
    tool_choice: toolChoice(request.toolChoice),
    response_format: request.responseSchema && {
      type: 'json_schema',
      json_schema: { name: 'answer', schema: request.responseSchema, strict: true },
    },
    ...(request.onText && { stream: true, stream_options: { include_usage: true } }),
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

function chatMessage(message: ModelMessage): Record<string, unknown> {
  const { role, content, toolCalls, toolCallId } = message;
  if (toolCallId !== undefined) return { role, content, tool_call_id: toolCallId };
  if (!toolCalls) return { role, content };
  const calls = toolCalls.map(({ id, ...call }) => ({ id, type: 'function', function: call }));
  return { role, content: content || null, tool_calls: calls };
}

function toolChoice(choice: ModelRequest['toolChoice']): unknown {
  return typeof choice === 'object' ? { type: 'function', function: { name: choice.name } } : choice;
}
