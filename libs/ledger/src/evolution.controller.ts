import { accountsOf } from '@contentflow/decisions';
import { documentationQuery, reportQuery } from '@contentflow/contracts';
import { PLATFORM, type Platform, valid } from '@contentflow/nest-platform';
import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { asMarkdown, documentationFold, documentationOf } from './domain/documentation.ts';
import { foldedUntil } from './domain/report/report-at.ts';
import { recordOf, reportOf, spentIn } from './domain/report/report.ts';
import { seriesOf } from './domain/report/series.ts';
import { systemView } from './domain/system-view.ts';
import { Evolution } from './evolution.ts';

const stateSchema = reportQuery.extend({ contentType: z.string().optional() });

/** What the system is and was, why, and what came of it. */
@Controller('v1')
export class EvolutionController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly evolution: Evolution,
  ) {}

  @Get('state')
  async state(@Query(valid(stateSchema)) query: z.output<typeof stateSchema>) {
    const { at: asked, contentType } = query;
    const { parts, at } = await this.evolution.asOf(asked);
    return { simulated: this.platform.simulated, at, ...systemView(recordOf(parts), at, contentType) };
  }

  @Get('report')
  async report(@Query(valid(reportQuery)) query: z.output<typeof reportQuery>) {
    const { parts, at } = await this.evolution.asOf(query.at);
    const report = reportOf(parts, at);
    return { ...report, simulated: report.simulated || this.platform.simulated };
  }

  @Get('report/series')
  async series(@Query(valid(reportQuery)) query: z.output<typeof reportQuery>) {
    const { parts, at } = await this.evolution.asOf(query.at);
    const series = seriesOf(parts);
    return { ...series, at, simulated: series.simulated || this.platform.simulated };
  }

  /** JSON, or Markdown for who asks for `text/markdown`. */
  @Get('documentation')
  async documentation(
    @Query(valid(documentationQuery)) query: z.output<typeof documentationQuery>,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('accept') accept = '',
  ) {
    const { simulated, log, clock } = this.platform;
    const { at = clock.now(), format } = query;
    const [folded] = await foldedUntil(log, documentationFold, at);
    const { parts } = await this.evolution.asOf(query.at);
    const sections = documentationOf(
      folded ?? documentationFold.initial(),
      accountsOf(recordOf(parts).system, spentIn(parts), at),
    );
    if (format !== 'markdown' && (format === 'json' || !accept.includes('text/markdown')))
      return { simulated, at, sections };
    void reply.header('content-type', 'text/markdown; charset=utf-8');
    return asMarkdown(sections, `How content is made, as of ${new Date(at).toISOString()}`, simulated);
  }
}
