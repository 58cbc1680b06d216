import type { ListedProposal } from '@contentflow/contracts';
import { usageError } from '@contentflow/kernel';
import { unknownName } from '../command-line/unknown-name.ts';
import { ask, type RunningOptions } from './running-system.ts';

export interface ProposalsOptions extends RunningOptions {
  readonly reason?: string;
  readonly status: string;
}

/** Lists what waits for a person, or answers it. */
export async function run(options: ProposalsOptions, action = 'list', id?: string): Promise<void> {
  if (action === 'list') {
    const query = options.status === 'all' ? '' : `&status=${encodeURIComponent(options.status)}`;
    const { items } = await ask<{ items: ListedProposal[] }>(options, 'GET', `/v1/proposals?limit=1000${query}`);
    if (options.json) console.log(JSON.stringify(items, null, 1));
    else print(items);
    return;
  }
  if (action !== 'approve' && action !== 'refuse') throw unknownName('action', action, ['list', 'approve', 'refuse']);
  if (id === undefined)
    throw usageError(`${action} which proposal?`, 'name its id, as "contentflow proposals" lists it');
  if (!options.reason) throw usageError('the ledger wants a reason', 'write --reason TEXT');
  const path = `/v1/proposals/${encodeURIComponent(id)}/${action}`;
  const proposal = await ask<ListedProposal>(options, 'POST', path, { reason: options.reason });
  if (options.json) console.log(JSON.stringify(proposal, null, 1));
  else console.log(`${proposal.id}: ${proposal.status}`);
}

function print(items: readonly ListedProposal[]): void {
  if (items.length === 0) console.log('nothing');
  for (const { id, kind, status, contentType, lever, why, answerUntil } of items) {
    const until = answerUntil === null ? '' : `, until ${new Date(answerUntil).toISOString()}`;
    console.log(`${id}  ${status}${until}  ${contentType}, ${lever} (${kind}): ${why}`);
  }
}
