import { readJson } from '@contentflow/input-files';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, usageError } from '@contentflow/kernel';
import { parseWorld } from '../world/parse-world.ts';
import { randomWorld } from '../world/random-world.ts';
import { smallerWorld } from '../world/smaller-world.ts';
import type { World } from '../world/world.ts';

const WORLDS = fileURLToPath(new URL('../../worlds', import.meta.url));

/** Worlds that come with ContentFlow; each has a paragraph in docs/worlds.md. */
const largeWorlds = [
  'default',
  'nothing-helps',
  'everything-hurts',
  'winner-decays',
  'provider-outage',
  'flash-crowd',
  'brigaded-readers',
  'taste-shift',
  'examples-help',
  'readers-only',
  'losses-add-up',
  'late-harm',
] as const;
/** Before the name of a large one: its smaller likeness. */
const SMALL = 'small-';
const DRAWN = 'random:';

export const shippedWorlds: readonly string[] = [
  ...largeWorlds,
  ...largeWorlds.map((name) => SMALL + name),
  'small-mixed-models',
  'trickle',
];

/**
 * A shipped world by its name, a drawn one by its seed (`random:7`), or one from a file.
 * @throws ContentFlowError `usage` for a file that cannot be read, `configuration` for one that is no world
 */
export function loadWorld(nameOrFile: string): World {
  if (nameOrFile.startsWith(DRAWN)) return randomWorld(nameOrFile.slice(DRAWN.length));
  const large = largeWorlds.find((name) => SMALL + name === nameOrFile);
  if (large) return smallerWorld(loadWorld(large));
  const isShipped = shippedWorlds.includes(nameOrFile);
  const file = isShipped ? join(WORLDS, `${nameOrFile}.json`) : nameOrFile;
  return parseWorld(jsonOf(nameOrFile, file));
}

function jsonOf(name: string, file: string): unknown {
  try {
    return readJson(file);
  } catch (error) {
    const fix = `name a JSON file, ${DRAWN}SEED, or one of ${shippedWorlds.join(', ')}`;
    throw usageError(`the world "${name}" cannot be read: ${messageOf(error)}`, fix);
  }
}
