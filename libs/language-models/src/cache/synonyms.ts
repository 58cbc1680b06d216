import data from './synonyms.json' with { type: 'json' };

/** The groups of each word, by their numbers: who share one may stand for each other in a request. Words are matched by their stems. */
export const synonymGroups: ReadonlyMap<string, readonly number[]> = data.groups.reduce((map, group, index) => {
  for (const word of group.split(' ')) map.set(word, [...(map.get(word) ?? []), index]);
  return map;
}, new Map<string, number[]>());
