/** Errors of connections that were kept from an earlier request, and ended before anything of an answer to the next one came. */
const unanswered = new WeakSet<object>();

export const noteUnanswered = (error: object): void => void unanswered.add(error);

export const wasUnanswered = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && unanswered.has(error);
