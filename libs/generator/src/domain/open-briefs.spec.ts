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

test('what attempts called, and may have cost, passes on with the brief', () => {
  const call = { step: 'draft', cost: 0.2 };
  const claim = (worker: string, time: number, data: object) =>
    event(GenerationClaimed.type, { worker, attempt: 1, leaseUntil: time + 10, ...data }, time);
  const brief = after(
    accepted(),
    claim('x', 0, { mayCostUsd: 1 }),
    claim('x', 5, { mayCostUsd: 2, calls: [call] }),
    claim('late', 6, { mayCostUsd: 50 }),
    claim('y', 20, { mayCostUsd: 1.5 }),
    claim('written before', 40, {}),
  ).open.get('a');
  expect(brief).toMatchObject({ mayCostUsd: 2, calls: [call], claim: { worker: 'written before' } });
});

test('the first live claim holds, and one whose lease has run out is passed on', () => {
  expect(after(accepted(), claimed('x', 0), claimed('y', 5)).open.get('a')?.claim?.worker).toBe('x');
  expect(after(accepted(), claimed('x', 0), claimed('y', 10)).open.get('a')?.claim?.worker).toBe('y');
});

test('a claim that was said before the clock was set back by hours holds nothing up', () => {
  const HOUR = 3_600_000;
  expect(after(accepted(), claimed('x', 6 * HOUR), claimed('y', HOUR)).open.get('a')?.claim?.worker).toBe('y');
  // A clock that is a little before the other is no such thing.
  expect(after(accepted(), claimed('x', 8), claimed('y', 0)).open.get('a')?.claim?.worker).toBe('x');
  // Who has it says so anew, in the time that holds now.
  expect(
    after(accepted(), claimed('x', 6 * HOUR), claimed('x', HOUR), claimed('y', HOUR + 5)).open.get('a')?.claim?.worker,
  ).toBe('x');
});
