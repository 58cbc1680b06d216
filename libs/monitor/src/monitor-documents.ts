import type { AnomalyDocument } from '@contentflow/contracts';
import { PLATFORM, type Platform, ProjectionHost } from '@contentflow/nest-platform';
import { allDocuments, type Collection } from '@contentflow/read-model';
import { type Document, HOUR_MS } from '@contentflow/kernel';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { anomalyDocuments } from './read-model/anomalies.ts';
import { type BaselineDocument, baselineDocuments, mergedBaselines } from './read-model/baselines.ts';
import { failureDocuments, type FailuresDocument } from './read-model/failures.ts';
import { COARSE_MS, FINE_MS, fineMetrics, hourlyMetrics, type MetricsDocument } from './read-model/metrics.ts';

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
  private baselinesOfPartitions!: Collection<BaselineDocument>;
  private fine!: Collection<MetricsDocument>;
  private hourly!: Collection<MetricsDocument>;
  private failures!: Collection<FailuresDocument>;

  constructor(
    @Inject(PLATFORM) readonly platform: Platform,
    private readonly projections: ProjectionHost,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.anomalies = await this.projections.start(anomalyDocuments);
    this.baselinesOfPartitions = await this.projections.start(baselineDocuments);
    this.fine = await this.projections.start(fineMetrics);
    this.hourly = await this.projections.start(hourlyMetrics);
    this.failures = await this.projections.start(failureDocuments);
  }

  /** The metrics of a span, in order of time; of whole stretches, the ones that it touches. */
  async metrics({ from, to, contentType, model }: Span, stepMs?: number): Promise<MetricsDocument[]> {
    const isFine = stepMs === undefined ? to - from <= FINE_SPAN_MS : stepMs < COARSE_MS;
    const lengthMs = isFine ? FINE_MS : COARSE_MS;
    const begin = Math.floor(from / lengthMs) * lengthMs;
    const documents = await everything(isFine ? this.fine : this.hourly, begin, to);
    return documents.filter(
      (each) =>
        (contentType === undefined || each.contentType === contentType) &&
        (model === undefined || each.model === model),
    );
  }

  /** One for each content type and model, in the order of their names. */
  async baselines(contentType?: string): Promise<BaselineDocument[]> {
    const query = { ...(contentType !== undefined && { where: { contentType } }), sort: { by: 'contentType' } };
    const documents: BaselineDocument[] = [];
    for await (const document of allDocuments(this.baselinesOfPartitions, query)) documents.push(document);
    return mergedBaselines(documents);
  }

  failuresOf(from: number, to: number): Promise<FailuresDocument[]> {
    return everything(this.failures, Math.floor(from / HOUR_MS) * HOUR_MS, to);
  }
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
