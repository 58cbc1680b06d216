import {
  at,
  conversationOf,
  type Imported,
  type ImportSource,
  isObject,
  itemsIn,
  type Json,
  leaveOthers,
  type Left,
  listAt,
  numberAt,
  recipeOf,
  textAt,
} from './imported.ts';

const UNDERSTOOD = [
  'id',
  'object',
  'name',
  'title',
  'version',
  'created_at',
  'updated_at',
  'is_default',
  'status',
  'model',
  'messages',
  'input',
  'instructions',
  'variables',
  'temperature',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'response_format',
  'text',
  'prompt',
  'stream',
  'store',
  'metadata',
  'user',
  'n',
];

/** Prompts as OpenAI's dashboard and requests have them: of the Responses API, of chat completions, one or many. */
export function fromOpenAi({ name, text }: ImportSource): Imported {
  const left: Left[] = [];
  const items = itemsIn(text).filter(isObject);
  const recipes = items.map((item, index) => {
    // A stored prompt wraps what is asked.
    const prompt = isObject(item['prompt']) ? { ...item, ...item['prompt'] } : item;
    const own = textAt(item, 'name') ?? textAt(item, 'title') ?? (items.length > 1 ? `${name} ${index + 1}` : name);
    leaveOthers(prompt, UNDERSTOOD, `${own}: `, left);
    const input = at(prompt, 'input');
    const spoken = typeof input === 'string' ? [{ role: 'user', content: input }] : listAt(prompt, 'input');
    const { system, ...conversation } = conversationOf([...listAt(prompt, 'messages'), ...spoken]);
    return recipeOf(
      {
        name: own,
        system: [textAt(prompt, 'instructions') ?? '', system].filter((part) => part !== '').join('\n\n'),
        ...conversation,
        model: textAt(prompt, 'model'),
        temperature: numberAt(prompt, 'temperature'),
        maxOutputTokens:
          numberAt(prompt, 'max_output_tokens') ??
          numberAt(prompt, 'max_completion_tokens') ??
          numberAt(prompt, 'max_tokens'),
        schema: schemaOf(prompt),
      },
      left,
    );
  });
  const models = [...new Set(recipes.flatMap(({ model }) => model ?? []))];
  const providers = models.length > 0 ? [{ name: 'openai', kind: 'openai', apiKey: '$OPENAI_API_KEY', models }] : [];
  return { providers, recipes, left };
}

/** Of the answer, in either protocol's place. */
function schemaOf(prompt: Json): Json | undefined {
  const found = at(prompt, 'response_format', 'json_schema', 'schema') ?? at(prompt, 'text', 'format', 'schema');
  return isObject(found) ? found : undefined;
}
