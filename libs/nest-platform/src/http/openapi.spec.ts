import { apiRoutes } from '@contentflow/contracts';
import { untypedAnswers } from '../testing/untyped-answers.ts';
import { openApiOf } from './openapi.ts';
import type { Route } from './routes.ts';

const routeOf = (route: string): Route => {
  const [method = '', path = ''] = route.split(' ');
  return { method, path, status: 200, isStream: false, body: undefined, query: undefined };
};
const answering = (schema: unknown): Record<string, unknown> => ({
  paths: { '/v1/x': { get: { responses: { 200: { content: { 'application/json': { schema } } } } } } },
  components: { schemas: {} },
});

describe('the description of the API', () => {
  it('says of each answer what it is', () => {
    expect(untypedAnswers(openApiOf(Object.keys(apiRoutes).map(routeOf), 'test'))).toEqual([]);
  });

  it('is found wanting where a route’s answer is described nowhere', () => {
    const document = openApiOf([routeOf('GET /v1/nowhere')], 'test');
    expect(untypedAnswers(document)).toEqual(['GET /v1/nowhere 200']);
  });

  it.each([
    ['anything', {}, ''],
    ['an object of anything', { type: 'object' }, ''],
    ['an object with more than it names', { type: 'object', properties: {}, additionalProperties: {} }, ' *'],
    ['the same, said in another way', { type: 'object', properties: {}, additionalProperties: true }, ' *'],
    ['a field of anything', { type: 'object', properties: { it: { description: 'something' } } }, ' it'],
    ['a list of anything', { type: 'array', items: {} }, ''],
    ['one of several, anything among them', { anyOf: [{ type: 'null' }, {}] }, ''],
    ['values of anything by their names', { type: 'object', additionalProperties: { type: 'array', items: {} } }, ' *'],
  ])('is found wanting where it says: %s', (_, schema, way) => {
    expect(untypedAnswers(answering(schema))).toEqual([`GET /v1/x 200${way}`]);
  });
});
