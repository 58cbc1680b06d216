import { z } from 'zod';

/** What an HTTP route answers, and what no handler's own schema says of it. */
export interface ApiRoute {
  readonly summary: string;
  /** Of the body, where the handler checks it by hand. */
  readonly body?: z.ZodType;
  /** Of the body, `application/json` where left out. */
  readonly bodyType?: string;
  readonly answers: Readonly<Record<number, z.ZodType>>;
  /** `application/json` where left out. */
  readonly contentType?: string;
}

/** A page of a list; `next` goes into `?after=` and is null on the last page. */
export const pageOf = (item: z.ZodType): z.ZodType => z.object({ items: z.array(item), next: z.string().nullable() });
