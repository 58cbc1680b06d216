import { storedSchema } from './stored-document.ts';

const schema = () => ({
  type: 'object',
  properties: {
    type: { type: 'string' },
    score: { anyOf: [{ type: 'number' }, { type: 'null' }] },
    batch: { type: ['string', 'null'] },
    isLate: { type: 'boolean' },
    by: { $ref: '#/$defs/Person' },
    either: { anyOf: [{ type: 'string' }, { type: 'number' }] },
    counts: { type: 'object', additionalProperties: { type: 'number' } },
    names: { type: 'array', items: { type: 'string' } },
  },
  $defs: { Person: { type: 'object', properties: { age: { type: 'integer' } } } },
});
const instanceOf = (path: string): unknown =>
  (storedSchema({ name: 'test', schema, indexes: [] }).path(path) as { instance?: string } | undefined)?.instance;

describe('the mongoose schema of a collection', () => {
  it.each([
    ['document.type', 'String'],
    ['document.score', 'Number'],
    ['document.batch', 'String'],
    ['document.isLate', 'Boolean'],
    ['document.by.age', 'Number'],
    ['document.either', 'Mixed'],
    ['document.counts', 'Mixed'],
    ['document.names', 'Mixed'],
    ['document.unheardOf', undefined],
  ])('has %s as its documents have it', (path, instance) => {
    expect(instanceOf(path)).toBe(instance);
  });

  it('has an index over the fields of each, and then over the id', () => {
    const indexes = storedSchema({ name: 'test', schema, indexes: ['score', 'type+by.age'] }).indexes();
    expect(indexes.map(([fields]) => fields)).toEqual([
      { 'document.score': 1, _id: 1 },
      { 'document.type': 1, 'document.by.age': 1, _id: 1 },
    ]);
  });

  it.each(['unheardOf', 'names', 'by', 'counts', 'type+names', 'by.name'])('refuses an index over %s', (index) => {
    expect(() => storedSchema({ name: 'test', schema, indexes: [index] })).toThrow(/test: ".*" holds no scalar/);
  });

  it('knows nothing of documents without one', () => {
    expect(storedSchema({ name: 'test', indexes: ['any.thing'] }).path('document')).toMatchObject({
      instance: 'Mixed',
    });
  });
});
