import { type EventData, FeedbackReceived, fold } from '@contentflow/contracts';
import { HOUR_MS, ownValue } from '@contentflow/kernel';

/** One aspect that a reader spoke of. */
export interface Preference {
  readonly aspect: EventData<typeof FeedbackReceived>['aspects'][number]['aspect'];
  readonly polarity: 'positive' | 'negative';
  readonly wanted: string | null;
  /** Of the content that it was said of. */
  readonly words: number;
  readonly at: number;
}

/** What one rater said in one hour of one content type. */
interface RaterHour {
  /** Everything given, for telling a flood. */
  readonly given: number;
  readonly preferences: readonly Preference[];
}

interface HourOfPreferences {
  readonly hour: number;
  /** Changed in place. */
  readonly raters: Map<string, RaterHour>;
  /** Words and quality of what was rated: count and sums. */
  readonly rated: { readonly n: number; readonly words: number };
  readonly quality: { readonly n: number; readonly sum: number; readonly squares: number };
}

/** By content type, the last hours, oldest first. */
export type ReaderPreferences = Readonly<Record<string, readonly HourOfPreferences[]>>;

const HOURS_KEPT = 48;
/** What one rater says beyond that in an hour is not heard. */
const PREFERENCES_PER_HOUR = 3;
/** Who gives more than that in an hour is a flood, and is not heard at all while that hour is kept. */
const FLOOD_PER_HOUR = 12;
/** Bounds what a partition keeps of one hour. */
const RATERS_PER_HOUR = 1000;

/**
 * What readers ask for. Only those who are named are heard here: voices that cannot be told apart cannot be counted.
 */
export const readerPreferences = fold<ReaderPreferences>(() => ({})).on(FeedbackReceived, (state, { data, time }) => {
  const hours = ownValue(state, data.contentType) ?? [];
  return { ...state, [data.contentType]: withFeedback(hours, data, time) };
});

type Feedback = EventData<typeof FeedbackReceived>;

function withFeedback(
  hours: readonly HourOfPreferences[],
  feedback: Feedback,
  at: number,
): readonly HourOfPreferences[] {
  const hour = Math.floor(at / HOUR_MS);
  const index = hours.findLastIndex((each) => each.hour === hour);
  const before = hours[index] ?? emptyHour(hour);
  if (feedback.rater !== null) recordPreferences(before.raters, feedback.rater, feedback, at);
  const after = {
    hour,
    raters: before.raters,
    rated: { n: before.rated.n + 1, words: before.rated.words + feedback.words },
    quality: feedback.quality === null ? before.quality : withQuality(before.quality, feedback.quality),
  };
  if (index >= 0) return hours.with(index, after);
  return [...hours, after].filter((each) => hour - each.hour < HOURS_KEPT).sort((a, b) => a.hour - b.hour);
}

const emptyHour = (hour: number): HourOfPreferences => ({
  hour,
  raters: new Map(),
  rated: { n: 0, words: 0 },
  quality: { n: 0, sum: 0, squares: 0 },
});

const withQuality = (
  { n, sum, squares }: HourOfPreferences['quality'],
  quality: number,
): HourOfPreferences['quality'] => ({
  n: n + 1,
  sum: sum + quality,
  squares: squares + quality * quality,
});

function recordPreferences(
  raters: HourOfPreferences['raters'],
  rater: string,
  { aspects, words }: Feedback,
  at: number,
): void {
  const before = raters.get(rater);
  if (!before && raters.size >= RATERS_PER_HOUR) return;
  const preferences = aspects.map(({ aspect, polarity, wanted }) => ({
    aspect,
    polarity,
    wanted: wanted ?? null,
    words,
    at,
  }));
  raters.set(rater, {
    given: (before?.given ?? 0) + 1,
    preferences: [...(before?.preferences ?? []), ...preferences].slice(0, PREFERENCES_PER_HOUR),
  });
}

/** What is known of one content type over all partitions: the wishes of each rater, and what was rated. */
export interface CountedPreferences {
  /** Each rater's wishes, floods left out. */
  readonly byRater: readonly (readonly Preference[])[];
  readonly averageWords: number;
  readonly quality: { readonly n: number; readonly mean: number; readonly deviation: number };
}

/**
 * @param since  wishes before it were about another recipe
 * @param floods raters who are not heard
 */
export function countPreferences(
  parts: readonly ReaderPreferences[],
  contentType: string,
  since: number,
  floods: ReadonlySet<string>,
): CountedPreferences {
  const byRater = new Map<string, Preference[]>();
  const rated = { n: 0, words: 0 };
  const quality = { n: 0, sum: 0, squares: 0 };
  for (const part of parts)
    for (const { raters, rated: inHour, quality: ofHour } of ownValue(part, contentType) ?? []) {
      rated.n += inHour.n;
      rated.words += inHour.words;
      quality.n += ofHour.n;
      quality.sum += ofHour.sum;
      quality.squares += ofHour.squares;
      for (const [rater, { preferences }] of raters) {
        const recent = preferences.filter(({ at }) => at >= since);
        if (recent.length === 0 || floods.has(rater)) continue;
        const before = byRater.get(rater);
        if (before) before.push(...recent);
        else byRater.set(rater, recent);
      }
    }
  const mean = quality.n === 0 ? 0 : quality.sum / quality.n;
  return {
    byRater: [...byRater.values()],
    averageWords: rated.n === 0 ? 0 : rated.words / rated.n,
    quality: {
      n: quality.n,
      mean,
      deviation: quality.n === 0 ? 0 : Math.sqrt(Math.max(0, quality.squares / quality.n - mean * mean)),
    },
  };
}

/** Raters with an hour of more than anyone reads, over all content types and partitions. */
export function floodsOf(parts: readonly ReaderPreferences[]): Set<string> {
  const given = new Map<string, number>();
  for (const part of parts)
    for (const hours of Object.values(part))
      for (const { hour, raters } of hours)
        for (const [rater, each] of raters) {
          const key = `${hour} ${rater}`;
          given.set(key, (given.get(key) ?? 0) + each.given);
        }
  return new Set(
    [...given].filter(([, count]) => count > FLOOD_PER_HOUR).map(([key]) => key.slice(key.indexOf(' ') + 1)),
  );
}
