import {
  type Brief,
  BriefAccepted,
  contentRequestSchema,
  type Delivery,
  newEvent,
  type ContentDocument,
  type ContentTrace,
} from '@contentflow/contracts';
import { assign, contentTypesMade, recipeOfAssignment } from '@contentflow/decisions';
import { ContentFlowError, derivedId, hash128, type NewEvent } from '@contentflow/kernel';
import {
  type HostedCollection,
  notFound,
  PersonalData,
  PLATFORM,
  type Platform,
  ProjectionHost,
  SystemStateReader,
  validated,
} from '@contentflow/nest-platform';
import { allDocuments } from '@contentflow/read-model';
import { promptFor, routed, unitOf } from '@contentflow/recipes';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { opened, type PersonalWords, withoutWords } from './domain/sealed-brief.ts';
import { isFinalAsItComes } from './domain/workflow-run.ts';
import { GENERATOR_OPTIONS, type GeneratorOptions } from './generator-options.ts';
import { contents } from './read-model/contents.ts';
import { inTurns } from './turns.ts';

export interface Acceptance {
  /** What makes a repeat of the same request the same request. */
  readonly commandId?: string;
  /** Whether the command names itself, so that it may have come before. */
  readonly mayRepeat?: boolean;
  readonly batch?: { readonly id: string; readonly line: number };
  /** Whether its text shall be written so that one can watch it come. */
  readonly streams?: boolean;
  /** The key that asks. */
  readonly keyId?: string | undefined;
  /** What holds where the request itself does not say. */
  readonly delivery?: Delivery;
}

/** A brief that was found good, and how it is to be delivered. */
export interface ContentRequest {
  readonly brief: Brief;
  readonly delivery: Delivery;
}

interface AcceptedBrief {
  readonly contentId: string;
  readonly brief: Brief;
  readonly event: NewEvent;
}

/** Takes briefs and shows what became of them. */
@Injectable()
export class ContentService implements OnModuleInit {
  private documents: HostedCollection<ContentDocument> | undefined;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(GENERATOR_OPTIONS) private readonly options: GeneratorOptions,
    private readonly system: SystemStateReader,
    private readonly projections: ProjectionHost,
    private readonly personal: PersonalData,
  ) {}

  async onModuleInit(): Promise<void> {
    this.documents = await this.projections.start(contents);
  }

  get contents(): HostedCollection<ContentDocument> {
    if (!this.documents) throw new ContentFlowError('not-ready', 'the generator is still starting');
    return this.documents;
  }

  /**
   * Accepts a brief: once this resolves it is in the log and will end in exactly one result.
   * @throws ContentFlowError `invalid-request`, naming every field that is wrong
   */
  async accept(input: unknown, acceptance: Acceptance = {}): Promise<{ contentId: string; brief: Brief }> {
    const request = this.parse(input);
    const accepted = await Promise.all([this.accepted(request, acceptance)]);
    await this.append(accepted, [acceptance]);
    const [{ contentId, brief }] = accepted;
    return { contentId, brief };
  }

  /** Accepts many in one append, in this order. */
  async acceptAll(
    requests: readonly { readonly request: ContentRequest; readonly acceptance: Acceptance }[],
  ): Promise<{ contentId: string; brief: Brief }[]> {
    const accepted = await inTurns(requests, ({ request, acceptance }) => this.accepted(request, acceptance));
    await this.append(
      accepted,
      requests.map(({ acceptance }) => acceptance),
    );
    return accepted.map(({ contentId, brief }) => ({ contentId, brief }));
  }

  private async accepted({ brief, delivery }: ContentRequest, acceptance: Acceptance): Promise<AcceptedBrief> {
    const { clock, random, simulated } = this.platform;
    const commandId = acceptance.commandId ?? derivedId(this.platform.instance, `${clock.now()}-${random.next()}`);
    const contentId = this.idOf(commandId);
    const { batch, keyId, streams } = acceptance;
    const { subject, ...how } = {
      webhook: this.options.webhooks?.url,
      ...definedOnly(acceptance.delivery),
      ...definedOnly(delivery),
    };
    const extra = {
      ...(batch ? { batch } : {}),
      ...(keyId !== undefined && { keyId }),
      ...definedOnly(how),
      ...(streams ? { streams } : {}),
    };
    const event = newEvent(BriefAccepted, {
      subject: contentId,
      data: { contentId, ...(await this.kept(contentId, brief, subject)), simulated, ...extra },
      time: clock.now(),
      cause: { id: contentId },
    });
    return { contentId, brief, event };
  }

  /** But for those that came before. */
  private async append(accepted: readonly AcceptedBrief[], acceptances: readonly Acceptance[]): Promise<void> {
    const fresh = await Promise.all(
      accepted.map(
        async ({ contentId }, index) => !(acceptances[index]?.mayRepeat && (await this.contents.get(contentId))),
      ),
    );
    const events = accepted.filter((_, index) => fresh[index]).map(({ event }) => event);
    if (events.length > 0) await this.platform.log.append(events);
  }

  /** A brief as the log has it. Of a person, everything is made by the same recipe, whatever it says. */
  private async kept(contentId: string, brief: Brief, subject: string | undefined) {
    if (subject === undefined) return { brief, unit: unitOf(brief) };
    const words: PersonalWords = { brief };
    const personal = await this.personal.sealed(subject, words, contentId, this.platform.clock.now());
    return { brief: withoutWords(brief), unit: hash128(`subject ${personal.subject}`), personal };
  }

  /** A document as whoever may read it sees it. */
  async shown(document: ContentDocument): Promise<ContentDocument> {
    const { id, personal } = document;
    return personal ? opened(document, await this.personal.opened<PersonalWords>(personal, id)) : document;
  }

  /** How a content item came about, by the recipe that it was made by as the ledger has it. */
  trace({
    id,
    brief,
    contentType,
    recipe: version,
    holdback,
    exposures,
    improvements,
    calls,
    ...document
  }: ContentDocument): ContentTrace {
    const known =
      improvements && recipeOfAssignment(this.system.current(), contentType, { holdback, improvements, exposures });
    const isKnown = known !== undefined && version !== null && document.forgotten === undefined;
    const recipe = isKnown ? routed(known, brief, unitOf(brief)) : undefined;
    const { brand } = this.options;
    return {
      id,
      recipe: version,
      prompts:
        recipe?.steps.map((step) => ({
          step: step.id,
          model: step.model ?? recipe.model,
          messages: promptFor(recipe, step, brief, {}, { brand }),
        })) ?? null,
      calls: calls ?? null,
      simulated: document.simulated,
    };
  }

  /** What the content of a command will be called. */
  idOf(commandId: string): string {
    return derivedId(commandId, 'content');
  }

  /** @throws ContentFlowError `not-found` for what was never accepted */
  async one(id: string): Promise<ContentDocument> {
    const document = await this.contents.latest(id);
    if (!document) throw notFound('content', id);
    return document;
  }

  ofBatch(batchId: string): AsyncGenerator<ContentDocument> {
    return allDocuments(this.contents, { where: { batchId }, sort: { by: 'acceptedAt' } });
  }

  /** The step whose text, as it is written, is what will be delivered; undefined where there is none, or no recipe. */
  stepThatIsFinal(brief: Brief): string | undefined {
    if (!this.knows(brief.contentType)) return undefined;
    const { recipe } = assign(this.system.current(), brief.contentType, unitOf(brief), this.platform.clock.now());
    return isFinalAsItComes(recipe, this.options.brand) ? recipe.output.body : undefined;
  }

  contentTypes(): string[] {
    return contentTypesMade(this.system.current());
  }

  /** Whether there is a recipe for this content type. */
  knows(contentType: string): boolean {
    return this.contentTypes().includes(contentType);
  }

  /** The request, if it is one and there is a recipe for its content type. */
  parse(input: unknown): ContentRequest {
    const request = validated(contentRequestSchema, input);
    const { contentType } = request.brief;
    if (request.delivery.webhook !== undefined && this.platform.simulated)
      throw new ContentFlowError('invalid-request', 'a simulated day calls nobody', { field: 'webhook' });
    const known = this.contentTypes();
    if (known.includes(contentType)) return request;
    const problem = `there is no content type "${contentType}"; there are ${known.join(', ') || 'none yet'}`;
    throw new ContentFlowError('invalid-request', problem, { field: 'contentType' });
  }
}

/** Without what is left out. */
const definedOnly = (delivery: Delivery = {}): Delivery =>
  Object.fromEntries(Object.entries(delivery).filter(([, value]) => value !== undefined));
