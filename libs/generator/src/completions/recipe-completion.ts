import { ContentFlowError } from '@contentflow/kernel';
import type { UnsupportedField } from '@contentflow/language-models';
import { type Completion, formsBeyondText, limitOf, type Message, stopsOf, textOf } from './completion-request.ts';

export const RECIPE_PREFIX = 'contentflow/';

/** A brief as a conversation asks for it. */
export interface RequestedBrief {
  readonly contentType: string;
  readonly topic: string;
  readonly instructions?: string;
  readonly reference?: string;
}

const param = (field: string, problem: string): ContentFlowError =>
  new ContentFlowError('invalid-request', `${problem}; call a model by its own name for that`, { field });

/**
 * The last thing the user said is the topic, what the application says as the system is its instruction, and what was said before is
 * reference material.
 * @param beyond  what was asked for in another protocol, and no chat completion can say
 * @throws ContentFlowError `invalid-request` for what a recipe cannot give: it makes one text
 */
export function briefFrom(asked: Completion, beyond?: UnsupportedField): RequestedBrief {
  if (beyond) throw param(beyond.param, `a recipe cannot be asked for ${beyond.what}`);
  refuseOtherForms(asked);
  const { model, messages } = asked;
  const topic = messages.findLast(({ role }) => role === 'user');
  const instructions = messages.filter(isInstruction).map(textOf).filter(Boolean).join('\n\n');
  const before = messages.filter((each) => each !== topic && !isInstruction(each) && textOf(each) !== '');
  const reference = before.map((each) => `${each.role}: ${textOf(each)}`).join('\n');
  return {
    contentType: model.slice(RECIPE_PREFIX.length),
    topic: topic ? textOf(topic) : '',
    ...(instructions ? { instructions } : {}),
    ...(reference ? { reference } : {}),
  };
}

const isInstruction = ({ role }: Message): boolean => role === 'system' || role === 'developer';

/** A client that asked for a form would fail far from here where it was not kept. */
function refuseOtherForms(asked: Completion): void {
  const { tools, tool_choice: choice, response_format: format } = asked;
  const isNoTool = choice === 'none';
  if (tools?.length && !isNoTool) throw param('tools', 'a recipe calls no tools');
  if (choice && !isNoTool && choice !== 'auto') throw param('tool_choice', 'a recipe calls no tools');
  if (format && (format.type ?? 'text') !== 'text')
    throw param('response_format', 'the form of what a recipe makes is said by its own output.schema');
  const [other] = formsBeyondText({ ...asked, tools: [] });
  if (other?.startsWith('messages')) throw param('messages', 'a recipe reads text alone');
  if (other !== undefined) throw param(other, `a recipe makes one text and knows no ${other}`);
}

/** Characters of a token, as they are estimated everywhere. */
const CHARACTERS_PER_TOKEN = 4;

/** Whether what is made may have to be cut: then it cannot be told as it comes. */
export const isLimited = (asked: Completion): boolean => limitOf(asked) !== undefined || stopsOf(asked).length > 0;

/** A text as long as its caller takes it, and why it ends. */
export function truncateCompletion(
  asked: Completion,
  text: string,
  finish: string,
): { text: string; finishReason: string } {
  const ends = stopsOf(asked).flatMap((stop) => {
    const at = stop === '' ? -1 : text.indexOf(stop);
    return at === -1 ? [] : [at];
  });
  const most = limitOf(asked);
  const stopped = ends.length > 0 ? text.slice(0, Math.min(...ends)) : text;
  if (most !== undefined && stopped.length > most * CHARACTERS_PER_TOKEN)
    // Half of a pair of surrogates is no character.
    return {
      text: stopped.slice(0, most * CHARACTERS_PER_TOKEN).replace(/[\uD800-\uDBFF]$/, ''),
      finishReason: 'length',
    };
  return { text: stopped, finishReason: ends.length > 0 ? 'stop' : finish };
}
