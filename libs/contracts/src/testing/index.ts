import type { EventData } from '../define-event.ts';
import type { Assignment, Call } from '../facts.ts';
import type { ContentGenerated } from '../generator.events.ts';
import type { GenerationMeasured } from '../monitor.events.ts';

export * from './stored-event.ts';

/** Whole data of events, for tests that care for a few of their fields only. */

export const sampleAssignment: Assignment = {
  recipe: 'r',
  holdback: false,
  exposures: [],
  withheld: [],
  improvements: [],
  ledgerPosition: 0,
};

export const sampleCall: Call = {
  step: 'draft',
  provider: 'p',
  model: 'm',
  attempt: 1,
  tokensIn: 0,
  tokensOut: 0,
  cost: 0,
  timeToFirstTokenMs: 0,
  timeMs: 0,
  waitMs: 0,
  outcome: 'ok',
  cache: 'off',
};

export const sampleMeasures = {
  lengthFit: 1,
  keyPointCoverage: 1,
  keywordCoverage: 1,
  toneFit: 1,
  languageFit: 1,
  grammar: 1,
  readability: 1,
  structure: 1,
  repetition: 1,
  groundedness: 1,
};

export const sampleGenerated: EventData<typeof ContentGenerated> = {
  contentId: 'c',
  brief: { contentType: 'email', topic: 'a topic' },
  unit: 'u',
  worker: 'w',
  assignment: sampleAssignment,
  calls: [],
  usage: { tokensIn: 0, tokensOut: 0, calls: 0, cost: 0, timeMs: 0, waitMs: 0, cache: 'off' },
  acceptedAt: 0,
  simulated: true,
  content: { body: 'A text.' },
  revised: false,
  belowThreshold: false,
};

export const sampleMetrics: EventData<typeof GenerationMeasured>['metrics'] = {
  timeMs: 0,
  waitMs: 0,
  tokens: 0,
  tokensIn: 0,
  tokensOut: 0,
  calls: 1,
  cost: 0,
  quality: null,
  engagement: null,
};

export const sampleMeasured: EventData<typeof GenerationMeasured> = {
  contentId: 'c',
  contentType: 'email',
  unit: 'u',
  assignment: sampleAssignment,
  model: 'm',
  provider: 'p',
  outcome: 'ok',
  acceptedAt: 0,
  metrics: sampleMetrics,
  measures: null,
  cacheHit: false,
  retries: 0,
  covariates: { words: 0, keyPoints: 0, material: 0, language: 'en' },
  judge: 'test',
  simulated: true,
};
