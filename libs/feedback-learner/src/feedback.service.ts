import { EngagementRecorded, type EventData, FeedbackReceived, newEvent } from '@contentflow/contracts';
import { derivedId } from '@contentflow/kernel';
import { type HostedCollection, notFound, PLATFORM, type Platform, ProjectionHost } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { aspectsOf, type Engagement, type Feedback, type RatedContent, raterHash } from './domain/feedback.ts';
import { ReaderPaces } from './domain/reader-pace.ts';
import { ratedContents } from './read-model/rated-contents.ts';

/** Takes what readers say and do, from wherever they say it, and writes it down beside what it is about. */
@Injectable()
export class FeedbackService implements OnModuleInit {
  private contents!: HostedCollection<RatedContent>;
  private readonly paces = new ReaderPaces();

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly projections: ProjectionHost,
  ) {}

  async onModuleInit(): Promise<void> {
    this.contents = await this.projections.start(ratedContents);
  }

  /** @throws ContentFlowError `not-found` for content that was never made */
  async receive(
    contentId: string,
    feedback: Feedback,
    commandId?: string,
  ): Promise<EventData<typeof FeedbackReceived>> {
    const content = await this.contentOf(contentId);
    const { rating, comment, edit, rater } = feedback;
    const data = {
      ...this.about(content, rater, 'ratings'),
      rating,
      ...(comment ? { comment } : {}),
      ...(edit === undefined ? {} : { edit }),
      aspects: aspectsOf(feedback, content),
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
    const data = { ...this.about(content, rater, 'engagement'), kind, ...(value === undefined ? {} : { value }) };
    await this.platform.log.append([newEvent(EngagementRecorded, { ...this.origin(contentId, commandId), data })]);
    return data;
  }

  private about(content: RatedContent, name: string | undefined, of: 'ratings' | 'engagement') {
    const { id, contentType, unit, assignment, simulated, madeAt } = content;
    const rater = raterHash(name);
    const isFlood = rater !== null && this.paces.isFlood(rater, of, this.platform.clock.now());
    return {
      ...{ contentId: id, contentType, unit, assignment, rater, simulated },
      ...(madeAt === undefined ? {} : { madeAt }),
      ...(isFlood ? { flood: true } : {}),
    };
  }

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
