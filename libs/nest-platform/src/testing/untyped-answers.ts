type Json = Readonly<Record<string, unknown>>;

/**
 * What the API's description leaves open in its answers, and why: whoever reads such a field is told nothing of its shape. By the component or
 * the route that it stands in, and the way to it.
 */
const openOnPurpose: Readonly<Record<string, string>> = {
  'Brief metadata': 'a person’s own words, handed back as they came',
  'ContentRequest metadata': 'the same, as they are given',
  'GET /v1/recipes 200 items recipe output schema': 'a JSON Schema, which a recipe’s author writes',
  'State contentTypes inForce output schema': 'the same',
  'Problem *': 'RFC 9457 lets a problem have members of its own',
  'Problem error': 'in the words of the model’s server, where it says what is wrong with a request',
  'Decision data': 'as the event of its name has it: asyncapi.json says so of each',
  'POST /v1/chat/completions 200': 'in the words of the server that made it, whatever it adds to OpenAI’s protocol',
  'POST /v1/responses 200': 'the same',
  'POST /v1/responses/compact 200': 'the same',
  'GET /v1/responses/{id} 200': 'the same',
  'GET /v1/responses/{id}/input_items 200': 'the same',
  'POST /v1/completions 200': 'the same',
  'POST /v1/embeddings 200': 'the same',
  'POST /v1/messages 200': 'the same',
  'GET /openapi.json 200': 'OpenAPI’s own specification describes it',
  'GET /asyncapi.json 200': 'AsyncAPI’s own specification describes it',
};

/** The answers of an OpenAPI document whose shape is said nowhere, each as the way to it; none that are open on purpose. */
export function untypedAnswers(document: Json): string[] {
  const { paths, components } = document as { paths: Record<string, Record<string, Json>>; components: Json };
  const answers = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      Object.entries(operation['responses'] as Record<string, { content?: Record<string, { schema: unknown }> }>)
        .flatMap(([status, { content = {} }]) => Object.values(content).map(({ schema }) => [status, schema] as const))
        .flatMap(([status, schema]) => untypedIn(schema, `${method.toUpperCase()} ${path} ${status}`)),
    ),
  );
  const named = Object.entries(components['schemas'] as Json).flatMap(([name, schema]) => untypedIn(schema, name));
  const isOnPurpose = (way: string): boolean =>
    Object.keys(openOnPurpose).some((known) => way === known || way.startsWith(`${known} `));
  return [...new Set([...answers, ...named])].filter((way) => !isOnPurpose(way));
}

/** Words that say of a value what it is. */
const schemaKeywords = ['type', 'anyOf', 'oneOf', 'allOf', 'enum', 'const', '$ref', 'not'];
/** Words whose values are schemas by a name of their own. */
const named = ['properties', 'patternProperties', '$defs'];
/** Words whose values are schemas. */
const nested = ['items', 'prefixItems', 'anyOf', 'oneOf', 'allOf'];

function untypedIn(schema: unknown, way: string): string[] {
  if (schema === true || typeof schema !== 'object' || schema === null) return schema === true ? [way] : [];
  const said = schema as Json;
  if (!schemaKeywords.some((word) => word in said)) return [way];
  const isOpen = said['type'] === 'object' && !('properties' in said) && !('additionalProperties' in said);
  const more = said['additionalProperties'];
  return [
    ...(isOpen ? [way] : []),
    ...(more === undefined || more === false ? [] : untypedIn(more, `${way} *`)),
    ...named.flatMap((word) =>
      Object.entries((said[word] ?? {}) as Json).flatMap(([name, each]) => untypedIn(each, `${way} ${name}`)),
    ),
    ...nested.flatMap((word) => [said[word] ?? []].flat().flatMap((each) => untypedIn(each, way))),
  ];
}
