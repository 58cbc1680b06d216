import type { AnomalyDocument, IncidentDocument, NotificationDocument } from '@contentflow/contracts';
import { PLATFORM, type Platform, ProjectionHost } from '@contentflow/nest-platform';
import { allDocuments, type Collection } from '@contentflow/read-model';
import { type Document, HOUR_MS } from '@contentflow/kernel';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { anomalyDocuments } from './read-model/anomalies.ts';
import {
  type BaselineDocument,
  baselineDocuments,
  mergedBaselines,
  type UnnamedBaselinesDocument,
  unnamedBaselineDocuments,
} from './read-model/baselines.ts';
import { UNNAMED } from './domain/passed-on.ts';
import { incidentDocuments, notificationDocuments } from './read-model/incidents.ts';
import { failureDocuments, type FailuresDocument } from './read-model/failures.ts';
import { COARSE_MS, FINE_MS, fineMetrics, hourlyMetrics, type MetricsDocument } from './read-model/metrics.ts';
import {
  asMetricsDocuments,
  byCaller,
  type CallerDocument,
  type PassedOnDocument,
  passedOnDocuments,
} from './read-model/passed-on.ts';

/** Which generations are asked about. Epoch milliseconds; `to` is not part of it. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly contentType?: string;
  readonly model?: string;
}

/** Up to here the finer documents are read. */
const FINE_SPAN_MS = 6 * HOUR_MS;

/** What the monitor remembers. */
@Injectable()
export class MonitorDocuments implements OnApplicationBootstrap {
  anomalies!: Collection<AnomalyDocument>;
  incidents!: Collection<IncidentDocument>;
  notifications!: Collection<NotificationDocument>;
  private baselinesOfPartitions!: Collection<BaselineDocument>;
  private fine!: Collection<MetricsDocument>;
  private hourly!: Collection<MetricsDocument>;
  private passedOn!: Collection<PassedOnDocument>;
  private unnamedBaselines!: Collection<UnnamedBaselinesDocument>;
  private failures!: Collection<FailuresDocument>;

  constructor(
    @Inject(PLATFORM) readonly platform: Platform,
    private readonly projections: ProjectionHost,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.anomalies = await this.projections.start(anomalyDocuments);
    this.incidents = await this.projections.start(incidentDocuments);
    this.notifications = await this.projections.start(notificationDocuments);
    this.baselinesOfPartitions = await this.projections.start(baselineDocuments);
    this.fine = await this.projections.start(fineMetrics);
    this.hourly = await this.projections.start(hourlyMetrics);
    this.passedOn = await this.projections.start(passedOnDocuments);
    this.unnamedBaselines = await this.projections.start(unnamedBaselineDocuments);
    this.failures = await this.projections.start(failureDocuments);
  }

  /** The metrics of a span, in order of time; of whole stretches, the ones that it touches. */
  async metrics({ from, to, contentType, model }: Span, stepMs?: number): Promise<MetricsDocument[]> {
    const lengthMs = stretchOf(from, to, stepMs);
    const begin = Math.floor(from / lengthMs) * lengthMs;
    const documents = await everything(lengthMs === FINE_MS ? this.fine : this.hourly, begin, to);
    const passedOn = asMetricsDocuments(await everything(this.passedOn, begin, to), lengthMs);
    return [...documents, ...passedOn].filter(
      (each) =>
        (contentType === undefined || each.contentType === contentType) &&
        (model === undefined || each.model === model),
    );
  }

  /** What callers came to whose calls named no use. */
  async callers({ from, to }: Pick<Span, 'from' | 'to'>, stepMs?: number): Promise<CallerDocument[]> {
    const lengthMs = stretchOf(from, to, stepMs);
    return byCaller(await everything(this.passedOn, Math.floor(from / lengthMs) * lengthMs, to), lengthMs);
  }

  /** One for each content type and model, in the order of their names. */
  async baselines(contentType?: string): Promise<BaselineDocument[]> {
    const query = { ...(contentType !== undefined && { where: { contentType } }), sort: { by: 'contentType' } };
    const documents: BaselineDocument[] = [];
    for await (const document of allDocuments(this.baselinesOfPartitions, query)) documents.push(document);
    const unnamed = contentType === undefined || contentType === UNNAMED ? await this.ofUnnamed() : [];
    return mergedBaselines([...documents, ...unnamed]);
  }

  private async ofUnnamed(): Promise<BaselineDocument[]> {
    const documents: BaselineDocument[] = [];
    for await (const { models } of allDocuments(this.unnamedBaselines, {})) documents.push(...Object.values(models));
    return documents;
  }

  failuresOf(from: number, to: number): Promise<FailuresDocument[]> {
    return everything(this.failures, Math.floor(from / HOUR_MS) * HOUR_MS, to);
  }
}

/** Length of the stretches that a span is read in, in milliseconds. */
function stretchOf(from: number, to: number, stepMs: number | undefined): number {
  const isFine = stepMs === undefined ? to - from <= FINE_SPAN_MS : stepMs < COARSE_MS;
  return isFine ? FINE_MS : COARSE_MS;
}

async function everything<Doc extends Document & { from: number }>(
  collection: Collection<Doc>,
  from: number,
  below: number,
): Promise<Doc[]> {
  const documents: Doc[] = [];
  const query = { where: { from: { from, below } }, sort: { by: 'from' } };
  for await (const document of allDocuments(collection, query)) documents.push(document);
  return documents;
}
