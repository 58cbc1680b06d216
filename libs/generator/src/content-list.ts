import {
  type ContentDocument,
  type ContentRow,
  instantSchema,
  numberInQuery,
  pageSchema,
} from '@contentflow/contracts';
import { cursorAfter, type Collection, type Page, type Query } from '@contentflow/read-model';
import { z } from 'zod';

const amount = numberInQuery(z.number());

/** What a list of content is asked with. What no index answers is looked for among the latest, a stretch at a time. */
export const contentListQuery = pageSchema.extend({
  status: z.enum(['accepted', 'generating', 'generated', 'failed']).optional(),
  contentType: z.string().optional(),
  batch: z.string().optional(),
  recipe: z.string().optional().describe('version'),
  from: instantSchema.optional().describe('accepted then or later'),
  to: instantSchema.optional().describe('accepted before'),
  search: z.string().optional().describe('words that its topic, title or text has, in any case'),
  model: z.string().optional().describe('that was called for it'),
  key: z.string().optional().describe('id of the key that asked for it'),
  minScore: amount.optional(),
  maxScore: amount.optional(),
  minCost: amount.optional().describe('US dollars'),
  maxCost: amount.optional().describe('US dollars'),
  view: z.enum(['whole', 'row']).default('whole').describe('`row`: without texts, measures and calls'),
});
type Asked = z.output<typeof contentListQuery>;

const BY = 'acceptedAt';
/** Documents that one request looks through; `next` goes on behind them. */
const LOOKED_THROUGH = 5000;
const STRETCH = 500;

/** A page, the latest first; one that is searched for may be short of its limit and have a `next` all the same. */
export async function contentPage(
  contents: Pick<Collection<ContentDocument>, 'find'>,
  asked: Asked,
  shown: (document: ContentDocument) => Promise<ContentDocument>,
): Promise<Page<ContentDocument>> {
  const query: Query = { where: whereOf(asked), sort: { by: BY, descending: true } };
  const matches = matcherOf(asked);
  if (!matches) {
    const page = await contents.find({ ...query, limit: asked.limit, ...(asked.after && { after: asked.after }) });
    return { ...page, items: await Promise.all(page.items.map(shown)) };
  }
  const found: ContentDocument[] = [];
  let { after } = asked;
  for (let looked = 0; looked < LOOKED_THROUGH; looked += STRETCH) {
    const page = await contents.find({ ...query, limit: STRETCH, ...(after && { after }) });
    for (const document of page.items) {
      const opened = await shown(document);
      if (!matches(opened)) continue;
      found.push(opened);
      if (found.length === asked.limit) return { items: found, next: cursorAfter(document, BY) };
    }
    if (page.next === null) return { items: found, next: null };
    after = page.next;
  }
  return { items: found, next: after ?? null };
}

function whereOf({ status, contentType, batch, recipe, from, to }: Asked): NonNullable<Query['where']> {
  return {
    ...(status ? { status } : {}),
    ...(contentType ? { contentType } : {}),
    ...(batch ? { batchId: batch } : {}),
    ...(recipe ? { recipe } : {}),
    ...(from === undefined && to === undefined
      ? {}
      : { acceptedAt: { ...(from !== undefined && { from }), ...(to !== undefined && { below: to }) } }),
  };
}

type Matcher = (document: ContentDocument) => boolean;

/** Undefined where nothing is asked that an index does not answer. */
function matcherOf({ search, model, key, minScore, maxScore, minCost, maxCost }: Asked): Matcher | undefined {
  const words =
    search
      ?.toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '') ?? [];
  const isWithin = (value: number | undefined, least: number | undefined, most: number | undefined): boolean =>
    (least === undefined && most === undefined) ||
    (value !== undefined && value >= (least ?? -Infinity) && value <= (most ?? Infinity));
  const matchers: Matcher[] = [];
  if (words.length > 0)
    matchers.push(({ brief, content }) => {
      const text = `${brief.topic} ${content?.title ?? ''} ${content?.body ?? ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  if (model !== undefined) matchers.push(({ calls = [] }) => calls.some((call) => call.model === model));
  if (key !== undefined) matchers.push(({ keyId }) => keyId === key);
  if (minScore !== undefined || maxScore !== undefined)
    matchers.push(({ quality }) => isWithin(quality?.score, minScore, maxScore));
  if (minCost !== undefined || maxCost !== undefined)
    matchers.push(({ usage }) => isWithin(usage.cost, minCost, maxCost));
  return matchers.length === 0 ? undefined : (document) => matchers.every((matches) => matches(document));
}

/** A document as a list shows it. */
export const rowOf = ({ brief, quality, usage, exposures, calls = [], ...document }: ContentDocument): ContentRow => ({
  id: document.id,
  status: document.status,
  contentType: document.contentType,
  recipe: document.recipe,
  holdback: document.holdback,
  ...(document.belowThreshold !== undefined && { belowThreshold: document.belowThreshold }),
  simulated: document.simulated,
  ...(document.error && { error: document.error }),
  acceptedAt: document.acceptedAt,
  ...(document.endedAt !== undefined && { endedAt: document.endedAt }),
  topic: brief.topic,
  models: [...new Set(calls.map(({ model }) => model))],
  score: quality?.score ?? null,
  cost: usage.cost,
  timeMs: usage.timeMs,
  tokens: usage.tokensIn + usage.tokensOut,
  experiments: exposures.length,
});
