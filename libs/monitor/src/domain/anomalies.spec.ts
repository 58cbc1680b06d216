import {
  AnomalyDetected,
  AnomalyHandled,
  AnomalyResolved,
  defaultPolicy,
  eventName,
  GenerationMeasured,
  type ImprovementApplied,
  Topic,
} from '@contentflow/contracts';
import { type Improvement, initialSystemState, type SystemState, makeDecisions } from '@contentflow/decisions';
import {
  DAY_MS,
  folded,
  type FoldedState,
  MINUTE_MS,
  type NewEvent,
  emptyFold,
  partsInOrder,
  seededRandom,
  type StoredEvent,
} from '@contentflow/kernel';
import { anomalies, binomialUpperTail } from './anomalies.ts';
import { medianValue } from './baseline.ts';
import { type Baselines, type Measurement, mergedGroups, type WatchedGenerations } from './watched-generations.ts';

interface Change {
  readonly at: number;
  readonly timeMs?: number;
  readonly cost?: number;
  readonly quality?: number;
  readonly outcome?: Measurement['outcome'];
  readonly words?: number;
  readonly improvements?: string[];
  readonly cacheHit?: boolean;
}

/** Generations of e-mails, one every 20 seconds, over three partitions. */
class Watched {
  private readonly random = seededRandom('anomalies');
  private state: FoldedState<WatchedGenerations> = emptyFold();
  private readonly offsets = [0, 0, 0];
  now = 0;

  generation({ at, outcome = 'ok', improvements = [], cacheHit = false, ...change }: Change): void {
    const partition = this.random.below(3);
    const words = change.words ?? 0;
    const made = outcome === 'ok';
    const data: Partial<Measurement> = {
      contentType: 'email',
      model: 'm',
      outcome,
      cacheHit,
      covariates: { words, keyPoints: 0, material: 40, language: 'en' },
      assignment: { recipe: 'r', holdback: false, exposures: [], withheld: [], improvements, ledgerPosition: 0 },
      metrics: {
        timeMs: change.timeMs ?? this.random.logNormal(1000, 0.3),
        cost: change.cost ?? this.random.logNormal(0.01, 0.15),
        quality: made ? (change.quality ?? 7 + this.random.normal() * 0.4) : null,
        waitMs: 0,
        tokens: 1,
        tokensIn: 1,
        tokensOut: 1,
        calls: 1,
        engagement: null,
      },
    };
    const event: StoredEvent = {
      id: `${at}`,
      topic: Topic.measurements,
      type: GenerationMeasured.type,
      source: 'monitor',
      subject: 'u',
      time: at,
      correlationId: 'c',
      data,
      partition,
      offset: this.offsets[partition]!++,
    };
    this.state = folded(anomalies.fold, this.state, event);
    this.now = at;
  }

  /** Ordinary traffic, but for what is said. */
  minutes(n: number, change: (at: number, i: number) => Omit<Change, 'at'> = () => ({})): this {
    const from = this.now;
    for (let i = 1; i <= 3 * n; i++) {
      const at = from + i * 20_000;
      this.generation({ at, ...change(at, i) });
    }
    return this;
  }

  baselines(): Baselines {
    return mergedGroups(partsInOrder(this.state))[0]!.baseline('any');
  }

  decisions(system: SystemState = initialSystemState): NewEvent[] {
    return makeDecisions(anomalies, this.state, system, {}, { at: this.now, code: 'test' });
  }
}

const given = () => new Watched();
const names = (events: readonly NewEvent[]) => events.map(({ type }) => eventName(type));
const dataOf = (events: readonly NewEvent[], { type }: { type: string }) =>
  events.find((event) => event.type === type)?.data as Record<string, unknown>;

/** What the system is after these decisions, as far as anomalies go. */
function after(events: readonly NewEvent[]): SystemState {
  const open = events
    .filter(({ type }) => type === AnomalyDetected.type)
    .map(({ data }) => data as { anomalyId: string });
  return {
    ...initialSystemState,
    openAnomalies: Object.fromEntries(open.map((each) => [each.anomalyId, each])) as never,
  };
}

describe('anomalies', () => {
  it('sees none on an ordinary day', () => {
    const watched = given();
    const found: string[] = [];
    for (let minute = 0; minute < DAY_MS / MINUTE_MS; minute += 5) found.push(...names(watched.minutes(5).decisions()));
    expect(found).toEqual([]);
  });

  it('judges a generation against those of its own size', () => {
    const watched = given();
    const sized = (_: number, i: number) => (i % 3 === 0 ? { words: 1500, timeMs: 9000, cost: 0.08 } : { words: 80 });
    const found: string[] = [];
    for (let minute = 0; minute < 240; minute += 5) found.push(...names(watched.minutes(5, sized).decisions()));
    expect(found).toEqual([]);
  });

  it('opens one where times double, a warning', () => {
    const decisions = given()
      .minutes(120)
      .minutes(8, () => ({ timeMs: 2600 }))
      .decisions();
    expect(names(decisions)).toEqual(['AnomalyDetected', 'AnomalyHandled']);
    const { baseline, ...detected } = dataOf(decisions, AnomalyDetected);
    expect(detected).toMatchObject({ rule: 'slow_generation', severity: 'warning', value: 2600, affected: 24 });
    expect(baseline).toBeGreaterThan(900);
    expect(baseline).toBeLessThan(1100);
    expect(AnomalyDetected.schema.parse(dataOf(decisions, AnomalyDetected))).toBeDefined();
  });

  it.each([
    ['low_quality', 'critical', { quality: 5 }],
    ['high_cost', 'warning', { cost: 0.018 }],
    ['failures', 'critical', { outcome: 'timeout' as const }],
  ])('opens %s, %s', (rule, severity, change) => {
    const decisions = given()
      .minutes(120)
      .minutes(9, (_, i) => (i % 2 ? change : {}))
      .decisions();
    expect(dataOf(decisions, AnomalyDetected)).toMatchObject({ rule, severity });
    expect(dataOf(decisions, AnomalyHandled)).toMatchObject({ action: 'open_incident', target: null });
  });

  describe('of a model that fails by itself', () => {
    const failing = () =>
      given()
        .minutes(120)
        .minutes(9, (_, i) => (i % 2 ? { outcome: 'timeout' as const } : {}));
    const trips: SystemState = {
      ...initialSystemState,
      policy: { ...defaultPolicy, anomalies: { ...defaultPolicy.anomalies, onFailures: 'trip_breaker' } },
    };

    it('holds calls to it back where the policy says so', () => {
      const handled = dataOf(failing().decisions(trips), AnomalyHandled);
      expect(handled).toMatchObject({ action: 'trip_breaker', target: 'm' });
    });

    it('holds nothing back while autonomy is paused, or for another rule', () => {
      const paused = { ...trips, autonomy: { ...trips.autonomy, state: 'paused' as const } };
      expect(dataOf(failing().decisions(paused), AnomalyHandled)).toMatchObject({ action: 'open_incident' });
      const slow = given()
        .minutes(120)
        .minutes(8, () => ({ timeMs: 2600 }));
      expect(dataOf(slow.decisions(trips), AnomalyHandled)).toMatchObject({ action: 'open_incident' });
    });
  });

  it('keeps the anomaly out of the baseline, however long it lasts', () => {
    const watched = given()
      .minutes(120)
      .minutes(600, () => ({ timeMs: 5000 }));
    expect(medianValue(watched.baselines().timeMs)).toBeLessThan(1100);
  });

  it('does not take answers from the cache for fast generations', () => {
    const half = (_: number, i: number) => (i % 4 ? { cacheHit: true, timeMs: 3, cost: 0 } : {});
    expect(names(given().minutes(300, half).decisions())).toEqual([]);
  });

  it('opens an anomaly once, and resolves it when it has been quiet for long enough', () => {
    const watched = given()
      .minutes(120)
      .minutes(8, () => ({ timeMs: 2600 }));
    const system = after(watched.decisions());
    expect(names(watched.minutes(1, () => ({ timeMs: 2600 })).decisions(system))).toEqual([]);
    expect(names(watched.minutes(15).decisions(system))).toEqual([]);
    const resolved = watched.minutes(6).decisions(system);
    expect(names(resolved)).toEqual(['AnomalyResolved']);
    expect(dataOf(resolved, AnomalyResolved).lastedMs).toBeGreaterThan(20 * MINUTE_MS);
  });

  describe('after an improvement', () => {
    const applied = (appliedAt: number, change: Partial<Improvement> = {}): SystemState => ({
      ...initialSystemState,
      improvements: [
        {
          improvementId: 'i1',
          contentType: 'email',
          lever: 'prompt',
          change: { kind: 'set_tone', tone: 'friendly' },
          status: 'applied',
          appliedAt,
          ...change,
        } as Improvement,
      ] satisfies Omit<ReturnType<typeof ImprovementApplied.schema.parse>, 'basis'>[],
    });
    const worse = (change: Omit<Change, 'at'>) => (_: number, i: number) =>
      i % 4 ? { improvements: ['i1'], ...change } : {};

    it('rolls it back when quality falls with it and not without it', () => {
      const watched = given().minutes(120);
      const system = applied(watched.now);
      const decisions = watched.minutes(9, worse({ quality: 4 })).decisions(system);
      expect(dataOf(decisions, AnomalyHandled)).toMatchObject({ action: 'roll_back_improvement', target: 'i1' });
    });

    it('has it tested again when it only became slow', () => {
      const watched = given().minutes(120);
      const system = applied(watched.now);
      const decisions = watched.minutes(9, worse({ timeMs: 4000 })).decisions(system);
      expect(dataOf(decisions, AnomalyHandled)).toMatchObject({ action: 'retest_improvement', target: 'i1' });
    });

    it('has it tested again when too few went without it to be sure', () => {
      const watched = given().minutes(120);
      const system = applied(watched.now);
      const few = (_: number, i: number) => (i % 9 ? { improvements: ['i1'], ...(i % 2 ? { quality: 4 } : {}) } : {});
      const decisions = watched.minutes(9, few).decisions(system);
      expect(dataOf(decisions, AnomalyHandled)).toMatchObject({ action: 'retest_improvement', target: 'i1' });
    });

    it('does not blame it for what happens without it too', () => {
      const watched = given().minutes(120);
      const system = applied(watched.now);
      const both = (_: number, i: number) => ({ improvements: i % 4 ? ['i1'] : [], quality: 4 });
      expect(dataOf(watched.minutes(9, both).decisions(system), AnomalyHandled)).toMatchObject({
        action: 'open_incident',
      });
    });

    it('leaves it alone where a person has paused autonomy', () => {
      const watched = given().minutes(120);
      const system = applied(watched.now);
      const paused = { ...system, autonomy: { ...system.autonomy, state: 'paused' as const } };
      const decisions = watched.minutes(9, worse({ quality: 4 })).decisions(paused);
      expect(dataOf(decisions, AnomalyHandled)).toMatchObject({ action: 'open_incident' });
    });

    it('has the model tested again that it chose, however long ago, when that model writes worse', () => {
      const watched = given().minutes(400);
      const system = applied(0, { change: { kind: 'use_model', model: 'm' } });
      const decisions = watched.minutes(9, () => ({ improvements: ['i1'], quality: 4 })).decisions(system);
      expect(dataOf(decisions, AnomalyHandled)).toMatchObject({ action: 'retest_improvement', target: 'i1' });
    });

    it('does not suspect an old one', () => {
      const watched = given().minutes(400);
      const decisions = watched.minutes(9, worse({ quality: 4 })).decisions(applied(0));
      expect(dataOf(decisions, AnomalyHandled)).toMatchObject({ action: 'open_incident' });
    });
  });

  it('decides the same from the evidence as it has been stored', () => {
    const decisions = given()
      .minutes(120)
      .minutes(8, () => ({ timeMs: 2600 }))
      .decisions();
    const { basis } = dataOf(decisions, AnomalyDetected) as { basis: { evidence: never; at: number } };
    const again = [...anomalies.decide(JSON.parse(JSON.stringify(basis.evidence)), defaultPolicy, basis.at)];
    expect(again.map(({ data }) => data)).toEqual(
      decisions.map(({ data }) => ({ ...(data as object), basis: undefined })),
    );
  });

  it('knows how likely chance is', () => {
    // scipy.stats.binom.sf(3, 10, 0.05), sf(0, 4, 0.5)
    expect(binomialUpperTail(4, 10, 0.05)).toBeCloseTo(0.00102849, 7);
    expect(binomialUpperTail(1, 4, 0.5)).toBeCloseTo(0.9375, 10);
  });
});
