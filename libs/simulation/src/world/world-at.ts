import { HOUR_MS, ownValue } from '@contentflow/kernel';
import type { EffectTarget, Likes, World, WorldContentType, WorldModel } from './world.ts';

/** What a world is at a time, in milliseconds from the day's start. */

/** A content type of a world at a time. */
export interface Setting {
  readonly world: World;
  readonly contentType: string;
  readonly type: WorldContentType;
  readonly at: number;
}

/** Linear between the points, constant outside. */
export function interpolated(points: readonly (readonly [number, number])[], x: number): number {
  let before = points[0] as readonly [number, number];
  if (x <= before[0]) return before[1];
  for (const point of points) {
    if (x <= point[0]) {
      if (point[0] === before[0]) return point[1];
      return before[1] + ((point[1] - before[1]) * (x - before[0])) / (point[0] - before[0]);
    }
    before = point;
  }
  return before[1];
}

export const isActive = (sinceStartMs: number, from: number, until: number | null): boolean =>
  sinceStartMs >= from && (until === null || sinceStartMs < until);

export const hourOfDay = (sinceStartMs: number): number => (sinceStartMs / HOUR_MS) % 24;

/** A model with what the schedule sets at that time; `undefined` when the world has no such model. */
export function modelAt(world: World, name: string, sinceStartMs: number): WorldModel | undefined {
  const model = world.models.find((each) => each.name === name);
  if (!model) return undefined;
  const active = world.schedule.filter(
    (entry) =>
      entry.model === name && isActive(sinceStartMs, entry.at, entry.for === null ? null : entry.at + entry.for),
  );
  return active.reduce(
    (changed, { set }) => Object.entries(set).reduce((each, [path, value]) => withNumber(each, path, value), changed),
    model,
  );
}

export function modelNumberAt(model: WorldModel, path: string): number | undefined {
  const value = path
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null ? ownValue(inner as Record<string, unknown>, key) : undefined,
      model,
    );
  return typeof value === 'number' ? value : undefined;
}

function withNumber(model: WorldModel, path: string, value: number): WorldModel {
  const set = (inner: Record<string, unknown>, [key, ...rest]: string[]): Record<string, unknown> =>
    key === undefined
      ? inner
      : {
          ...inner,
          [key]: rest.length === 0 ? value : set((ownValue(inner, key) ?? {}) as Record<string, unknown>, rest),
        };
  return set(model, path.split('.')) as WorldModel;
}

const indifferent: Likes = { weight: { tone: 0, words: 0, structure: 0 } };

/** What the readers of a content type like at that time. */
export function likesAt(world: World, contentType: string, sinceStartMs: number): Likes {
  const { likes, schedule } = world.readers;
  return schedule
    .filter((change) => change.at <= sinceStartMs && ['*', contentType].includes(change.contentType))
    .toSorted((a, b) => a.at - b.at)
    .reduce<Likes>((liked, { set }) => ({ ...liked, ...set }), ownValue(likes, contentType) ?? indifferent);
}

/** What the effects depend on, as it was read from the requests. */
export type Features = {
  readonly promptTokensRemovedShare: number;
  readonly keyFactsMissing: number;
  readonly examples: number;
  readonly candidates: number;
  readonly temperature: number;
  readonly toneDistance: number;
  readonly lengthRatio: number;
  readonly model: string;
  readonly steps: ReadonlySet<string>;
};

function featureValue(features: Features, feature: string, sinceStartMs: number): number {
  if (feature.startsWith('step:')) return features.steps.has(feature.slice('step:'.length)) ? 1 : 0;
  if (feature.startsWith('model:')) return features.model === feature.slice('model:'.length) ? 1 : 0;
  if (feature === 'hourOfDay') return hourOfDay(sinceStartMs);
  return Number(ownValue<unknown>(features, feature));
}

const effectsByWorld = new WeakMap<World, Map<string, World['effects']>>();

/** Asked for many times with every call, of a world that never changes. */
function effectsOf(world: World, on: EffectTarget, contentType: string): World['effects'] {
  const known = effectsByWorld.get(world) ?? new Map<string, World['effects']>();
  effectsByWorld.set(world, known);
  const key = `${on}/${contentType}`;
  const effects =
    known.get(key) ??
    world.effects.filter((each) => each.on === on && (each.contentType === '*' || each.contentType === contentType));
  known.set(key, effects);
  return effects;
}

/** Sum of the effects on quality; for all else the product of 1 + effect, at least 0. */
export function effectOn(
  { world, contentType, at }: Omit<Setting, 'type'>,
  on: EffectTarget,
  features: Features,
): number {
  let sum = 0;
  let product = 1;
  for (const effect of effectsOf(world, on, contentType)) {
    if (!isActive(at, effect.from, effect.until)) continue;
    const value = interpolated(effect.points, featureValue(features, effect.feature, at));
    sum += value;
    product *= Math.max(0, 1 + value);
  }
  return on === 'quality' ? sum : product;
}
