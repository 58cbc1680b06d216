import type { ChatBody, ChatMessage } from './chat.ts';

const MOST_CHARACTERS = 16 * 1024 * 1024;
const LONGEST = 256 * 1024;

/**
 * What servers mark calls with and want back: Gemini's signature of the thoughts before a call (`extra_content`), without which it refuses the next
 * turn. Other protocols have no field for it, and most clients send back what they know alone; so it is kept here, by model and call, the latest.
 * Source: https://ai.google.dev/gemini-api/docs/thought-signatures
 */
export class CallMarks {
  private readonly marks = new Map<string, { readonly mark: unknown; readonly size: number }>();
  private size = 0;

  keep(model: string, callId: string, mark: unknown): void {
    const size = JSON.stringify(mark)?.length ?? 0;
    if (size === 0 || size > LONGEST) return;
    const key = keyOf(model, callId);
    this.drop(key);
    this.marks.set(key, { mark, size });
    this.size += size;
    for (const oldest of this.marks.keys()) {
      if (this.size <= MOST_CHARACTERS) break;
      this.drop(oldest);
    }
  }

  /** The conversation with the marks of its calls, where they have none. */
  in<Body extends ChatBody>(body: Body): Body {
    if (this.marks.size === 0) return body;
    return { ...body, messages: body.messages.map((message) => this.inMessage(body.model, message)) };
  }

  private inMessage(model: string, message: ChatMessage): ChatMessage {
    const { tool_calls: calls } = message;
    if (!calls?.some(({ id }) => this.marks.has(keyOf(model, id)))) return message;
    const marked = calls.map((call) => ({ extra_content: this.marks.get(keyOf(model, call.id))?.mark, ...call }));
    return { ...message, tool_calls: marked };
  }

  private drop(key: string): void {
    this.size -= this.marks.get(key)?.size ?? 0;
    this.marks.delete(key);
  }
}

const keyOf = (model: string, callId: string): string => `${model}\n${callId}`;

/** Of this process. */
export const callMarks = new CallMarks();
