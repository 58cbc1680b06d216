import type { ContentDocument } from '@contentflow/contracts';
import { cursorAfter, type Query } from '@contentflow/read-model';
import { contentListQuery, contentPage } from './content-list.ts';

const AT = Date.UTC(2026, 0, 5);
/** The latest first, a second apart; every hundredth is about tea. */
const documents = Array.from({ length: 12_000 }, (_, index) => {
  const isTea = index % 100 === 0;
  return {
    id: String(index).padStart(5, '0'),
    acceptedAt: AT - index * 1000,
    brief: { contentType: 'email', topic: isTea ? 'Green tea' : 'a cup' },
    content: { body: isTea ? 'Steeped slowly.' : 'Held.' },
    quality: { score: index % 10 },
    usage: { cost: index % 7 },
    calls: [{ model: index % 2 ? 'small' : 'large' }],
  } as unknown as ContentDocument;
});

const contents = {
  find: async ({ limit = 50, after }: Query = {}) => {
    const start =
      after === undefined ? 0 : documents.findIndex((each) => cursorAfter(each, 'acceptedAt') === after) + 1;
    const items = documents.slice(start, start + limit);
    const last = items.at(-1);
    return { items, next: last && start + limit < documents.length ? cursorAfter(last, 'acceptedAt') : null };
  },
};

const asked = (query: Record<string, string>) =>
  contentPage(contents, contentListQuery.parse(query), async (document) => document);

async function allOf(query: Record<string, string>): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await asked({ ...query, ...(after && { after }) });
    ids.push(...page.items.map(({ id }) => id));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return ids;
}

describe('content that is searched for', () => {
  it('is found page by page, each once, however far apart it lies', async () => {
    const tea = documents.filter(({ brief }) => brief.topic === 'Green tea').map(({ id }) => id);
    expect(await allOf({ search: 'TEA  steeped', limit: '7' })).toEqual(tea);
    expect((await asked({ search: 'tea', limit: '7' })).items).toHaveLength(7);
  });

  it('is looked for a stretch at a time: a page may be empty, and lead on', async () => {
    const page = await asked({ search: 'coffee' });
    expect(page.items).toEqual([]);
    expect(page.next).toBe(cursorAfter(documents[4999] as ContentDocument, 'acceptedAt'));
    expect(await allOf({ search: 'coffee' })).toEqual([]);
  });

  it('is what all that is asked is true of', async () => {
    const found = await asked({ minScore: '9', maxCost: '0', model: 'small', limit: '5' });
    expect(found.items).toHaveLength(5);
    for (const { quality, usage, calls } of found.items)
      expect([quality?.score, usage.cost, calls?.[0]?.model]).toEqual([9, 0, 'small']);
  });
});
