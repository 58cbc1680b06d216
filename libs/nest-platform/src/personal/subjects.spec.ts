import {
  EngagementRecorded,
  FeedbackReceived,
  newEvent,
  SubjectForgotten,
  Topic,
  topics,
} from '@contentflow/contracts';
import { decodedLog, type EventLog, openEmbeddedLog } from '@contentflow/event-log';
import { DAY_MS, type NewEvent, type StoredEvent, systemClock } from '@contentflow/kernel';
import { PersonalData, plainPseudonym } from './personal-data.ts';
import { Subjects } from './subjects.ts';

const NOW = Date.UTC(2026, 0, 5);
const asked = { by: 'operator ada', at: NOW };
const assignment = { recipe: 'r', holdback: false, exposures: [], withheld: [], improvements: [], ledgerPosition: 0 };
const about = { contentId: 'c', contentType: 'email', unit: 'u', assignment, simulated: false };

let log: EventLog;
let personal: PersonalData;
let subjects: Subjects;
let count = 0;
beforeEach(async () => {
  log = decodedLog(await openEmbeddedLog({ file: ':memory:', topics, clock: systemClock, writer: 'inline' }));
  personal = new PersonalData({});
  subjects = new Subjects(log, personal);
});
afterEach(async () => {
  await personal.close();
  await log.close();
});

const from = () => ({ subject: 'c', time: NOW, cause: { id: `word ${count++}` } });
const rated = (rater: string, more: object): NewEvent =>
  newEvent(FeedbackReceived, {
    ...from(),
    data: { ...about, rater, rating: 4, aspects: [], quality: 7, words: 10, ...more },
  });
const clicked = (rater: string): NewEvent =>
  newEvent(EngagementRecorded, { ...from(), data: { ...about, rater, kind: 'click' } });
const said = async (name: string, comment: string): Promise<void> => {
  const sealed = await personal.sealed(name, { comment }, 'c', NOW);
  await log.append([rated(sealed.subject, { personal: sealed }), clicked(sealed.subject)]);
};
const words = async (): Promise<StoredEvent[]> => {
  const found: StoredEvent[] = [];
  for await (const events of log.read({ topic: Topic.access, partition: 0, from: 0, to: 100 })) found.push(...events);
  return found;
};

it('what is held of a person is shown whole, and of nobody else', async () => {
  await said('ann', 'too long');
  await said('bob', 'too short');
  expect(await subjects.exported('ann')).toMatchObject({
    isWhole: true,
    records: [
      { name: 'FeedbackReceived', contentId: 'c', said: { rating: 4, comment: 'too long' } },
      { name: 'EngagementRecorded', said: { kind: 'click' } },
    ],
  });
  expect(await subjects.exported('nobody')).toBeUndefined();
});

it('whoever is forgotten is unknown from then on, the log says so by the pseudonym alone, and nobody else is touched', async () => {
  await said('ann', 'too long');
  await said('bob', 'too short');
  const subject = await personal.known('ann');
  expect(await subjects.forget('ann', asked)).toEqual({ subject, forgotten: true, in_clear: 0 });
  expect(await subjects.exported('ann')).toBeUndefined();
  expect(await subjects.forget('ann', asked)).toBeUndefined();
  expect((await subjects.exported('bob'))?.records).toHaveLength(2);
  const [word, ...more] = await words();
  expect(word).toMatchObject({ type: SubjectForgotten.type, data: { subject, why: 'asked', by: 'operator ada' } });
  expect(more).toEqual([]);
  expect(JSON.stringify(word)).not.toContain('ann');
});

it('what earlier releases wrote in clear is shown and counted, and not said to be gone', async () => {
  await log.append([
    rated('somebody else', { rater: null }),
    rated(plainPseudonym('ann'), { comment: 'in clear' }),
    rated(plainPseudonym('ann'), {}),
    rated(plainPseudonym('bob'), { comment: 'also' }),
  ]);
  expect(await subjects.exported('ann')).toMatchObject({
    subject: null,
    records: [{ said: { comment: 'in clear' } }, { said: { rating: 4 } }],
  });
  expect(await subjects.forget('ann', asked)).toEqual({ subject: null, forgotten: false, in_clear: 1 });
  await said('ann', 'sealed');
  expect(await subjects.forget('ann', asked)).toMatchObject({ forgotten: true, in_clear: 1 });
});

it('a store of keys that remembers whom the log has forgotten, forgets again', async () => {
  // Given a crash between the word and the deed, or an older copy of the keys.
  await said('ann', 'too long');
  await said('bob', 'too short');
  const subject = (await personal.known('ann')) as string;
  await log.append([newEvent(SubjectForgotten, { ...from(), data: { subject, why: 'asked', by: 'ada' } })]);
  expect(await personal.known('ann')).toBe(subject);
  await subjects.forgetAgain();
  expect(await personal.known('ann')).toBeUndefined();
  expect(await personal.known('bob')).toBeDefined();
});

it('keys that nobody has used for as long as the rule says are destroyed, and the log says why', async () => {
  await said('ann', 'too long');
  await personal.pseudonymOf('bob', NOW + 40 * DAY_MS);
  expect(await subjects.expire(NOW + 30 * DAY_MS, NOW + 60 * DAY_MS)).toBe(1);
  expect([await personal.known('ann'), typeof (await personal.known('bob'))]).toEqual([undefined, 'string']);
  expect((await words()).map(({ data }) => data)).toMatchObject([{ why: 'retention', by: 'system' }]);
});

it('whoever is heard while others are destroyed is not destroyed with them', async () => {
  // Given two of whom nothing was heard for long, of whom the second says something while the first is forgotten
  await said('ann', 'too long');
  await said('bob', 'too short');
  const later = NOW + 60 * DAY_MS;
  const append = log.append.bind(log);
  const heard: Pick<EventLog, 'append' | 'ends' | 'read'> = {
    ends: (of) => log.ends(of),
    read: (range) => log.read(range),
    append: async (events) => {
      await personal.pseudonymOf('bob', later);
      return append(events);
    },
  };
  expect(await new Subjects(heard, personal).expire(NOW + 30 * DAY_MS, later)).toBe(1);
  expect([await personal.known('ann'), typeof (await personal.known('bob'))]).toEqual([undefined, 'string']);
});
