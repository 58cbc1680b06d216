/** A brief from the form's fields; what is left empty is left out. */
export function briefOf(form: FormData): Record<string, unknown> {
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const list = (name: string, separator: RegExp): string[] =>
    text(name)
      .split(separator)
      .map((each) => each.trim())
      .filter((each) => each !== '');
  const all = {
    contentType: text('contentType'),
    topic: text('topic'),
    audience: text('audience'),
    tone: text('tone'),
    length: text('length') === '' ? '' : Number(text('length')),
    keyPoints: list('keyPoints', /\r?\n/),
    keywords: list('keywords', /,/),
    language: text('language'),
    reference: text('reference'),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '' && String(value) !== ''));
}
