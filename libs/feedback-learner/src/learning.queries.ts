import type { Answer, AdjustmentDocument, learnedSchema, Policy } from '@contentflow/contracts';
import { ProjectionHost, SystemStateReader } from '@contentflow/nest-platform';
import { allDocuments, type Collection, type Page } from '@contentflow/read-model';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { regretOf } from './domain/regret.ts';
import { adjustmentDocuments } from './read-model/adjustments.ts';
import {
  type LearnedOfType,
  learning,
  type LearningDocument,
  mergedLearning,
  reactionsIn,
} from './read-model/learning.ts';

export interface AdjustmentQuery {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly status?: AdjustmentDocument['status'] | undefined;
  readonly contentType?: string | undefined;
}

/** What the feedback learner has asked for and what it has learned. */
@Injectable()
export class LearningQueries implements OnModuleInit {
  private adjustmentsFound!: Collection<AdjustmentDocument>;
  private learned!: Collection<LearningDocument>;

  constructor(
    private readonly projections: ProjectionHost,
    private readonly system: SystemStateReader,
  ) {}

  async onModuleInit(): Promise<void> {
    this.adjustmentsFound = await this.projections.start(adjustmentDocuments);
    this.learned = await this.projections.start(learning);
  }

  /** Newest first. */
  adjustments({ limit, after, status, contentType }: AdjustmentQuery): Promise<Page<AdjustmentDocument>> {
    const where = { ...(status ? { status } : {}), ...(contentType ? { contentType } : {}) };
    const sort = { by: 'proposedAt', descending: true };
    return this.adjustmentsFound.find({ where, sort, limit, ...(after ? { after } : {}) });
  }

  async learning(): Promise<Answer<typeof learnedSchema>> {
    const documents: LearningDocument[] = [];
    for await (const document of allDocuments(this.learned)) documents.push(document);
    const { curve, contentTypes } = mergedLearning(documents);
    const { feedback } = this.system.current().policy;
    const { points } = curve;
    return {
      ratings: curve.ratings,
      /** Mean absolute error of ratings predicted before they came, against how many had been seen. */
      curve: points,
      error: { first: points[0]?.error ?? null, now: points.at(-1)?.error ?? null },
      contentTypes: [...contentTypes].map(([contentType, learned]) => summaryOf(contentType, learned, feedback)),
    };
  }
}

function summaryOf(contentType: string, learned: LearnedOfType, policy: Policy['feedback']) {
  const { arms, ratings, sum } = learned;
  const byRecipe = Object.entries(arms).map(([recipe, { n, sum: total }]) => ({ recipe, ratings: n, mean: total / n }));
  return {
    contentType,
    ratings,
    mean: sum / ratings,
    ...reactionsIn(learned, policy),
    regret: regretOf(arms),
    recipes: byRecipe.sort((a, b) => b.ratings - a.ratings).slice(0, 20),
  };
}
