import { baselineMetrics, instantSchema, pageSchema } from '@contentflow/contracts';
import { DAY_MS, HOUR_MS } from '@contentflow/kernel';
import { notFound, valid } from '@contentflow/nest-platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { medianValue } from './domain/baseline.ts';
import { analyseFailures } from './domain/failure-analysis.ts';
import { summaryOf } from './domain/metrics-summary.ts';
import { MonitorDocuments, type Span } from './monitor-documents.ts';
import type { BaselineDocument } from './read-model/baselines.ts';
import { type GenerationMetrics, mergeMetrics, noMetrics } from './domain/generation-metrics.ts';
import { COARSE_MS, FINE_MS, type MetricsDocument } from './read-model/metrics.ts';

const spanSchema = z.object({
  from: instantSchema.optional(),
  to: instantSchema.optional(),
  contentType: z.string().optional(),
  model: z.string().optional(),
});
const bySchema = z.enum(['contentType', 'model', 'provider', 'caller']).optional();
const summarySchema = spanSchema.extend({ by: bySchema });
const seriesSchema = spanSchema.extend({
  step: z.enum(['10m', '1h']).optional(),
  by: bySchema,
});
const anomalySchema = pageSchema.extend({ status: z.enum(['open', 'resolved']).optional() });
const baselineSchema = pageSchema.extend({ contentType: z.string().optional() });

/** What was made, how fast, how well, at what cost; what is usual; what departs from it; what fails, and why. */
@Controller('v1')
export class MetricsController {
  constructor(private readonly documents: MonitorDocuments) {}

  @Get('metrics/summary')
  async summary(@Query(valid(summarySchema)) query: z.output<typeof summarySchema>) {
    const { by, ...asked } = query;
    const span = this.span(asked, DAY_MS);
    const found = await this.documents.metrics(span);
    const all = merged(found);
    const grouped = await this.grouped(by, span, found);
    const groups = by ? Object.entries(grouped).map(([key, each]) => ({ [by]: key, ...summaryOf(merged(each)) })) : [];
    return { simulated: this.isSimulated(all), ...span, ...summaryOf(all), ...(by ? { by, groups } : {}) };
  }

  @Get('metrics/series')
  async series(@Query(valid(seriesSchema)) query: z.output<typeof seriesSchema>) {
    const { step, by, ...asked } = query;
    const span = this.span(asked, DAY_MS);
    const stepMs =
      step === undefined
        ? span.to - span.from <= 6 * HOUR_MS
          ? FINE_MS
          : COARSE_MS
        : step === '10m'
          ? FINE_MS
          : COARSE_MS;
    const found = await this.documents.metrics(span, stepMs);
    const items = Object.entries(await this.grouped(by, span, found, stepMs)).flatMap(([key, each]) =>
      Object.values(groupedBy(each, ({ from }) => from)).map((stretch) => ({
        ...(by ? { [by]: key } : {}),
        from: stretch[0]?.from,
        ...summaryOf(merged(stretch)),
      })),
    );
    return { simulated: this.isSimulated(merged(found)), ...span, stepMs, items, next: null };
  }

  @Get('baselines')
  async baselines(@Query(valid(baselineSchema)) query: z.output<typeof baselineSchema>) {
    const { limit, after, contentType } = query;
    const found = await this.documents.baselines(contentType);
    // Groups are as many as content types and models, so that all are at hand; the page begins after the last one's id.
    const rest = after === undefined ? found : found.filter(({ id }) => id > after);
    const items = rest.slice(0, limit);
    return { items: items.map(shownBaseline), next: rest.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  @Get('anomalies')
  async anomalies(@Query(valid(anomalySchema)) query: z.output<typeof anomalySchema>) {
    const { limit, after, status } = query;
    const where = status === undefined ? undefined : { status };
    const sort = { by: 'detectedAt', descending: true };
    const { items, next } = await this.documents.anomalies.find({ where, sort, limit, after });
    const { simulated } = this.documents.platform;
    return { items: items.map((each) => ({ ...each, simulated })), next };
  }

  @Get('anomalies/:id')
  async anomaly(@Param('id') id: string) {
    const anomaly = await this.documents.anomalies.get(id);
    if (!anomaly) throw notFound('anomaly', id);
    return { ...anomaly, simulated: this.documents.platform.simulated };
  }

  @Get('failures/analysis')
  async failures(@Query(valid(spanSchema)) query: z.output<typeof spanSchema>) {
    const { from, to } = this.span(query, DAY_MS);
    const hours = await this.documents.failuresOf(from, to);
    const simulated = this.documents.platform.simulated || hours.some((each) => each.simulated);
    return { simulated, from, to, ...analyseFailures(hours) };
  }

  /** Callers are told apart where calls name no use, and there alone. */
  private async grouped(
    by: z.output<typeof bySchema>,
    span: Span,
    found: readonly MetricsDocument[],
    stepMs?: number,
  ): Promise<Record<string, Stretch[]>> {
    if (by === 'caller') return groupedBy(await this.documents.callers(span, stepMs), ({ caller }) => caller);
    return by ? groupedBy(found, (each) => each[by]) : { '': [...found] };
  }

  /** What is asked for, up to now, and this long where nothing is said. */
  private span({ from, to, ...rest }: z.output<typeof spanSchema>, defaultSpanMs: number): Span {
    const end = to ?? this.documents.platform.clock.now() + 1;
    return { from: from ?? end - defaultSpanMs, to: end, ...rest };
  }

  private isSimulated({ simulated }: GenerationMetrics): boolean {
    return simulated || this.documents.platform.simulated;
  }
}

/** Metrics of one stretch. */
type Stretch = GenerationMetrics & { readonly from: number };

const merged = (documents: readonly GenerationMetrics[]): GenerationMetrics =>
  documents.reduce(mergeMetrics, noMetrics);

const groupedBy = <Each>(documents: readonly Each[], keyOf: (each: Each) => string | number): Record<string, Each[]> =>
  Object.groupBy(documents, (each) => String(keyOf(each))) as Record<string, Each[]>;

function shownBaseline({ medians, ...document }: BaselineDocument) {
  const values = baselineMetrics.map((metric) => [
    metric,
    { n: medians[metric].n, median: medianValue(medians[metric]) ?? null },
  ]);
  return { ...document, metrics: Object.fromEntries(values) as object };
}
