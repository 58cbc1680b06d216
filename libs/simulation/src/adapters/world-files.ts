import { readFileSync } from 'node:fs';
import { messageOf, usageError } from '@contentflow/kernel';
import { parseWorld } from '../world/parse-world.ts';
import type { World } from '../world/world.ts';

/** Worlds that come with ContentFlow; each has a paragraph in docs/worlds.md. */
export const shippedWorlds = [
  'default',
  'nothing-helps',
  'everything-hurts',
  'winner-decays',
  'provider-outage',
  'flash-crowd',
  'brigaded-readers',
  'taste-shift',
  'small-default',
  'small-nothing-helps',
  'small-everything-hurts',
  'small-mixed-models',
  'small-winner-decays',
] as const;

/**
 * A shipped world by its name, or one from a file.
 * @throws ContentFlowError `usage` for a file that cannot be read, `configuration` for one that is no world
 */
export function loadWorld(nameOrFile: string): World {
  const isShipped = (shippedWorlds as readonly string[]).includes(nameOrFile);
  const file = isShipped ? new URL(`../../worlds/${nameOrFile}.json`, import.meta.url) : nameOrFile;
  return parseWorld(jsonOf(nameOrFile, file));
}

function jsonOf(name: string, file: string | URL): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const mend = `name a JSON file, or one of ${shippedWorlds.join(', ')}`;
    throw usageError(`the world "${name}" cannot be read: ${messageOf(error)}`, mend);
  }
}
