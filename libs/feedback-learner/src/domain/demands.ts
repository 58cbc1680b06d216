import type { RecipeChange } from '@contentflow/contracts';
import type { CountedPreferences, Preference } from './reader-preferences.ts';

export type AdjustmentKind = 'modify_tone' | 'modify_length' | 'raise_quality_threshold' | 'reinforce_structure';

/** A change that readers ask for, and how many of those who spoke of it do. */
export interface Demand {
  readonly kind: AdjustmentKind;
  readonly current: string;
  readonly target: string;
  readonly change: RecipeChange;
  /** Distinct raters who ask for it, and how often they did. */
  readonly raters: number;
  readonly comments: number;
  /** Distinct raters who spoke of the same and asked for something else, or for nothing. */
  readonly against: number;
}

/** What the recipe in force says; null where it is silent. */
export interface CurrentStyle {
  readonly tone: string | null;
  readonly words: number | null;
  readonly structure: string | null;
  readonly qualityThreshold: number;
}

/** A step towards fewer or more words, where nobody names a number. */
const SHORTER = 0.75;
const LONGER = 1.3;
/** A wish about length holds for what is still as long as what it was said of. */
const SAME_LENGTH = 0.1;

/** All that readers ask for, most supported first. */
export function demandsOf(heard: CountedPreferences, current: CurrentStyle, thresholdStep: number): Demand[] {
  return [
    ...toneDemands(heard, current),
    ...structureDemands(heard, current),
    ...lengthDemands(heard, current),
    ...qualityDemands(heard, current, thresholdStep),
  ].sort((a, b) => b.raters - a.raters || (a.kind < b.kind ? -1 : 1) || (a.target < b.target ? -1 : 1));
}

/** Tones that ask for the same from another one: who finds a text stiff may call for any of the first. */
const directions: readonly (readonly string[])[] = [
  ['friendly', 'casual', 'warm', 'conversational', 'playful', 'humorous'],
  ['formal', 'professional', 'serious', 'authoritative', 'academic'],
  ['enthusiastic', 'energetic', 'persuasive'],
  ['neutral', 'informative'],
];
const directionOf = (tone: string): string => directions.find((tones) => tones.includes(tone))?.[0] ?? tone;

/** Votes are counted by the direction they point to from the tone in force; the target is the tone named most often. */
function toneDemands(heard: CountedPreferences, { tone }: CurrentStyle): Demand[] {
  const isNear = (wanted: string): boolean => tone !== null && directionOf(wanted) === directionOf(tone);
  const votes = votesOf(heard, (preference) => {
    if (preference.aspect !== 'tone') return undefined;
    if (preference.wanted === null) return praiseOf(preference, tone);
    return isNear(preference.wanted) ? preference.wanted : directionOf(preference.wanted);
  });
  return votes.tallies
    .filter(({ choice }) => choice !== tone && choice !== UNCHANGED && choice !== OTHER)
    .map((tally) => {
      const target = mostFrequent(tally.preferences.flatMap(({ wanted }) => wanted ?? []));
      const change = { kind: 'set_tone' as const, tone: target };
      return { kind: 'modify_tone', current: tone ?? 'unset', target, change, ...support(tally, votes) };
    });
}

function mostFrequent(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a))[0];
}

/** Readers who like a structure, and readers who ask for it, speak for the same template. */
function structureDemands(heard: CountedPreferences, { structure }: CurrentStyle): Demand[] {
  const votes = votesOf(heard, (preference) =>
    preference.aspect === 'structure' ? (preference.wanted ?? praiseOf(preference, structure)) : undefined,
  );
  return votes.tallies
    .filter(({ choice }) => choice !== structure && choice !== UNCHANGED && choice !== OTHER)
    .map((tally) => ({
      kind: 'reinforce_structure',
      current: structure ?? 'unset',
      target: tally.choice,
      change: { kind: 'set_structure', structure: tally.choice },
      ...support(tally, votes),
    }));
}

function lengthDemands(heard: CountedPreferences, { words }: CurrentStyle): Demand[] {
  const now = words ?? heard.averageWords;
  if (now <= 0) return [];
  const votes = votesOf(heard, (preference) =>
    preference.aspect === 'length' ? lengthVote(preference, now) : undefined,
  );
  return votes.tallies
    .filter(({ choice }) => choice === 'shorter' || choice === 'longer')
    .map((tally) => {
      const target = targetWords(tally, now);
      return {
        kind: 'modify_length' as const,
        current: `${Math.round(now)} words`,
        target: `${target} words`,
        change: { kind: 'set_words' as const, words: target },
        ...support(tally, votes),
      };
    })
    .filter(({ change }) => change.words !== now);
}

function lengthVote(preference: Preference, now: number): string | undefined {
  if (preference.polarity === 'positive') return UNCHANGED;
  const asked = wordsAsked(preference);
  const direction = asked === undefined ? preference.wanted : asked < preference.words ? 'shorter' : 'longer';
  if (direction === 'shorter') return preference.words >= now * (1 - SAME_LENGTH) ? direction : undefined;
  if (direction === 'longer') return preference.words <= now * (1 + SAME_LENGTH) ? direction : undefined;
  return undefined;
}

function wordsAsked({ wanted }: Preference): number | undefined {
  const number = Number.parseInt(wanted ?? '', 10);
  return number > 0 ? number : undefined;
}

/** The median of the numbers named, when half of those who ask name one; a step otherwise. */
function targetWords({ choice, preferences }: Tally, now: number): number {
  const named = preferences.flatMap((preference) => wordsAsked(preference) ?? []).sort((a, b) => a - b);
  const step = choice === 'shorter' ? now * SHORTER : now * LONGER;
  const target = named.length * 2 >= preferences.length ? (named[Math.floor(named.length / 2)] as number) : step;
  return Math.max(10, Math.round(target / 10) * 10);
}

function qualityDemands(heard: CountedPreferences, { qualityThreshold }: CurrentStyle, step: number): Demand[] {
  const votes = votesOf(heard, ({ aspect, polarity }) =>
    aspect === 'quality' || aspect === 'accuracy' ? (polarity === 'negative' ? 'better' : UNCHANGED) : undefined,
  );
  const from = Math.max(qualityThreshold, lowQuality(heard));
  const threshold = Math.min(10, from + step);
  return votes.tallies
    .filter(({ choice }) => choice === 'better' && threshold > qualityThreshold)
    .map((tally) => ({
      kind: 'raise_quality_threshold',
      current: String(qualityThreshold),
      target: String(threshold),
      change: { kind: 'set_quality_threshold', threshold },
      ...support(tally, votes),
    }));
}

/** Where the lower end of quality lies now, in halves: a threshold below it would change nothing. */
const lowQuality = ({ quality }: CountedPreferences): number =>
  Math.max(0, Math.floor((quality.mean - 1.5 * quality.deviation) * 2) / 2);

const UNCHANGED = '(as it is)';
const OTHER = '(something else)';
/** Praise speaks for what there is; blame without a wish for anything else. */
const praiseOf = ({ polarity }: Preference, current: string | null): string =>
  polarity === 'positive' ? (current ?? UNCHANGED) : OTHER;

interface Tally {
  readonly choice: string;
  readonly raters: number;
  readonly comments: number;
  /** The last word of each rater. */
  readonly preferences: readonly Preference[];
}
interface Votes {
  readonly voters: number;
  readonly tallies: readonly Tally[];
}

/** One rater, one vote: the last thing said counts. */
function votesOf({ byRater }: CountedPreferences, choiceOf: (preference: Preference) => string | undefined): Votes {
  const tallies = new Map<string, { raters: number; comments: number; preferences: Preference[] }>();
  let voters = 0;
  for (const preferences of byRater) {
    const said = preferences.flatMap((preference) => {
      const choice = choiceOf(preference);
      return choice === undefined ? [] : [{ choice, wish: preference }];
    });
    const last = said.reduce<(typeof said)[number] | undefined>(
      (latest, each) => (latest && latest.wish.at > each.wish.at ? latest : each),
      undefined,
    );
    if (!last) continue;
    voters++;
    const tally = tallies.get(last.choice) ?? { raters: 0, comments: 0, preferences: [] };
    tally.raters++;
    tally.comments += said.filter(({ choice }) => choice === last.choice).length;
    tally.preferences.push(last.wish);
    tallies.set(last.choice, tally);
  }
  return { voters, tallies: [...tallies].map(([choice, tally]) => ({ choice, ...tally })) };
}

const support = ({ raters, comments }: Tally, { voters }: Votes) => ({ raters, comments, against: voters - raters });
