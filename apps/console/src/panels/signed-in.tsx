import { useEffect, useState } from 'react';
import { closeSession, currentSession } from '../api/session.ts';

/** Whose key this page shows, where it shows one, and the way out. */
export function SignedIn() {
  const [name, setName] = useState<string>();
  useEffect(() => {
    currentSession().then(
      (session) => setName(session.name ?? undefined),
      () => undefined,
    );
  }, []);
  if (name === undefined) return null;
  const signOut = async (): Promise<void> => {
    await closeSession();
    window.location.assign('/');
  };
  return (
    <div className="signed-in">
      <dt>Signed in</dt>
      <dd>
        {name}{' '}
        <button type="button" className="quiet" onClick={() => void signOut()}>
          Sign out
        </button>
      </dd>
    </div>
  );
}
