import { ContentFlowError } from '@contentflow/kernel';
import type { AnswerReply } from '@contentflow/nest-platform';
import { CompletionErrors } from './completion-errors.ts';

it.each([
  ['log-disk-full', 507, '5'],
  ['overloaded', 503, '5'],
  ['invalid-request', 400, undefined],
])('of %s, which is none of a model, it is said when to come again where that helps', (code, status, after) => {
  const headers = new Map<string, string>();
  const reply = {
    status: (given: number) => (headers.set('status', String(given)), reply),
    header: (name: string, value: string) => (headers.set(name, value), reply),
    send: () => undefined,
  } as unknown as AnswerReply;

  new CompletionErrors({ logger: { error: () => undefined } } as never).answer(new ContentFlowError(code, 'no'), reply);

  expect([headers.get('status'), headers.get('retry-after')]).toEqual([String(status), after]);
});
