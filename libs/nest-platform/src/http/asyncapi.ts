import { type EventDefinition, eventDefinitions, topics } from '@contentflow/contracts';
import { jsonSchemas, LICENSE } from './openapi.ts';

type Json = Record<string, unknown>;

/** AsyncAPI 3.0 of every event: one channel per topic, one message per event type. Each service appends its own and may read all. */
export function asyncApi(version: string): Json {
  const schemas: Json = {};
  const schema = jsonSchemas(schemas);
  const messages = Object.fromEntries(
    [...eventDefinitions.values()].map((definition) => [
      definition.name,
      messageOf(definition, schema(definition.schema)),
    ]),
  );
  const named = (topic: string): EventDefinition[] =>
    [...eventDefinitions.values()].filter((definition) => definition.topic === topic);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'ContentFlow events',
      version,
      description: 'CloudEvents, binary mode: attributes in headers, data as JSON.',
      license: LICENSE,
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      topics.map(({ name, partitions }) => [name, channelOf(name, partitions, named(name))]),
    ),
    operations: Object.fromEntries(
      [...eventDefinitions.values()].map((each) => [`append${each.name}`, operationOf(each)]),
    ),
    components: { messages, schemas },
  };
}

const channelOf = (topic: string, partitions: number, definitions: readonly EventDefinition[]): Json => ({
  address: topic,
  description: `What cannot be handled goes to ${topic}.dead-letter, with the reason.`,
  messages: Object.fromEntries(definitions.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }])),
  bindings: { kafka: { topic, partitions } },
});

const operationOf = ({ context, name, topic, description }: EventDefinition): Json => ({
  action: 'send',
  summary: description,
  tags: [{ name: context }],
  channel: { $ref: `#/channels/${topic}` },
  messages: [{ $ref: `#/channels/${topic}/messages/${name}` }],
});

const attribute = (description: string): Json => ({ type: 'string', description });

const messageOf = ({ name, type, context, description }: EventDefinition, payload: unknown): Json => ({
  name: type,
  title: name,
  summary: description,
  contentType: 'application/json',
  headers: {
    type: 'object',
    properties: {
      ce_id: attribute('the same for a repeat of the same answer'),
      ce_type: { const: type },
      ce_source: attribute(`the service: ${context}`),
      ce_subject: attribute('what it is about; the key of its partition'),
      ce_time: attribute('RFC 3339'),
      traceparent: attribute('W3C trace context'),
    },
  },
  payload,
});
