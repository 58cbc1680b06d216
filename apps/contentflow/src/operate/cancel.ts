import type { ContentDocument } from '@contentflow/contracts';
import { ask, type RunningOptions } from './running-system.ts';

export interface CancelOptions extends RunningOptions {
  readonly reason?: string;
}

/** Ends a brief that has no result yet. */
export async function run(options: CancelOptions, id: string): Promise<void> {
  const { reason } = options;
  const path = `/v1/content/${encodeURIComponent(id)}/cancel`;
  const content = await ask<ContentDocument>(options, 'POST', path, reason === undefined ? {} : { reason });
  if (options.json) console.log(JSON.stringify(content, null, 1));
  else console.log(`${content.id}: ${content.error?.message ?? content.status}; it cost $${content.usage.cost}`);
}
