import { type FormEvent, useState } from 'react';
import { openSession } from '../api/session.ts';

/** Asks for a key, where the server does. */
export function SignIn() {
  const [problem, setProblem] = useState<string>();
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
