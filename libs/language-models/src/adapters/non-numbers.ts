/** A string, in which nothing is a number, or a number that JSON does not have. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g;

/**
 * What some servers write as JSON, with null for each number that JSON does not have: Python's `json` says `NaN` and `-Infinity` where none is set to rights,
 * as for log probabilities of what cannot be.
 */
export const withoutNonNumbers = (json: string): string =>
  /NaN|Infinity/.test(json) ? json.replace(TOKEN, (token) => (token.startsWith('"') ? token : 'null')) : json;
