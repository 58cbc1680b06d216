import { allDocuments } from './all-documents.ts';
import type { Query } from './read-model.ts';

describe('reading all documents', () => {
  it('asks for page after page until there is no next one', async () => {
    const asked: (string | undefined)[] = [];
    const pages = new Map([
      [undefined, { items: [{ id: 'a' }, { id: 'b' }], next: 'two' }],
      ['two', { items: [], next: 'three' }],
      ['three', { items: [{ id: 'c' }], next: null }],
    ]);
    const find = async ({ after }: Query = {}) => {
      asked.push(after);
      return pages.get(after as undefined)!;
    };

    const found: string[] = [];
    for await (const { id } of allDocuments({ find }, { where: { kind: 'x' } })) found.push(id);

    expect(found).toEqual(['a', 'b', 'c']);
    expect(asked).toEqual([undefined, 'two', 'three']);
  });
});
