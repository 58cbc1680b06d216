import type { World } from './world.ts';

const CONTENT_TYPES = 2;
const SHARE_OF_TRAFFIC = 1 / 5;
const CALLS_AT_ONCE = 4;

/** The same truth for the first two content types, at a fifth of the traffic: for error rates over many seeds. */
export function smallerWorld({ name, contentTypes, effects, readers, traffic, machines, ...others }: World): World {
  const kept = Object.keys(contentTypes).slice(0, CONTENT_TYPES);
  const ofKept = <T>(byType: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(byType).filter(([type]) => kept.includes(type)));
  const isKept = ({ contentType }: { readonly contentType: string }): boolean =>
    contentType === '*' || kept.includes(contentType);
  return {
    ...others,
    name: `small-${name}`,
    contentTypes: ofKept(contentTypes),
    effects: effects.filter(isKept),
    readers: {
      ...readers,
      likes: ofKept(readers.likes),
      schedule: readers.schedule.filter(isKept),
      // Each floods as before, so that fewer of them outweigh the fewer honest ones as they did.
      dishonest: { ...readers.dishonest, share: readers.dishonest.share * SHARE_OF_TRAFFIC },
    },
    traffic: { ...traffic, perHour: traffic.perHour * SHARE_OF_TRAFFIC },
    machines: { ...machines, callsAtOncePerInstance: CALLS_AT_ONCE },
  };
}
