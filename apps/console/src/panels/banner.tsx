import { useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { pages } from '../addresses.ts';
import { useIsConnected } from '../api/connection.ts';
import type { Autonomy } from '../api/documents.ts';
import { sendJson } from '../api/http.ts';
import { usePolled } from '../api/polling.ts';
import { useRealSpeed } from '../api/real-speed.ts';
import { count, instant } from '../format.ts';
import { SimulatedMark } from '../parts/panel.tsx';
import { ReasonDialog } from '../parts/reason-dialog.tsx';
import { SignedIn } from './signed-in.tsx';

interface BannerProps {
  readonly at: number | undefined;
  readonly simulated: boolean | undefined;
}

const EVERY_MS = 5000;

/** Where one can go, what is running, since when it was last heard of, and the hand that stops it. */
export function Banner({ at, simulated }: BannerProps) {
  const isConnected = useIsConnected();
  const { document: autonomy, refresh } = usePolled<Autonomy>('/v1/autonomy', EVERY_MS);
  const [isAsking, setIsAsking] = useState(false);
  const speed = useRealSpeed(simulated ? at : undefined);
  const isPaused = autonomy?.state === 'paused';

  async function set(reason: string): Promise<void> {
    await sendJson('PUT', '/v1/autonomy', { state: isPaused ? 'running' : 'paused', reason });
    refresh();
  }

  return (
    <header className="banner">
      <div className="bar">
        <Link href="/" className="brand" aria-label="ContentFlow, overview">
          ContentFlow
        </Link>
        {(simulated ?? autonomy?.simulated) && <SimulatedMark />}
        <dl>
          <div className="clock">
            <dt>{simulated ? 'Simulated time' : 'As of'}</dt>
            <dd>
              {at ? instant(at) : '…'}
              {simulated && speed !== undefined && <span className="muted"> · {count(speed)} × real time</span>}
            </dd>
          </div>
          <SignedIn />
        </dl>
        <p className={isConnected ? 'connection' : 'connection lost'} role="status">
          {isConnected ? 'live' : 'not connected: the server does not answer; trying again'}
        </p>
        <span className="autonomy">
          <span>
            Autonomy <b className={isPaused ? 'warn' : 'good'}>{autonomy?.state ?? '…'}</b>
          </span>
          <button
            type="button"
            className="quiet"
            disabled={!autonomy || !isConnected}
            onClick={() => setIsAsking(true)}
          >
            {isPaused ? 'Resume autonomy' : 'Pause autonomy'}
          </button>
        </span>
      </div>
      <Navigation />
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

/** All pages; on a phone behind a button. */
function Navigation() {
  const [location] = useLocation();
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => setIsOpen(false), [location]);
  const current = pages.find(({ path }) => (path === '/' ? location === '/' : location.startsWith(path)));
  return (
    <nav aria-label="Pages">
      <button
        type="button"
        className="menu quiet"
        aria-expanded={isOpen}
        aria-controls="pages"
        onClick={() => setIsOpen((before) => !before)}
      >
        {isOpen ? 'Close the menu' : `Menu: ${current?.name ?? 'pages'}`}
      </button>
      <ul id="pages" className={isOpen ? 'pages open' : 'pages'}>
        {pages.map(({ path, name }) => (
          <li key={path}>
            <Link href={path} aria-current={current?.path === path ? 'page' : undefined}>
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
