import {
  deliverySchema,
  type BatchStatus,
  type BatchSummary,
  type ContentDocument,
  type ContentRow,
  type ContentTrace,
  type AcceptedBatch,
  upToCharacters,
  pageSchema,
} from '@contentflow/contracts';
import { ContentFlowError, decimalOf, derivedId } from '@contentflow/kernel';
import {
  commandId,
  hasKey,
  identityOf,
  mayAccess,
  notFound,
  PLATFORM,
  type Platform,
  valid,
  validated,
} from '@contentflow/nest-platform';
import type { Page } from '@contentflow/read-model';
import {
  Body,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Headers,
  HttpCode,
  Inject,
  Injectable,
  Param,
  Post,
  Query,
  Req,
  Res,
  Sse,
  UseGuards,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Observable } from 'rxjs';
import { z } from 'zod';
import { contentListQuery, contentPage, rowOf } from './content-list.ts';
import { ContentBatches } from './content-batches.ts';
import { ContentCancellation } from './content-cancellation.ts';
import { ContentService } from './content.service.ts';
import { ContentUpdates } from './content-updates.ts';

const batchSchema = z.strictObject({ briefs: z.array(z.unknown()).min(1).max(10_000), ...deliverySchema.shape });
const cancelSchema = z.strictObject({ reason: upToCharacters(2000).default('nobody wants it any more') }).prefault({});
const LONGEST_WAIT_S = 600;

/** Asked before the stream begins, while it can still be said that there is none. */
@Injectable()
class KnownContent implements CanActivate {
  constructor(private readonly content: ContentService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { id: string } }>>();
    const { id } = request.params;
    if (!mayAccess(request, await this.content.one(id))) throw notFound('content', id);
    return true;
  }
}

@Controller('v1/content')
export class ContentController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly content: ContentService,
    private readonly updates: ContentUpdates,
    private readonly batches: ContentBatches,
    private readonly cancellation: ContentCancellation,
  ) {}

  /** 202 and where to look; with `Prefer: wait=SECONDS`, 200 and the content if it is made by then. */
  @Post()
  async create(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('prefer') prefer?: string,
  ): Promise<ContentDocument | { id: string; status: string; simulated: boolean }> {
    const { contentId } = await this.content.accept(body, {
      commandId: this.command(request),
      mayRepeat: hasKey(request),
      keyId: identityOf(request)?.keyId,
      streams: true,
    });
    void reply.header('location', `/v1/content/${contentId}`);
    const document = await this.updates.ended(contentId, secondsToWait(prefer) * 1000);
    void reply.status(document ? 200 : 202);
    return document
      ? this.opened(document, reply)
      : { id: contentId, status: 'accepted', simulated: this.platform.simulated };
  }

  /** Takes many; a wrong one is named and refuses none of the others. What is said beside the briefs holds for each. */
  @Post('batch')
  @HttpCode(202)
  async createBatch(
    @Body(valid(batchSchema)) { briefs, ...delivery }: z.output<typeof batchSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedBatch> {
    const how = { delivery, mayRepeat: hasKey(request), keyId: identityOf(request)?.keyId };
    const taken = await this.batches.take(derivedId(this.command(request), 'batch'), briefs, how);
    void reply.header('location', `/v1/content/batch/${taken.id}`);
    return taken;
  }

  @Get('batch')
  async listBatches(@Query(valid(pageSchema)) page: z.output<typeof pageSchema>): Promise<Page<BatchStatus>> {
    return this.batches.list(page);
  }

  @Get('batch/:id')
  async batch(@Param('id') id: string, @Req() request: FastifyRequest): Promise<BatchSummary> {
    const summary = await this.batches.one(id);
    if (!mayAccess(request, summary)) throw notFound('batch', id);
    return summary;
  }

  @Get()
  async list(
    @Query(valid(contentListQuery)) query: z.output<typeof contentListQuery>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<ContentDocument | ContentRow>> {
    const page = await contentPage(this.content.contents, query, (each) => this.opened(each, reply));
    return query.view === 'row' ? { ...page, items: page.items.map(rowOf) } : page;
  }

  @Get(':id')
  async one(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentDocument> {
    return this.opened(await this.own(id, request), reply);
  }

  /** What its models were told, and each call. */
  @Get(':id/trace')
  async trace(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentTrace> {
    return this.content.trace(await this.opened(await this.own(id, request), reply));
  }

  /** Ends a brief that has no result yet; a repeat changes nothing. */
  @Post(':id/cancel')
  @HttpCode(200)
  async cancel(
    @Param('id') id: string,
    @Body(valid(cancelSchema)) { reason }: z.output<typeof cancelSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContentDocument> {
    await this.own(id, request);
    return this.opened(await this.cancellation.cancel(id, reason), reply);
  }

  /** What happens to a content item, as it happens; ends with its result. */
  @Sse(':id/events')
  @UseGuards(KnownContent)
  events(@Param('id') id: string): Observable<{ type: string; data: object }> {
    return this.updates.of(id);
  }

  /** @throws ContentFlowError `not-found` also for what another key asked for, where this one may not read everything */
  private async own(id: string, request: FastifyRequest): Promise<ContentDocument> {
    const document = await this.content.one(id);
    if (!mayAccess(request, document)) throw notFound('content', id);
    return document;
  }

  /** What is opened is kept nowhere: in no answer to a repeat, no browser and no proxy, which nobody can make forget. */
  private opened(document: ContentDocument, reply: FastifyReply): Promise<ContentDocument> {
    if (document.personal) void reply.header('cache-control', 'no-store');
    return this.content.shown(document);
  }

  private command(request: FastifyRequest): string {
    return commandId(
      request,
      derivedId(this.platform.instance, `${this.platform.clock.now()}-${this.platform.random.next()}`),
    );
  }
}

/** @throws ContentFlowError for a Prefer header that asks for what cannot be */
function secondsToWait(prefer: string | undefined): number {
  const waitPreference = /(?:^|[,;\s])wait=([^,;\s]+)/.exec(prefer ?? '')?.[1];
  if (waitPreference === undefined) return 0;
  const seconds = decimalOf(waitPreference) ?? -1;
  if (seconds < 0)
    throw new ContentFlowError('invalid-request', `wait is not a number of seconds: "${waitPreference}"`, {
      field: 'Prefer',
    });
  return Math.min(validated(z.number(), seconds), LONGEST_WAIT_S);
}
