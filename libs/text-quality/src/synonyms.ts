import { stemOf } from './stems.ts';
import data from './synonyms.json' with { type: 'json' };

/** The English stems that stand for each one in commercial prose. */
const groupsByStem = index();

/** The other English stems that say the same; none for most. */
export function synonymousStems(stem: string): readonly string[] {
  return groupsByStem.get(stem) ?? [];
}

function index(): ReadonlyMap<string, readonly string[]> {
  const stems = new Map<string, string[]>();
  for (const group of data.groups) {
    const members = [...new Set(group.split(' ').map((word) => stemOf(word, 'en')))];
    for (const member of members)
      stems.set(member, [...(stems.get(member) ?? []), ...members.filter((other) => other !== member)]);
  }
  return stems;
}
