import { briefSchema, contentRequestSchema } from './brief.ts';

const brief = { contentType: 'email', topic: 'tea' };
const problemsOf = (
  value: unknown,
  schema = briefSchema as { safeParse(value: unknown): ReturnType<typeof briefSchema.safeParse> },
) => schema.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('a brief', () => {
  it('needs a content type and a topic, and is trimmed', () => {
    expect(briefSchema.parse({ contentType: ' email ', topic: '  tea ' })).toEqual(brief);
    expect(problemsOf({}).map((problem) => problem.split(':')[0])).toEqual(['contentType', 'topic']);
    expect(problemsOf({ ...brief, topic: '   ' })).toHaveLength(1);
  });

  it('holds nothing that it does not name, and bounds what it does', () => {
    expect(problemsOf({ ...brief, colour: 'red' })).toEqual([expect.stringContaining('colour')]);
    expect(problemsOf({ ...brief, length: 0 })).toHaveLength(1);
    expect(problemsOf({ ...brief, length: 1.5 })).toHaveLength(1);
    expect(problemsOf({ ...brief, keyPoints: Array.from({ length: 51 }, () => 'x') })).toHaveLength(1);
    expect(problemsOf({ ...brief, reference: 'x'.repeat(400_001) })).toHaveLength(1);
  });

  it.each(['en', 'pt-BR', 'zh-Hant-TW'])('may be in %s', (language) => {
    expect(problemsOf({ ...brief, language })).toEqual([]);
  });
  it.each(['english', 'e', 'en_GB', ''])('is in no language called "%s"', (language) => {
    expect(problemsOf({ ...brief, language })).toEqual(['language: is not a BCP 47 language tag, e.g. en or pt-BR']);
  });
});

describe('a request for content', () => {
  it('is a brief, and apart from it how it is to be made and told of', () => {
    const delivery = { webhook: 'https://example.org/ready', cache: 'off', caller: 'shop' };
    expect(contentRequestSchema.parse({ ...brief, ...delivery })).toEqual({ brief, delivery });
  });

  it.each(['file:///etc/passwd', 'localhost', 'ftp://example.org'])('tells nobody at %s', (webhook) => {
    expect(contentRequestSchema.safeParse({ ...brief, webhook }).success).toBe(false);
  });
});
