import { EngagementRecorded, type EventData, FeedbackReceived, newEvent } from '@contentflow/contracts';
import { ContentFlowError, derivedId } from '@contentflow/kernel';
import {
  type HostedCollection,
  notFound,
  PersonalData,
  plainPseudonym,
  PLATFORM,
  type Platform,
  ProjectionHost,
} from '@contentflow/nest-platform';
import { openCommentReader } from '@contentflow/text-quality';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { aspectsOf, type Engagement, type Feedback, type RatedContent } from './domain/feedback.ts';
import { ReaderPaces } from './domain/reader-pace.ts';
import { lastWordId, lastWords, type LastWord } from './read-model/last-words.ts';
import { ratedContents } from './read-model/rated-contents.ts';

/** Takes what readers say and do, from wherever they say it, and writes it down beside what it is about. */
@Injectable()
export class FeedbackService implements OnModuleInit {
  private contents!: HostedCollection<RatedContent>;
  private lastWords!: HostedCollection<LastWord>;
  private readonly paces = new ReaderPaces();

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly projections: ProjectionHost,
    private readonly personal: PersonalData,
  ) {}

  async onModuleInit(): Promise<void> {
    this.contents = await this.projections.start(ratedContents);
    this.lastWords = await this.projections.start(lastWords);
  }

  /**
   * @param commandId  of a request; where there is none, a reader of a simulated day says it, who is nobody
   * @throws ContentFlowError `not-found` for content that was never made, `no-master-key` where words of persons cannot be kept
   */
  async receive(
    contentId: string,
    feedback: Feedback,
    commandId?: string,
  ): Promise<EventData<typeof FeedbackReceived>> {
    const content = await this.contentOf(contentId);
    const { rating, rater } = feedback;
    const pseudonym = await this.pseudonymOf(rater, commandId);
    const data = {
      ...this.about(content, pseudonym, 'ratings'),
      rating,
      ...(await this.replacedBy(contentId, pseudonym, commandId)),
      ...(await this.words(content, feedback, commandId)),
      aspects: aspectsOf(feedback, content, feedback.comment ? await openCommentReader() : undefined),
      quality: content.quality,
      words: content.words,
    };
    await this.platform.log.append([newEvent(FeedbackReceived, { ...this.origin(contentId, commandId), data })]);
    return data;
  }

  /** @throws ContentFlowError `not-found` for content that was never made */
  async engage(
    contentId: string,
    engagement: Engagement,
    commandId?: string,
  ): Promise<EventData<typeof EngagementRecorded>> {
    const content = await this.contentOf(contentId);
    const { kind, value, rater } = engagement;
    const about = this.about(content, await this.pseudonymOf(rater, commandId), 'engagement');
    const data = { ...about, kind, ...(value === undefined ? {} : { value }) };
    await this.platform.log.append([newEvent(EngagementRecorded, { ...this.origin(contentId, commandId), data })]);
    return data;
  }

  /**
   * The completion that its caller knows by this name: the latest, where a server gives several the same.
   * @throws ContentFlowError `not-found`, naming the field
   */
  async completionCalled(name: string): Promise<string> {
    const { log } = this.platform;
    const found = (await this.answerCalled(name)) ?? (await this.contents.latest(name));
    if (found) return found.id;
    await this.contents.caughtUpTo(await log.ends(ratedContents.topics));
    const late = await this.answerCalled(name);
    if (late) return late.id;
    throw new ContentFlowError(
      'not-found',
      `no completion of a named use has the id "${name}": calls are known that name their use by the header x-contentflow-use`,
      { field: 'completion' },
    );
  }

  private async answerCalled(answerId: string): Promise<RatedContent | undefined> {
    const sort = { by: 'madeAt', descending: true };
    return (await this.contents.find({ where: { answerId }, sort, limit: 1 })).items[0];
  }

  /** A simulated reader rates each content once. */
  private async replacedBy(
    contentId: string,
    rater: string | null,
    commandId: string | undefined,
  ): Promise<{ replaces?: number }> {
    if (rater === null || this.isNobody(commandId)) return {};
    const before = await this.lastWords.latest(lastWordId(contentId, rater));
    return before ? { replaces: before.rating } : {};
  }

  private about(content: RatedContent, rater: string | null, of: 'ratings' | 'engagement') {
    const { id, contentType, unit, assignment, simulated, madeAt } = content;
    const isFlood = rater !== null && this.paces.isFlood(rater, of, this.platform.clock.now());
    return {
      ...{ contentId: id, contentType, unit, assignment, rater, simulated },
      ...(madeAt === undefined ? {} : { madeAt }),
      ...(isFlood ? { flood: true } : {}),
    };
  }

  /**
   * What is said, as it may stand in a log for ever. Of who is not named, it is sealed under a key of the content's own; of what is about a person, under
   * that person's as well: each of the two can be forgotten.
   */
  private async words(
    { id: contentId, subject }: RatedContent,
    { comment, edit, rater }: Feedback,
    commandId: string | undefined,
  ) {
    const words = { ...(comment ? { comment } : {}), ...(edit === undefined ? {} : { edit }) };
    if (this.isNobody(commandId) || Object.keys(words).length === 0) return words;
    const said = subject === undefined ? words : { about: await this.personal.sealedFor(subject, words, contentId) };
    const name = rater ?? unnamedReaderOf(contentId);
    return { personal: await this.personal.sealed(name, said, contentId, this.platform.clock.now()) };
  }

  private async pseudonymOf(name: string | undefined, commandId: string | undefined): Promise<string | null> {
    if (name === undefined) return null;
    return this.isNobody(commandId) ? plainPseudonym(name) : this.personal.pseudonymOf(name, this.platform.clock.now());
  }

  private readonly isNobody = (commandId: string | undefined): boolean =>
    this.platform.simulated && commandId === undefined;

  /** Where an event comes from: the command's id, or a fresh one. */
  private origin(subject: string, commandId: string | undefined) {
    const { clock, instance, random } = this.platform;
    const time = clock.now();
    return { subject, time, cause: { id: commandId ?? derivedId(`${instance}-${time}`, random.next()) } };
  }

  private async contentOf(id: string): Promise<RatedContent> {
    const content = await this.contents.latest(id);
    if (!content) throw notFound('content', id);
    return content;
  }
}

/** Whose words they are where nobody is named: to be forgotten by this name. */
const unnamedReaderOf = (contentId: string): string => `content ${contentId}`;
