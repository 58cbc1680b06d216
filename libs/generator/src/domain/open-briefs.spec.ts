import { BriefAccepted, ContentGenerated, GenerationClaimed } from '@contentflow/contracts';
import { evolve, type StoredEvent } from '@contentflow/kernel';
import { openBriefs } from './open-briefs.ts';

let offset = 0;
const event = (type: string, data: object, time = 0): StoredEvent => ({
  id: `${offset}`,
  topic: 'contentflow.content',
  type,
  source: 'generator',
  subject: 'a',
  time,
  data: { contentId: 'a', ...data },
  correlationId: 'a',
  partition: 0,
  offset: offset++,
});
const accepted = () => event(BriefAccepted.type, {});
const claimed = (worker: string, time: number) =>
  event(GenerationClaimed.type, { worker, attempt: 1, leaseUntil: time + 10 }, time);
const generated = () => event(ContentGenerated.type, {});
const after = (...events: StoredEvent[]) =>
  events.reduce((briefs, each) => evolve(openBriefs, briefs, each), openBriefs.initial());

test('a brief is open until its first result', () => {
  expect(after(accepted()).open.has('a')).toBe(true);
  expect(after(accepted(), generated()).open.has('a')).toBe(false);
});

test('an acceptance that is repeated after the result opens nothing again', () => {
  expect(after(accepted(), generated(), accepted()).open.has('a')).toBe(false);
});

test('the first live claim holds, and one whose lease has run out is passed on', () => {
  expect(after(accepted(), claimed('x', 0), claimed('y', 5)).open.get('a')?.claim?.worker).toBe('x');
  expect(after(accepted(), claimed('x', 0), claimed('y', 10)).open.get('a')?.claim?.worker).toBe('y');
});
