import { useCallback, useEffect, useRef, useState } from 'react';
import { setConnected } from './connection.ts';
import { getJson, Problem } from './http.ts';

export interface Polled<Document> {
  readonly document: Document | undefined;
  /** Why there is none, or no newer one. */
  readonly problem: string | undefined;
  /** Asks again at once. */
  readonly refresh: () => void;
}

/** A document, asked for again and again while the page is seen; ever more seldom while the server does not answer. */
export function usePolled<Document>(path: string, everyMs: number): Polled<Document> {
  const [answer, setAnswer] = useState<Answer<Document>>({ path });
  const polling = useRef<Polling>(undefined);

  useEffect(() => {
    const started = startPolling<Document>(path, everyMs, {
      onDocument: (document) => setAnswer({ path, document }),
      onProblem: (problem) => setAnswer((before) => ({ ...(before.path === path && before), path, problem })),
    });
    polling.current = started;
    return started.stop;
  }, [path, everyMs]);

  const refresh = useCallback(() => polling.current?.refreshNow(), []);
  // What was asked for before, under another path, is no answer to this question.
  const current = answer.path === path ? answer : undefined;
  return { document: current?.document, problem: current?.problem, refresh };
}

interface Answer<Document> {
  readonly path: string;
  readonly document?: Document;
  readonly problem?: string;
}

interface Polling {
  refreshNow(): void;
  stop(): void;
}

const LONGEST_PAUSE_MS = 15_000;

export function startPolling<Document>(
  path: string,
  everyMs: number,
  to: { onDocument: (document: Document) => void; onProblem: (problem: string) => void },
): Polling {
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = new AbortController();

  const ask = async (): Promise<void> => {
    clearTimeout(timer);
    asking.abort();
    const { signal } = (asking = new AbortController());
    try {
      const found = await getJson<Document>(path, signal);
      if (signal.aborted) return;
      failures = 0;
      setConnected(true);
      to.onDocument(found);
    } catch (error) {
      if (signal.aborted) return;
      failures++;
      setConnected(error instanceof Problem && error.status < 500);
      to.onProblem(error instanceof Problem ? error.message : 'The server does not answer.');
    }
    if (!document.hidden)
      timer = setTimeout(() => void ask(), Math.min(LONGEST_PAUSE_MS, everyMs * 2 ** Math.min(failures, 4)));
  };
  const onVisibility = (): void => {
    if (document.hidden) clearTimeout(timer);
    else void ask();
  };

  document.addEventListener('visibilitychange', onVisibility);
  void ask();
  return {
    refreshNow: () => void ask(),
    stop: () => {
      document.removeEventListener('visibilitychange', onVisibility);
      clearTimeout(timer);
      asking.abort();
    },
  };
}
