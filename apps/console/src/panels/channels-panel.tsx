import { useState } from 'react';
import type { Listed } from '../api/documents.ts';
import { sendJson } from '../api/http.ts';
import { usePolled } from '../api/polling.ts';
import { instant } from '../format.ts';
import { Empty, Panel } from '../parts/panel.tsx';

const EVERY_MS = 10_000;

interface Channel {
  readonly name: string;
  readonly kind: string;
  readonly to: string;
  readonly least: string;
  readonly last: { readonly at: number; readonly isSent: boolean; readonly reason: string | null } | null;
}
interface Channels extends Listed<Channel> {
  readonly quietHours: { readonly from: string; readonly until: string; readonly timeZone: string } | null;
  readonly simulated: boolean;
}
interface Tested {
  readonly items: readonly { readonly channel: string; readonly isSent: boolean; readonly reason: string | null }[];
}

/** Who is told of incidents, and whether that works. */
export function ChannelsPanel() {
  const { document: channels, problem } = usePolled<Channels>('/v1/notifications', EVERY_MS);
  const [said, setSaid] = useState<ReadonlyMap<string, string>>(new Map());
  const items = channels?.items ?? [];
  const say = (channel: string, words: string): void => setSaid((before) => new Map(before).set(channel, words));
  const test = async (channel: string): Promise<void> => {
    say(channel, 'Sending …');
    try {
      const tested = await sendJson<Tested>('POST', '/v1/notifications/test', { channel });
      for (const { channel: name, isSent, reason } of tested.items) say(name, isSent ? 'Sent.' : `Failed: ${reason}`);
    } catch (error) {
      say(channel, (error as Error).message);
    }
  };
  return (
    <Panel title="Told of incidents" name="channels" note={channels?.quietHours && quietIn(channels.quietHours)}>
      {items.length === 0 && (
        <Empty>
          {problem ??
            (channels
              ? 'Nobody: name notifications.channels in contentflow.config.json and start again.'
              : 'Loading …')}
        </Empty>
      )}
      <ul className="rows">
        {items.map(({ name, kind, to, least, last }) => (
          <li key={name} className="line" data-channel={name}>
            <strong>{name}</strong>
            <span>
              {kind} to {to}, {least === 'critical' ? 'what is critical' : 'all'}
            </span>
            {last && (
              <span className={last.isSent ? 'good' : 'bad'}>
                {last.isSent ? 'sent' : 'failed'} {instant(last.at)}
                {last.reason !== null && `: ${last.reason}`}
              </span>
            )}
            <button type="button" className="quiet" onClick={() => void test(name)}>
              Test {name}
            </button>
            <span role="status">{said.get(name)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const quietIn = ({ from, until, timeZone }: NonNullable<Channels['quietHours']>): string =>
  `quiet from ${from} to ${until}, ${timeZone}`;
