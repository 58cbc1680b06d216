import { ContentFlowError } from '@contentflow/kernel';
import { z } from 'zod';

/** Source: https://platform.openai.com/docs/api-reference/responses/input-items */
export const inputItemsSchema = z.object({
  after: z.string().optional(),
  before: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z.enum(['asc', 'desc']).default('desc'),
  /** What is kept is shown whole. */
  include: z.union([z.string(), z.array(z.string())]).optional(),
  'include[]': z.union([z.string(), z.array(z.string())]).optional(),
});

/** @throws ContentFlowError `invalid-request` where the page begins or ends at an item that is not there */
export function pageOf(
  items: readonly { readonly id: string }[],
  { after, before, limit, order }: z.output<typeof inputItemsSchema>,
): object {
  const ordered = order === 'asc' ? items : items.toReversed();
  const placeOf = (name: 'after' | 'before', id: string): number => {
    const place = ordered.findIndex((each) => each.id === id);
    if (place === -1) throw new ContentFlowError('invalid-request', `there is no item "${id}"`, { field: name });
    return place;
  };
  const from = after === undefined ? 0 : placeOf('after', after) + 1;
  const rest = ordered.slice(from, before === undefined ? undefined : Math.max(from, placeOf('before', before)));
  const data = rest.slice(0, limit);
  const [first] = data;
  return {
    object: 'list',
    data,
    first_id: first?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: rest.length > data.length,
  };
}
