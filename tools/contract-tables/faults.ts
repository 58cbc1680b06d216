import type { EventUses } from './event-uses.ts';
import { placeOf } from './source.ts';
import type { Reasons, WithoutUse } from './unused-exemptions.ts';

/** A sentence for each event or key that lacks an emitter or a reader without a reason, and for each reason that has become void. */
export function faultsOf(
  root: string,
  events: ReadonlyMap<string, EventUses>,
  keys: ReadonlyMap<string, ReadonlySet<string>>,
  reasons: WithoutUse,
): string[] {
  const names = [...events.keys()];
  const idleValues = [...events].flatMap(([name, { unusedValues }]) => unusedValues.map((value) => `${name}.${value}`));
  const unplaced = [...events].flatMap(([name, uses]) =>
    uses.unplaced.map(
      (node) => `${name} is used at ${placeOf(root, node)} in a way that tools/contract-tables cannot place`,
    ),
  );
  return [
    ...idle(
      'is emitted by nobody',
      without(names, (name) => events.get(name)?.emitters),
      reasons.emitter,
    ),
    ...idle(
      'is read by nobody',
      without(names, (name) => events.get(name)?.readers),
      reasons.reader,
    ),
    ...idle('is said by nobody', idleValues, reasons.value),
    ...idle(
      'is read by nobody',
      without([...keys.keys()], (key) => keys.get(key)),
      reasons.key,
    ),
    ...unplaced,
  ];
}

const without = (names: readonly string[], users: (name: string) => ReadonlySet<string> | undefined): string[] =>
  names.filter((name) => !users(name)?.size);

const idle = (what: string, found: readonly string[], reasons: Reasons): string[] => [
  ...found.filter((name) => !Object.hasOwn(reasons, name)).map((name) => `${name} ${what}`),
  ...Object.keys(reasons)
    .filter((name) => !found.includes(name))
    .map((name) => `${name} no longer ${what}: its reason can go`),
];
