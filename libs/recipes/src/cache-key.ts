import type { Brief, CacheKey, Recipe } from '@contentflow/contracts';
import { placeholdersOf } from './prompt-template.ts';
import { normalised } from './unit.ts';

/**
 * What stands for a brief in the cache's key: the same for all that share answers. It is told to no model; what the models would be told of it
 * is the key, so that what reaches no prompt is no part of it.
 */
export function keyedBrief(brief: Brief, key: CacheKey): Brief {
  const { metadata, ...asked } = brief;
  const same = { ...normalised(asked), ...(metadata ? { metadata } : {}) };
  if (key === 'normalised') return same;
  const { keyPoints, keywords } = same;
  const sets = {
    ...same,
    ...(keyPoints ? { keyPoints: asSet(keyPoints) } : {}),
    ...(keywords ? { keywords: asSet(keywords) } : {}),
  };
  return key === 'sets' ? sets : { ...sets, topic: asSet(same.topic.split(WORD_END).filter(Boolean)).join(' ') };
}

const asSet = (items: readonly string[]): string[] => [...new Set(items)].sort();

/** White space and what parts words; signs that change what they stand beside stay: `C++`, `-5`, `3.5`, `20%`. */
const WORD_END = /[\s,;:!?"“”„()[\]]+|\.(?!\d)/;

/** The fields of a brief that can change what is made by a recipe: told to a model, or what steps and models are chosen by. */
export function relevantFields({ prompt, steps, routing }: Recipe): ReadonlySet<keyof Brief> {
  const mentioned = prompt.template === undefined ? describedFields : placeholdersOf(prompt.template);
  const chosenBy = steps.flatMap(({ when }) => [
    ...(when?.briefHas ?? []),
    ...(when?.languageOtherThan === undefined ? [] : ['language']),
  ]);
  const routed = routing ? ['keyPoints', 'length'] : [];
  return new Set(
    ['instructions', ...mentioned, ...chosenBy, ...routed].map((name) => name.split('.')[0] as keyof Brief),
  );
}

const describedFields: readonly (keyof Brief)[] = [
  'contentType',
  'topic',
  'audience',
  'tone',
  'length',
  'keyPoints',
  'keywords',
  'language',
  'reference',
];
