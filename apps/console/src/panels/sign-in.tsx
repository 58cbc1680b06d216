import { type FormEvent, useEffect, useState } from 'react';
import { currentSession, openSession } from '../api/session.ts';

/** Why a login came back without anybody, by the code that the server leads back with. */
const LOGIN_PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['unauthorized', 'The provider vouched for nobody. Log in again.'],
  ['forbidden', 'You have no role here. Whoever runs this names one in access.login.roles.'],
  ['not-ready', 'The provider does not answer. Try again, or sign in with a key.'],
  ['failed', 'The login did not succeed. Try again, or sign in with a key.'],
]);

function problemOfLogin(): string | undefined {
  const code = new URLSearchParams(window.location.search).get('login');
  return code === null ? undefined : (LOGIN_PROBLEMS.get(code) ?? LOGIN_PROBLEMS.get('failed'));
}

/** Asks for a key, or leads to where a person logs in, where the server does. */
export function SignIn() {
  const [problem, setProblem] = useState(problemOfLogin);
  const [login, setLogin] = useState<string>();
  useEffect(() => {
    currentSession().then(
      (session) => setLogin(session.login ?? undefined),
      () => undefined,
    );
  }, []);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const key = new FormData(event.currentTarget).get('key');
    try {
      if (await openSession(String(key).trim())) return window.location.reload();
      setProblem('This key opens nothing here: it may be expired or revoked.');
    } catch {
      setProblem('The server does not answer, or this is no key.');
    }
  };
  return (
    <main className="sign-in">
      <form onSubmit={(event) => void submit(event)}>
        <h1>ContentFlow</h1>
        {login !== undefined && (
          <a className="button" href={login}>
            Log in
          </a>
        )}
        <label>
          Key
          <input name="key" type="password" autoComplete="current-password" required />
        </label>
        <button type="submit">Sign in</button>
        {problem !== undefined && <p role="alert">{problem}</p>}
        <p>
          <code>contentflow keys create --name YOU --scopes read,operate,content</code> makes one.
        </p>
      </form>
    </main>
  );
}
