import { ownValue } from '@contentflow/kernel';
import { type Answer, chunk, completion, event, json, stream, USAGE } from './answers.ts';

type Schema = Readonly<Record<string, unknown>>;
interface Tool {
  readonly function: { readonly name: string; readonly parameters?: Schema };
}
interface Chat {
  readonly stream?: boolean;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly Tool[];
  readonly tool_choice?: string | { readonly function?: { readonly name: string } };
  readonly response_format?: { readonly type: string; readonly json_schema?: { readonly schema: Schema } };
}

/**
 * A model server with chat completions and embeddings that does what it is asked for: calls a tool once where there are any, keeps to a JSON
 * Schema, and else says a sentence. So clients go all of their way.
 */
export const obliging: Answer = (response, received) => {
  const { path, body } = received;
  if (path.endsWith('/embeddings')) return embedded(body)(response, received);
  if (!path.endsWith('/chat/completions')) return json({ error: { message: 'Not Found' } }, 404)(response, received);
  const chat = body as unknown as Chat;
  const { said, finish } = answerTo(chat);
  if (!chat.stream) return json(completion(said, finish))(response, received);
  return stream(
    chunk({ role: 'assistant', content: '' }),
    ...piecesOf(said).map((piece) => chunk(piece)),
    chunk({}, finish),
    event({ id: 'theirs', object: 'chat.completion.chunk', choices: [], usage: USAGE }),
    event('[DONE]'),
  )(response, received);
};

interface Said {
  readonly content: string | null;
  readonly tool_calls?: readonly object[];
}

function answerTo({ messages, tools, tool_choice: choice, response_format: format }: Chat): {
  said: Said;
  finish: string;
} {
  const isAnswered = messages.some(({ role }) => role === 'tool');
  const wanted = typeof choice === 'object' ? choice.function?.name : undefined;
  const tool = tools?.find(({ function: { name } }) => wanted === undefined || name === wanted);
  if (tool && choice !== 'none' && !isAnswered) {
    const { name, parameters = {} } = tool.function;
    const given = JSON.stringify(sampleOf(parameters, parameters));
    const call = { id: 'call_1', type: 'function', function: { name, arguments: given } };
    return { said: { content: null, tool_calls: [call] }, finish: 'tool_calls' };
  }
  const schema = format?.json_schema?.schema;
  const content = schema ? JSON.stringify(sampleOf(schema, schema)) : sentenceFor(JSON.stringify(messages));
  return { said: { content }, finish: 'stop' };
}

/** Some libraries ask for forms of their own in words. */
function sentenceFor(messages: string): string {
  if (messages.includes('[[ ## completed ## ]]')) return '[[ ## answer ## ]]\nParis\n\n[[ ## completed ## ]]';
  return 'The capital of France is Paris.';
}

function piecesOf({ content, tool_calls: calls }: Said): object[] {
  if (calls) return calls.map((call, index) => ({ tool_calls: [{ index, ...call }] }));
  return (content ?? '').split(/(?<= )/).map((word) => ({ content: word }));
}

/** A value that fits, with every property that has a name. */
function sampleOf(schema: Schema, root: Schema): unknown {
  const reference = schema['$ref'];
  if (typeof reference === 'string') return sampleOf(at(root, reference), root);
  const [first] = (schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf'] ?? []) as Schema[];
  if (first) return sampleOf(first, root);
  if (Array.isArray(schema['enum'])) return schema['enum'][0] as unknown;
  if ('const' in schema) return schema['const'];
  switch ([schema['type']].flat()[0]) {
    case 'integer':
    case 'number':
      return 7;
    case 'boolean':
      return true;
    case 'array':
      return [sampleOf((schema['items'] ?? {}) as Schema, root)];
    case 'object':
      return Object.fromEntries(
        Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).map(([name, each]) => [
          name,
          sampleOf(each, root),
        ]),
      );
    default:
      return 'Paris';
  }
}

const at = (root: Schema, reference: string): Schema =>
  reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<Schema>((place, name) => (ownValue(place, name) ?? {}) as Schema, root);

function embedded(body: Readonly<Record<string, unknown>>): Answer {
  const inputs = Array.isArray(body['input']) && typeof body['input'][0] !== 'number' ? body['input'] : [body['input']];
  const vector = [0.5, -0.25, 0.125];
  const embedding =
    body['encoding_format'] === 'base64' ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector;
  return json({
    object: 'list',
    model: body['model'],
    data: inputs.map((_input, index) => ({ object: 'embedding', index, embedding })),
    usage: { prompt_tokens: 3, total_tokens: 3 },
  });
}
