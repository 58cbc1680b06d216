import { defaultPolicy, LoadObserved, newEvent, ScalingDecided } from '@contentflow/contracts';
import { type DecisionProcedure, initialSystemState, type SystemState } from '@contentflow/decisions';
import { evolve, HOUR_MS, MINUTE_MS, type Random, seededRandom, type StoredEvent } from '@contentflow/kernel';
import { forecasting } from './forecasting.ts';
import { grading } from './grading.ts';
import { type ScalerState, scalerState } from './scaler-state.ts';
import { scaling } from './scaling.ts';

const START = Date.UTC(2026, 0, 5);
/** Briefs an instance makes at once; each takes half a minute. */
const SLOTS = 10;

/** In which it does not yet know what the load is like. */
const LEARNING_MINUTES = 60;

interface Minute {
  /** Briefs that come in. */
  readonly load: number;
  /** Those that report: by default as many as there shall be. */
  readonly workers?: (instances: number) => readonly string[];
}

interface Change {
  readonly minute: number;
  readonly from: number;
  readonly to: number;
}

/** A scaler that lives through these minutes, and how many instances it asked for when. */
function lived(minutes: readonly Minute[], first: number): Change[] {
  let state: ScalerState = scalerState.initial();
  let system: SystemState = { ...initialSystemState, policy: defaultPolicy, instances: first };
  const changes: Change[] = [];
  const happened = (event: Pick<StoredEvent, 'type' | 'data' | 'time'>): void => {
    state = evolve(scalerState, state, event as StoredEvent);
  };
  const decides = <Evidence>(procedure: DecisionProcedure<ScalerState, Evidence>, at: number): void => {
    for (const { evidence } of procedure.due([state], system, at))
      for (const { definition, data } of procedure.decide(evidence, system.policy, at)) {
        happened({ type: definition.type, time: at, data: { ...data, basis: { evidence } } });
        if (definition !== ScalingDecided) continue;
        const { from, to } = data as { from: number; to: number };
        changes.push({ minute: (at - START) / MINUTE_MS, from, to });
        system = { ...system, instances: to };
      }
  };
  minutes.forEach(({ load, workers }, minute) => {
    const at = START + (minute + 1) * MINUTE_MS;
    const names = workers?.(system.instances) ?? named('pod', system.instances);
    for (const worker of names) {
      const share = Math.floor(load / names.length) + (names.indexOf(worker) < load % names.length ? 1 : 0);
      const data = {
        worker,
        sinceMs: MINUTE_MS,
        accepted: share,
        completed: share,
        inFlight: Math.round(share / 2),
        capacity: SLOTS,
      };
      const use = Math.min(1, share / 2 / SLOTS);
      const seen = { ...data, queue: 2, cpu: use, memory: 0.5, responseTimeMs: 2000 };
      happened(newEvent(LoadObserved, { subject: worker, time: at, cause: { id: `${worker}-${minute}` }, data: seen }));
    }
    decides(grading, at);
    decides(forecasting, at);
    decides(scaling, at);
  });
  return changes;
}

const named = (kind: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${kind}-${i}`);

/** As many as come by chance. */
function poisson(random: Random, mean: number): number {
  let count = 0;
  for (let left = Math.exp(-mean), product = random.next(); product > left; product *= random.next()) count++;
  return count;
}

const perHour = (changes: readonly Change[]): number[] => {
  const hours = new Map<number, number>();
  for (const { minute } of changes) {
    const hour = Math.floor((minute * MINUTE_MS) / HOUR_MS);
    hours.set(hour, (hours.get(hour) ?? 0) + 1);
  }
  return [...hours.values()];
};

describe('a day', () => {
  it.each([10, 20, 30, 40, 45, 48, 52, 60])(
    'of noisy load that stays the same, about %i a minute, changes nothing more than once an hour',
    (mean) => {
      const random = seededRandom(`calm-${mean}`);
      const minutes = Array.from({ length: 24 * 60 }, () => ({ load: poisson(random, mean) }));
      const changes = lived(minutes, 3).filter(({ minute }) => minute > LEARNING_MINUTES);
      expect(Math.max(0, ...perHour(changes))).toBeLessThanOrEqual(1);
    },
  );

  it('on which the load doubles has more instances', () => {
    const random = seededRandom('doubled');
    const minutes = Array.from({ length: 12 * 60 }, (_, minute) => ({ load: poisson(random, minute < 360 ? 40 : 80) }));
    const changes = lived(minutes, 3);
    const after = changes.filter(({ minute }) => minute > LEARNING_MINUTES);
    expect(after.every(({ minute, from, to }) => minute > 360 && to > from)).toBe(true);
    expect(after.at(-1)?.to).toBeGreaterThanOrEqual(5);
    expect(after.at(-1)?.to).toBeLessThanOrEqual(8);
  });

  it('on which all pods are replaced one by one, old and new ones both there, changes nothing', () => {
    const random = seededRandom('rolling');
    const minutes = Array.from({ length: 12 * 60 }, (_, minute): Minute => {
      const load = poisson(random, 40);
      const replaced = minute - 8 * 60;
      if (replaced < 0) return { load };
      const workers = (instances: number): string[] => {
        const fresh = named('new', Math.min(instances, 1 + Math.floor(replaced / 3)));
        return [...fresh, ...named('pod', instances).slice(Math.max(0, Math.floor(replaced / 3)))];
      };
      return { load, workers };
    });
    const before = lived(minutes.slice(0, 8 * 60), 3);
    expect(lived(minutes, 3)).toEqual(before);
  });
});
