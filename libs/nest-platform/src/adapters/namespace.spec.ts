import { namespaceOf } from './open-platform.ts';

describe('the namespace of an installation', () => {
  it('is none where none is given', () => expect(namespaceOf('')).toBe(''));
  it('is what can be part of the name of a topic and of a database', () =>
    expect(namespaceOf('staging-2')).toBe('staging-2'));
  it.each(['Staging', 'a.b', 'a/b', 'x'.repeat(33)])('is refused where it cannot: %s', (namespace) => {
    expect(() => namespaceOf(namespace)).toThrow(expect.objectContaining({ field: 'CONTENTFLOW_NAMESPACE' }));
  });
});
