/**
 * Whether a text has more characters than that, counted as JSON Schema counts them: by code point, so that an emoji is one where UTF-16 has
 * two units for it.
 */
export function isLongerThan(text: string, most: number): boolean {
  if (text.length <= most) return false;
  if (text.length > 2 * most) return true;
  let pairs = 0;
  for (let at = 0; at < text.length - 1; at++) if ((text.codePointAt(at) as number) > 0xffff) pairs++;
  return text.length - pairs > most;
}
