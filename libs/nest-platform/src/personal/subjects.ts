import {
  BriefAccepted,
  ContentGenerated,
  EngagementRecorded,
  eventName,
  FeedbackReceived,
  type ForgottenAnswer,
  isEvent,
  newEvent,
  type Sealed,
  type SubjectAnswer,
  SubjectForgotten,
  subjectSaid,
  Topic,
} from '@contentflow/contracts';
import type { EventLog } from '@contentflow/event-log';
import { derivedId, inPartitionOrder, ownValue, partitionOfKey, type StoredEvent } from '@contentflow/kernel';
import { type PersonalData, plainPseudonym } from './personal-data.ts';

type Record = SubjectAnswer['records'][number];
type Log = Pick<EventLog, 'append' | 'ends' | 'read'>;

/** Shown at once; whoever has more is served by `contentflow export` and the pseudonym. */
const MOST_RECORDS = 10_000;

/** Who asks that somebody be forgotten, and when. */
export interface ForgetWord {
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What the log holds of one person: to show, and to make unreadable. */
export class Subjects {
  constructor(
    private readonly log: Log,
    private readonly personal: PersonalData,
  ) {}

  /** Everything of one person, opened. @returns undefined where there is nothing */
  async exported(name: string): Promise<SubjectAnswer | undefined> {
    const subject = (await this.personal.known(name)) ?? null;
    const records: Record[] = [];
    let isWhole = true;
    for await (const event of this.personalEvents([Topic.content, Topic.feedback])) {
      if (!isOf(event.data, subject, plainPseudonym(name))) continue;
      if ((isWhole = records.length < MOST_RECORDS)) records.push(await this.opened(event));
      else break;
    }
    return subject === null && records.length === 0 ? undefined : { subject, records, isWhole };
  }

  /**
   * Destroys the key, and says so in the log by the pseudonym alone.
   * @returns undefined where there is nothing of this person
   */
  async forget(name: string, { by, at }: ForgetWord): Promise<ForgottenAnswer | undefined> {
    const subject = await this.personal.known(name);
    const inClear = await this.countInClear(plainPseudonym(name));
    // Whoever was forgotten half-way is not known any more, and may have left a copy of their key.
    if (subject === undefined) await this.forgetAgain();
    if (subject === undefined && inClear === 0) return undefined;
    if (subject !== undefined) await this.destroy(subject, { why: 'asked', by, at });
    return { subject: subject ?? null, forgotten: subject !== undefined, in_clear: inClear };
  }

  /** Destroys keys that were not used since. @returns how many */
  async expire(since: number, at: number): Promise<number> {
    let count = 0;
    for (const subject of await this.personal.unusedSince(since)) {
      if (!(await this.personal.isUnusedSince(subject, since))) continue;
      await this.destroy(subject, { why: 'retention', by: 'system', at });
      count++;
    }
    return count;
  }

  /** A store of keys that was brought back from an older copy forgets again whom the log says to be forgotten. */
  async forgetAgain(): Promise<void> {
    for await (const event of eventsIn(this.log, Topic.access))
      if (isEvent(SubjectForgotten, event)) await this.personal.destroy(event.data.subject);
  }

  /** First the word, then the deed: what is said to be forgotten is forgotten again at every start. */
  private async destroy(
    subject: string,
    { why, by, at }: ForgetWord & { readonly why: 'asked' | 'retention' },
  ): Promise<void> {
    const cause = { id: derivedId(subject, 'forgotten') };
    await this.log.append([newEvent(SubjectForgotten, { subject, data: { subject, why, by }, time: at, cause })]);
    await this.personal.destroy(subject);
  }

  private async countInClear(plain: string): Promise<number> {
    let count = 0;
    for await (const { data } of this.personalEvents([Topic.feedback]))
      if (data.rater === plain && (data.comment !== undefined || data.edit !== undefined)) count++;
    return count;
  }

  private async *personalEvents(topics: readonly string[]): AsyncGenerator<StoredEvent<Personal>> {
    for (const topic of topics) for await (const event of eventsIn(this.log, topic)) if (isPersonal(event)) yield event;
  }

  private async opened({ id, type, time, data }: StoredEvent<Personal>): Promise<Record> {
    const { contentId } = data;
    const said = data.personal && (await this.personal.opened<Said>(data.personal, contentId));
    const words = said?.about ? await this.personal.opened(said.about, contentId) : said;
    return { event: id, name: eventName(type), time, contentId, said: subjectSaid.parse({ ...data, ...words }) };
  }
}

const isPersonal = (event: StoredEvent): event is StoredEvent<Personal> =>
  isEvent(BriefAccepted, event) ||
  isEvent(ContentGenerated, event) ||
  isEvent(FeedbackReceived, event) ||
  isEvent(EngagementRecorded, event);

/** @param plain  what earlier releases called the person */
const isOf = ({ rater, personal }: Personal, subject: string | null, plain: string): boolean =>
  rater === plain || (subject !== null && (rater === subject || personal?.subject === subject));

/** What events have that may hold personal data. */
interface Personal {
  readonly contentId: string;
  readonly rater?: string | null;
  readonly comment?: string;
  readonly edit?: string;
  readonly personal?: Sealed;
}

/** Words; or, of what is about a person, what they are sealed in under that person's key. */
interface Said {
  readonly about?: Sealed;
}

async function* eventsIn(log: Log, topic: string): AsyncGenerator<StoredEvent> {
  const ends = await log.ends([topic]);
  for (const key of inPartitionOrder(Object.keys(ends)))
    for await (const events of log.read({ ...partitionOfKey(key), from: 0, to: ownValue(ends, key) ?? 0 }))
      yield* events;
}
