import type { ModelMessage, ModelRequest, ProviderKind, VerbatimCompletion } from '../model-provider.ts';

/**
 * The caller's own words, but for the model's name here, the count of tokens at a stream's end, which is always asked for, and a limit
 * where a budget needs one.
 */
export function verbatimBody(
  kind: ProviderKind,
  { model, verbatim }: ModelRequest & { readonly verbatim: VerbatimCompletion },
): object {
  const { body, limitTokens } = verbatim;
  if (body['model'] === model && !body['stream'] && limitTokens === undefined) return body;
  return {
    ...body,
    model,
    // OpenAI's newer models know the one name, other servers mostly the other.
    ...(limitTokens !== undefined && { [kind === 'openai' ? 'max_completion_tokens' : 'max_tokens']: limitTokens }),
    ...(body['stream'] === true && {
      stream_options: { ...(body['stream_options'] as object | null), include_usage: true },
    }),
  };
}

/** A request in OpenAI's words. Fields that are not set are left out: servers refuse what they do not know. */
export function chatCompletionBody(request: ModelRequest): Record<string, unknown> {
  return {
    model: request.model,
    messages: request.messages.map(chatMessage),
    max_tokens: request.maxOutputTokens,
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
