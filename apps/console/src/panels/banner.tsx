import { useState } from 'react';
import { useIsConnected } from '../api/connection.ts';
import type { Autonomy, DesiredInstances } from '../api/documents.ts';
import { sendJson } from '../api/http.ts';
import { usePolled } from '../api/polling.ts';
import { instant } from '../format.ts';
import { SimulatedMark } from '../parts/panel.tsx';
import { SignedIn } from './signed-in.tsx';
import { ReasonDialog } from '../parts/reason-dialog.tsx';

interface BannerProps {
  readonly at: number | undefined;
  readonly simulated: boolean | undefined;
}

/** What is running, since when it was last heard of, and the hand that stops it. */
export function Banner({ at, simulated }: BannerProps) {
  const isConnected = useIsConnected();
  const { document: autonomy, refresh } = usePolled<Autonomy>('/v1/autonomy', 2000);
  const { document: instances } = usePolled<DesiredInstances>('/v1/scaling/desired', 2000);
  const [isAsking, setIsAsking] = useState(false);
  const isPaused = autonomy?.state === 'paused';

  async function set(reason: string): Promise<void> {
    await sendJson('PUT', '/v1/autonomy', { state: isPaused ? 'running' : 'paused', reason });
    refresh();
  }

  return (
    <header className="banner">
      <h1>ContentFlow</h1>
      {(simulated ?? autonomy?.simulated) && <SimulatedMark />}
      <dl>
        <div>
          <dt>Autonomy</dt>
          <dd className={isPaused ? 'warn' : 'good'}>{autonomy?.state ?? '…'}</dd>
        </div>
        <div>
          <dt>Instances</dt>
          <dd>{instances ? describeInstances(instances) : '…'}</dd>
        </div>
        <div className="clock">
          <dt>{simulated ? 'Simulated time' : 'As of'}</dt>
          <dd>{at ? instant(at) : '…'}</dd>
        </div>
        <SignedIn />
      </dl>
      <p className={isConnected ? 'connection' : 'connection lost'} role="status">
        {isConnected ? 'live' : 'not connected: the server does not answer; trying again'}
      </p>
      <button type="button" disabled={!autonomy || !isConnected} onClick={() => setIsAsking(true)}>
        {isPaused ? 'Resume autonomy' : 'Pause autonomy'}
      </button>
      {isPaused && autonomy.reason && <p className="reason">Paused: {autonomy.reason}</p>}
      {autonomy?.frozenUntil != null && (
        <p className="reason">Frozen until {instant(autonomy.frozenUntil)}: nothing is applied or put to the test.</p>
      )}
      {isAsking && (
        <ReasonDialog
          title={isPaused ? 'Resume autonomy' : 'Pause autonomy'}
          consequence={
            isPaused
              ? 'The system may change itself again, lever by lever as its policy says.'
              : 'The system goes on making content, and stops changing itself: no new experiment, no improvement, no scaling.'
          }
          confirm={isPaused ? 'Resume' : 'Pause'}
          onConfirm={set}
          onClose={() => setIsAsking(false)}
        />
      )}
    </header>
  );
}

const describeInstances = ({ desired, running }: DesiredInstances): string =>
  running === desired ? `${running}` : `${running} of ${desired}`;
