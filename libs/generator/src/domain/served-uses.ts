import { fold, UseServed } from '@contentflow/contracts';

/** Names of uses, in one partition: changed in place. */
export interface ServedUses {
  readonly names: Set<string>;
}

/** Whatever names its calls by what they are about would fill every list of uses. */
export const MOST_USES = 200;

export const SERVED_USES = 'generator.served-uses';

export const servedUses = fold<ServedUses>(() => ({ names: new Set() })).on(UseServed, (known, { data }) => {
  if (known.names.size < MOST_USES) known.names.add(data.use);
  return known;
});
