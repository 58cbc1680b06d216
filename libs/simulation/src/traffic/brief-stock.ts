import data from './brief-stock.json' with { type: 'json' };

/** What briefs are about. A topic is a thing with an adjective, a qualifier and a place. */

export interface Subject {
  readonly things: readonly string[];
  /** Key points; `{n}` is a number. */
  readonly points: readonly string[];
}

export const adjectives: readonly string[] = data.adjectives;
export const places: readonly string[] = data.places;
/** Either side of a pair looks like the other and means something else. */
export const qualifiers = data.qualifiers.map(([one = '', other = '']) => [one, other] as const);
export const audiences: readonly string[] = data.audiences;
export const keywordStock: readonly string[] = data.keywords;

const subjects = new Map<string, Subject>(Object.entries(data.subjects));
const subjectsByType: ReadonlyMap<string, string> = new Map(Object.entries(data.subjectOf));

export const subjectOf = (contentType: string): Subject =>
  subjects.get(subjectsByType.get(contentType) ?? '') ?? data.subjects.idea;
