import { type Brief, BriefAccepted, briefSchema, newEvent } from '@contentflow/contracts';
import { ContentFlowError, derivedId, systemClock } from '@contentflow/kernel';
import {
  notFound,
  PLATFORM,
  type Platform,
  ProjectionHost,
  SystemStateReader,
  validated,
} from '@contentflow/nest-platform';
import type { Collection } from '@contentflow/read-model';
import { unitOf } from '@contentflow/recipes';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type ContentDocument, contents } from './read-model/contents.ts';

/** What was accepted a moment ago, here or by another process, is on its way to the documents. People wait in real time. */
const WAITS_MS = [20, 80, 200, 500] as const;

export interface Acceptance {
  /** What makes a repeat of the same request the same request. */
  readonly commandId?: string;
  /** Whether the command names itself, so that it may have come before. */
  readonly mayRepeat?: boolean;
  readonly batch?: { readonly id: string; readonly line: number };
  readonly caller?: string;
  readonly webhook?: string;
}

/** Takes briefs and shows what became of them. */
@Injectable()
export class ContentService implements OnModuleInit {
  private documents: Collection<ContentDocument> | undefined;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly system: SystemStateReader,
    private readonly projections: ProjectionHost,
  ) {}

  async onModuleInit(): Promise<void> {
    this.documents = await this.projections.start(contents);
  }

  get contents(): Collection<ContentDocument> {
    if (!this.documents) throw new ContentFlowError('not-ready', 'the generator is still starting');
    return this.documents;
  }

  /**
   * Accepts a brief: once this resolves it is in the log and will end in exactly one result.
   * @throws ContentFlowError `invalid-request`, naming every field that is wrong
   */
  async accept(input: unknown, acceptance: Acceptance = {}): Promise<{ contentId: string; brief: Brief }> {
    const [accepted] = await this.acceptAll([{ input, acceptance }]);
    return accepted as { contentId: string; brief: Brief };
  }

  /** Accepts many in one append, in this order; one that is wrong refuses all. */
  async acceptAll(
    requests: readonly { readonly input: unknown; readonly acceptance: Acceptance }[],
  ): Promise<{ contentId: string; brief: Brief }[]> {
    const { clock, log, random, simulated } = this.platform;
    const accepted = requests.map(({ input, acceptance }) => {
      const brief = this.parse(input);
      const commandId = acceptance.commandId ?? derivedId(this.platform.instance, `${clock.now()}-${random.next()}`);
      const contentId = this.idOf({ ...acceptance, commandId });
      const { batch, caller, webhook } = acceptance;
      const extra = { ...(batch ? { batch } : {}), ...(caller ? { caller } : {}), ...(webhook ? { webhook } : {}) };
      const event = newEvent(BriefAccepted, {
        subject: contentId,
        data: { contentId, brief, unit: unitOf(brief), simulated, ...extra },
        time: clock.now(),
        cause: { id: contentId },
      });
      return { contentId, brief, event };
    });
    const fresh = await Promise.all(
      accepted.map(
        async ({ contentId }, index) =>
          !(requests[index]?.acceptance.mayRepeat && (await this.contents.get(contentId))),
      ),
    );
    const events = accepted.filter((_, index) => fresh[index]).map(({ event }) => event);
    if (events.length > 0) await log.append(events);
    return accepted.map(({ contentId, brief }) => ({ contentId, brief }));
  }

  /** What the content of a command will be called. */
  idOf({ commandId, batch }: Pick<Acceptance, 'batch'> & { readonly commandId: string }): string {
    return derivedId(commandId, batch?.line ?? 'content');
  }

  /** @throws ContentFlowError `not-found` for what was never accepted */
  async one(id: string): Promise<ContentDocument> {
    for (const waitMs of WAITS_MS) {
      const document = await this.contents.get(id);
      if (document) return document;
      await systemClock.sleep(waitMs);
    }
    const document = await this.contents.get(id);
    if (!document) throw notFound('content', id);
    return document;
  }

  contentTypes(): string[] {
    return Object.keys(this.system.current().generation0);
  }

  /** Whether there is a recipe for this content type. */
  knows(contentType: string): boolean {
    return this.system.current().generation0[contentType] !== undefined;
  }

  /** The brief, if it is one and there is a recipe for its content type. */
  parse(input: unknown): Brief {
    const brief = validated(briefSchema, input);
    const known = Object.keys(this.system.current().generation0);
    if (known.includes(brief.contentType)) return brief;
    const problem = `there is no content type "${brief.contentType}"; there are ${known.join(', ') || 'none yet'}`;
    throw new ContentFlowError('invalid-request', problem, { field: 'contentType' });
  }
}
