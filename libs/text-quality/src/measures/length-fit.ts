import { ownValue } from '@contentflow/kernel';

/** The words that readers expect where the brief does not say, per content type: from, to. */
const typicalWords: Readonly<Record<string, readonly [number, number]>> = {
  headline: [4, 18],
  ad_copy: [8, 120],
  social_post: [6, 120],
  summary: [30, 300],
  product_description: [40, 400],
  email: [40, 400],
  blog_post: [250, 2500],
};

/** Nobody counts words within ten per cent. */
const unnoticed = Math.log(1.1);
const tolerance = 0.45;

/**
 * How well the length fits: 1 within 10 % of what was asked, 0.72 at 70 %, 0.18 at half or double; symmetric in the ratio.
 * Without a length, the usual range of the content type is asked for.
 * @param requested  words, > 0
 * @returns [0, 1]
 */
export function lengthFit(words: number, requested: number | undefined, contentType: string): number {
  if (words === 0) return 0;
  if (requested !== undefined && requested > 0) return fitOfDistance(Math.abs(Math.log(words / requested)) - unnoticed);
  const usual = ownValue(typicalWords, contentType);
  if (!usual) return 1;
  return fitOfDistance(Math.max(Math.log(usual[0] / words), Math.log(words / usual[1])));
}

function fitOfDistance(distance: number): number {
  return Math.exp(-((Math.max(0, distance) / tolerance) ** 2));
}
