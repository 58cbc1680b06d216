/** What arrives of an answer. */
export interface Pieces extends AsyncIterable<Buffer> {
  /** Nothing more of it is wanted: its server is hung up on. */
  abandon?(): void;
}

/** How long what is whole is listened to for what may stand behind it, as the count of tokens does. Milliseconds. */
const AFTER_END_MS = 3000;

/** A body up to its end, or to the silence behind what is whole: some servers leave their stream open then, or only show that they live. */
export async function* upToSilence(body: Pieces, isWhole: () => boolean): AsyncGenerator<Buffer> {
  const arriving = body[Symbol.asyncIterator]();
  let endsAt: number | undefined;
  let next: Promise<IteratorResult<Buffer>> | undefined;
  try {
    for (;;) {
      next = arriving.next();
      endsAt = isWhole() ? (endsAt ?? performance.now() + AFTER_END_MS) : undefined;
      const read = endsAt === undefined ? await next : await within(endsAt - performance.now(), next);
      if (read === undefined) return;
      next = undefined;
      if (read.done) return;
      yield read.value;
    }
  } finally {
    body.abandon?.();
    // What it would still have said, or failed with, is nothing to anybody.
    next?.catch(() => undefined);
    void arriving.return?.()?.catch(() => undefined);
  }
}

/** Undefined where it takes longer. */
function within<T>(timeMs: number, awaited: Promise<T>): Promise<T | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
  const timer = setTimeout(() => resolve(undefined), Math.max(0, timeMs));
  awaited.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}
