import {
  type ContentGenerated,
  type EventData,
  type EventOf,
  GenerationFailed,
  GenerationMeasured,
} from '@contentflow/contracts';
import type { Call } from '@contentflow/contracts';
import { measureFailed, measureGenerated } from './measure-generation.ts';

const call = (change: Partial<Call> = {}): Call => ({
  step: 'body',
  provider: 'sandbox',
  model: 'small',
  attempt: 1,
  tokensIn: 100,
  tokensOut: 50,
  cost: 0.01,
  timeToFirstTokenMs: 200,
  timeMs: 1000,
  waitMs: 0,
  outcome: 'ok',
  cache: 'miss',
  ...change,
});
const generation = (calls: Call[]) => ({
  contentId: 'content-1',
  brief: { contentType: 'email', topic: 'Spring sale', length: 40, keyPoints: ['20 % off', 'until Sunday'] },
  unit: 'unit-1',
  assignment: { recipe: 'r1', holdback: false, exposures: [], withheld: [], improvements: [], ledgerPosition: 3 },
  worker: 'w',
  acceptedAt: 10,
  calls,
  usage: {
    tokensIn: 200,
    tokensOut: 90,
    calls: calls.length,
    cost: 0.02,
    timeMs: 1800,
    waitMs: 40,
    cache: 'miss' as const,
  },
  simulated: true,
});
const stored = <Data>(data: Data) => ({
  id: 'event-1',
  topic: 'contentflow.content',
  type: 't',
  source: 'generator',
  subject: 'content-1',
  time: 20,
  correlationId: 'c',
  partition: 0,
  offset: 0,
  data,
});
const generated = (
  calls: Call[],
  more: Partial<EventData<typeof ContentGenerated>> = {},
): EventOf<typeof ContentGenerated> =>
  stored({
    ...generation(calls),
    content: { body: 'Dear reader, our spring sale has begun. Everything is 20 % off until Sunday.' },
    revised: false,
    belowThreshold: false,
    ...more,
  });

describe('measuring a generation', () => {
  it('gives the six metrics, and what explains them', () => {
    const { data, subject, causationId } = measureGenerated(generated([call()]), 30);
    expect(GenerationMeasured.schema.parse(data)).toEqual(data);
    expect({ subject, causationId }).toEqual({ subject: 'unit-1', causationId: 'event-1' });
    expect(data.metrics).toMatchObject({ timeMs: 1800, tokens: 290, calls: 1, cost: 0.02 });
    expect(data.metrics.quality).toBeGreaterThan(3);
    expect(data.metrics.engagement).toBeGreaterThan(0);
    expect(data.covariates).toEqual({ words: 40, keyPoints: 2, language: 'en', material: 11 });
  });

  it('tells what it took without the attempts that failed, where any did', () => {
    const steadyOf = (...calls: Call[]) => measureGenerated(generated(calls), 30).data.metrics.steadyMs;
    expect(steadyOf(call(), call({ timeMs: 800 }))).toBeUndefined();
    expect(steadyOf(call({ outcome: 'timeout', timeMs: 700 }), call({ attempt: 2, timeMs: 1000 }))).toBe(1100);
    // One that failed beside a longer call was not waited for; no content took less than its longest call.
    expect(steadyOf(call({ outcome: 'server_error', timeMs: 1500 }), call({ attempt: 2, timeMs: 1200 }))).toBe(1200);
    expect(steadyOf(call({ outcome: 'rate_limited', timeMs: 0 }), call({ attempt: 2 }))).toBe(1800);
  });

  it('keeps the quality that the generator measured', () => {
    const { measures } = measureGenerated(generated([call()]), 30).data;
    const quality = { score: 4.2, lower: 4, upper: 5, measures: measures! };
    expect(measureGenerated(generated([call()], { quality }), 30).data.metrics.quality).toBe(4.2);
  });

  it('counts of a text that was chosen for its score what no measure says of its own choice', () => {
    const { measures, metrics } = measureGenerated(generated([call()]), 30).data;
    const quality = { score: 8.2, lower: 4, upper: 9, measures: measures!, impartial: 7.1 };
    const chosen = measureGenerated(generated([call()], { quality }), 30).data;
    const personal = { subject: 'reader', sealed: '' };
    const sealed = measureGenerated(generated([call()], { quality, personal }), 30);
    expect([chosen.metrics.quality, sealed.data.metrics.quality]).toEqual([7.1, 7.1]);
    const unchosen = measureGenerated(generated([call()], { quality: { ...quality, score: 7.1 } }), 30).data;
    expect(chosen.metrics.engagement).toBe(unchosen.metrics.engagement);
    expect(metrics.engagement).not.toBe(chosen.metrics.engagement);
  });

  it('names the model that wrote most, and counts retries', () => {
    const calls = [
      call({ model: 'planner', tokensOut: 10 }),
      call({ model: 'writer', tokensOut: 80, attempt: 2 }),
      call({ model: 'checker', tokensOut: 5 }),
    ];
    expect(measureGenerated(generated(calls), 30).data).toMatchObject({ model: 'writer', retries: 1 });
  });

  it('is a cache hit only when every call was', () => {
    const hit = call({ cache: 'exact', tokensOut: 0 });
    expect(measureGenerated(generated([hit, hit]), 30).data.cacheHit).toBe(true);
    expect(measureGenerated(generated([hit, call()]), 30).data.cacheHit).toBe(false);
    expect(measureGenerated(generated([]), 30).data.cacheHit).toBe(false);
  });

  it('measures a failure by what it took', () => {
    const calls = [
      call({ outcome: 'timeout', tokensOut: 0, model: 'a' }),
      call({ outcome: 'timeout', tokensOut: 0, model: 'b' }),
    ];
    const failed = stored({ ...generation(calls), failure: 'timeout' as const, message: 'took too long' });
    const { data } = measureFailed(failed satisfies EventOf<typeof GenerationFailed>, 30);
    expect(GenerationMeasured.schema.parse(data)).toEqual(data);
    expect(data).toMatchObject({
      outcome: 'timeout',
      model: 'b',
      metrics: { quality: null, engagement: null, cost: 0.02 },
    });
  });
});
