import type { HitVerdict, WrongHits } from '@contentflow/contracts';
import type { PromptMessage } from './prompt.ts';
import { fencedReference } from './reference-fence.ts';

/** The heading of the task, which no step of a workflow can have. */
export const JUDGING_TASK = 'judge texts';

const judge = `You check texts before they are given away. A text serves a request when whoever asked can use it as it is: it is about the same thing, for the same reader, in the same language, and no name, number, condition or fact of the request is missing from it or different in it. Style, order and choice of words do not matter.`;

/**
 * How a model is asked whether a text made for another request serves this one, beside the text made for it. Both are shown, so that what
 * it wrongly finds fault with tells in both.
 * @param isServedFirst  judges prefer what they read first; whoever asks varies it
 */
export function judgingMessages(
  request: string,
  served: string,
  made: string,
  isServedFirst: boolean,
): PromptMessage[] {
  const [first, second] = isServedFirst ? [served, made] : [made, served];
  const user = [
    '# Request',
    fencedReference(request),
    '# First text',
    fencedReference(first),
    '# Second text',
    fencedReference(second),
    `# Task: ${JUDGING_TASK}`,
    'Which of the texts serves the request? Answer with one word: both, first, second or neither.',
  ];
  return [
    { role: 'system', content: judge },
    { role: 'user', content: user.join('\n') },
  ];
}

/** What the judge says, by its first word that says anything; `unclear` where none does. */
export function verdictIn(reply: string, isServedFirst: boolean): HitVerdict {
  const said = /\b(both|first|second|neither)\b/i.exec(reply)?.[1]?.toLowerCase();
  if (said === undefined) return 'unclear';
  if (said === 'both' || said === 'neither') return said;
  return (said === 'first') === isServedFirst ? 'only_served' : 'only_made';
}

/** What the judge was not clear about says nothing. */
export function countedVerdicts(audits: readonly { readonly verdict: HitVerdict }[]): WrongHits {
  const count = (of: HitVerdict): number => audits.filter(({ verdict }) => verdict === of).length;
  return { judged: audits.length - count('unclear'), onlyMade: count('only_made'), onlyServed: count('only_served') };
}
