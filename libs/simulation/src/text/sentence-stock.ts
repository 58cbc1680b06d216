import type { Voice } from '../world/tone.ts';
import data from './sentence-stock.json' with { type: 'json' };

/**
 * The bounded stock that replies are made of. A sentence is an opening in a voice, a statement about the topic, and an end;
 * `{topic}` and `{audience}` are the brief's.
 */

type ByVoice = Readonly<Record<Voice, readonly string[]>>;

export const leadIns: ByVoice = data.leadIns;
export const openings: ByVoice = data.openings;
export const closings: ByVoice = data.closings;
export const ends: readonly string[] = data.ends;
export const carriers: ByVoice = data.carriers;
export const keywordCarriers: readonly string[] = data.keywordCarriers;
/** Claims with figures that no brief contains: what a careless writer makes up. `{n}` is a number. */
export const inventedClaims: readonly string[] = data.inventedClaims;

const { common } = data.statements;
const families = new Map<string, readonly string[]>(Object.entries(data.statements.families));
const statementsByType = new Map(
  Object.entries(data.statements.familyOf).map(([type, family]) => [
    type,
    [...(families.get(family) ?? []), ...common],
  ]),
);
const statementsOfArticles = [...(families.get('article') ?? []), ...common];

/** Statements fit for a content type. */
export const statementsFor = (contentType: string): readonly string[] =>
  statementsByType.get(contentType) ?? statementsOfArticles;
