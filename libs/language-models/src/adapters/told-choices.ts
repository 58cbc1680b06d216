import { ownValue } from '@contentflow/kernel';
import { choicesOf, type Completion } from './chat-completion.ts';
import { isRecord } from './error-document.ts';

type Message = Readonly<Record<string, unknown>>;
type Choice = ReturnType<typeof choicesOf>[number];

/** The fields of a message that are told in pieces. */
const TEXTS = ['content', 'reasoning_content', 'reasoning', 'reasoning_text', 'thinking', 'refusal'];

/**
 * What a stream has told of each of its choices. Some servers end it with the whole message once more (MiniMax), or say in each message all that was
 * said so far: what was told before is left out of it.
 */
export class ToldChoices {
  private readonly told = new Map<unknown, Map<string, string>>();

  /** The chunk without what was told before; itself where there is nothing of that in it. */
  fresh(chunk: Completion): Completion {
    let isChanged = false;
    const choices = choicesOf(chunk).map((choice) => {
      const told = this.of(choice);
      if (isRecord(choice.delta)) {
        note(told, choice.delta);
        return choice;
      }
      if (!isRecord(choice.message)) return choice;
      const message = rest(told, choice.message);
      note(told, message);
      isChanged ||= message !== choice.message;
      return { ...choice, message };
    });
    return isChanged ? { ...chunk, choices } : chunk;
  }

  private of({ index }: Choice): Map<string, string> {
    const told = this.told.get(index) ?? new Map<string, string>();
    this.told.set(index, told);
    return told;
  }
}

const CALLS = 'tool_calls';

function note(told: Map<string, string>, said: Message): void {
  for (const name of TEXTS) {
    const text = ownValue(said, name);
    if (typeof text === 'string' && text !== '') told.set(name, (told.get(name) ?? '') + text);
  }
  if (said[CALLS]) told.set(CALLS, CALLS);
}

function rest(told: ReadonlyMap<string, string>, message: Message): Message {
  const repeated = Object.entries(message).filter(([name, value]) => {
    const before = told.get(name);
    return before !== undefined && (name === CALLS || (typeof value === 'string' && value.startsWith(before)));
  });
  if (repeated.length === 0) return message;
  const left = repeated.map(([name, value]) => [
    name,
    name === CALLS ? undefined : (value as string).slice(told.get(name)?.length),
  ]);
  return { ...message, ...(Object.fromEntries(left) as Message) };
}
