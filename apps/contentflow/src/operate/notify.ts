import type { ShownChannel, TestOutcome } from '@contentflow/monitor';
import { usageError } from '@contentflow/kernel';
import { ask, type RunningOptions } from './running-system.ts';

export interface NotifyOptions extends RunningOptions {
  readonly test?: boolean;
  readonly channel?: string;
}

interface Channels {
  readonly items: readonly ShownChannel[];
}
interface Tested {
  readonly items: readonly TestOutcome[];
}

/** Lists the channels that are told of incidents, or sends a test to them. @returns 1 where a channel does not take it */
export async function run(options: NotifyOptions): Promise<number> {
  const { test = false, channel } = options;
  if (!test && channel !== undefined) throw usageError('--channel goes with --test', 'add --test');
  if (!test) {
    show(options, await ask<Channels>(options, 'GET', '/v1/notifications'), lineOf);
    return 0;
  }
  const path = '/v1/notifications/test';
  const tested = await ask<Tested>(options, 'POST', path, channel === undefined ? {} : { channel });
  show(options, tested, ({ channel: name, isSent, reason }) => `${name}: ${isSent ? 'sent' : `failed: ${reason}`}`);
  return tested.items.every(({ isSent }) => isSent) ? 0 : 1;
}

const NONE = 'nobody is told of incidents: name notifications.channels in the configuration file';

function show<Item>(
  { json }: NotifyOptions,
  document: { readonly items: readonly Item[] },
  line: (item: Item) => string,
): void {
  if (json) console.log(JSON.stringify(document, null, 1));
  else console.log(document.items.length === 0 ? NONE : document.items.map(line).join('\n'));
}

function lineOf({ name, kind, to, least, last }: ShownChannel): string {
  const outcome =
    last === null ? 'nothing sent yet' : last.isSent ? 'the last message was sent' : `failed: ${last.reason}`;
  return `${name}: ${kind} to ${to}, ${least === 'warning' ? 'all' : 'critical alone'}; ${outcome}`;
}
