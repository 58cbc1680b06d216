/** Encodings that can be told with certainty. All others look alike: they are refused and never guessed. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Of ASCII in UTF-16, which every table and every JSON text mostly is, every other byte is zero. */
const UTF16_ZERO_SHARE = 0.5;
const MAX_STRAY_ZERO_SHARE = 0.05;
const LOOKED_AT = 4096;

/** By the byte order mark, or by the zeros that only UTF-16 has at every other place. */
export function encodingOf(head: Uint8Array): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const looked = head.subarray(0, LOOKED_AT);
  const zeros = [0, 0] as [even: number, odd: number];
  looked.forEach((byte, index) => byte === 0 && zeros[(index % 2) as 0 | 1]++);
  const [even, odd] = zeros.map((count) => count / Math.max(1, looked.length / 2)) as [number, number];
  if (odd > UTF16_ZERO_SHARE && even < MAX_STRAY_ZERO_SHARE) return 'utf-16le';
  if (even > UTF16_ZERO_SHARE && odd < MAX_STRAY_ZERO_SHARE) return 'utf-16be';
  return 'utf-8';
}

/** What stands where bytes could not be read, here or in whatever wrote the file. */
export const LOST = '\uFFFD';

/** What is wrong with a text that lost characters, and where; undefined where it lost none. Columns count from 1. */
export function lossIn(text: string, encoding: Encoding): string | undefined {
  const at = text.indexOf(LOST);
  if (at < 0) return undefined;
  if (encoding !== 'utf-8') return `column ${at + 1}: is not valid ${encoding.toUpperCase()}: half of a character`;
  return `column ${at + 1}: is not valid UTF-8, perhaps Windows-1252 or Latin-1, which nothing tells apart for certain`;
}

export const lossFix = (encoding: Encoding): string =>
  encoding === 'utf-8'
    ? 'save the file as UTF-8, e.g. with iconv -f WINDOWS-1252 -t UTF-8'
    : 'take the file from where it came whole, or save it as UTF-8';
