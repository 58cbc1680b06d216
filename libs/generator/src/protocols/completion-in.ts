import { hasAllDigits, validated } from '@contentflow/nest-platform';
import { type Completion, completionSchema } from '../completions/completion-request.ts';
import type { ChatBody } from './chat.ts';
import type { InChat } from './responses-request.ts';

/** A request of another protocol as a chat completion: as it is read here, and as it is sent. */
interface Translation extends InChat {
  readonly completion: Completion;
}

/**
 * @param request  as its schema reads it
 * @param asked  as it came, with all digits of its integers, which are told on
 * @throws ContentFlowError `invalid-request` for what no chat completion can be
 */
export function inChat<Request extends object>(
  request: Request,
  asked: object,
  translate: (request: Request) => InChat,
  marked: (body: ChatBody) => ChatBody = (body) => body,
): Translation {
  const { body, unsupported } = translate(request);
  const told = hasAllDigits(asked) ? translate(asked as Request).body : body;
  return {
    completion: validated(completionSchema, marked(body)),
    body: marked(told),
    ...(unsupported && { unsupported }),
  };
}
