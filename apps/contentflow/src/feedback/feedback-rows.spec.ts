import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { feedbackColumns, readFeedback } from './feedback-rows.ts';

describe('a file of what readers said', () => {
  const folder = mkdtempSync(join(tmpdir(), 'feedback-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function rowsOf(name: string, text: string, columns?: string): Promise<object[]> {
    const file = join(folder, name);
    writeFileSync(file, text);
    const input = await readFeedback(file, { folder, option: 'TMPDIR' }, feedbackColumns(columns));
    const rows: object[] = [];
    for await (const row of input.read()) rows.push(row);
    await input.close();
    return rows;
  }

  it.each([
    ['rating', '4', 4],
    ['rating', '4.5', 4.5],
    ['stars', '1', 1],
    ['thumbs', 'up', 5],
    ['thumbs', '-1', 1],
    ['thumbs', ' Down ', 1],
    ['thumbs', 'TRUE', 5],
    ['nps', '0', 1],
    ['nps', '10', 5],
    ['nps', '7', 3.8],
  ])('takes %s of %p as %d on the scale from 1 to 5', async (scale, written, rating) => {
    const rows = await rowsOf('one.csv', `content,${scale}\nc1,${written}\n`);
    expect(rows).toEqual([{ line: 2, content: 'c1', feedback: { rating: expect.closeTo(rating, 10) } }]);
  });

  it.each([
    ['rating', '0', /^rating: must be a number from 1 to 5, is "0"/],
    ['rating', '6', /^rating: /],
    ['rating', 'NaN', /^rating: /],
    ['rating', '1e308', /^rating: /],
    ['stars', '0x4', /^stars: /],
    ['nps', '11', /^nps: must be a whole number from 0 to 10/],
    ['nps', '7.5', /^nps: /],
    ['thumbs', 'sideways', /^thumbs: "sideways" is neither up nor down; write up or down/],
    ['thumbs', 'constructor', /^thumbs: /],
    ['rating', '', /^says no rating; fill one of rating, stars, thumbs, nps/],
  ])('refuses %s of %p, in the words of the file', async (scale, written, problem) => {
    const rows = await rowsOf('one.csv', `content,${scale},comment\nc1,${written},hm\n`);
    expect(rows).toEqual([{ line: 2, refused: 'bad_feedback', problem: expect.stringMatching(problem) }]);
  });

  it('reads tables and JSON lines, and columns of other names', async () => {
    const table = 'article;score;who;shop;note\n17;9;ada;Berlin;too long\n;3;;;\n';
    expect(await rowsOf('survey.csv', table, 'article=content,score=nps,who=rater,shop=-,note=comment')).toEqual([
      { line: 2, content: '17', feedback: { rating: 4.6, rater: 'ada', comment: 'too long' } },
      { line: 3, refused: 'bad_feedback', problem: expect.stringMatching(/^content: is empty/) },
    ]);
    const lines =
      '{"contentId":"c","stars":5,"id":12}\n{"content":"c","rating":2,"nps":3}\n{"content":"c","ratng":2}\n';
    expect(await rowsOf('said.jsonl', lines)).toEqual([
      { line: 1, content: 'c', id: '12', feedback: { rating: 5 } },
      { line: 2, refused: 'bad_feedback', problem: expect.stringMatching(/^rating and nps both say a rating/) },
      { line: 3, refused: 'bad_feedback', problem: expect.stringMatching(/"ratng"; did you mean "rating"/) },
    ]);
  });

  it.each([
    ['by two names of it', '{"content":"a","contentId":"b","stars":5}', undefined, /^content: is said twice/],
    ['by one that is said', '{"stars":5,"rating":2,"content":"a"}', 'stars=rating', /^rating: is said twice/],
    ['by an id longer than a number', '{"content":"a","stars":5,"id":12345678901234567890}', undefined, /more digits/],
    ['by a content longer than a number', '{"content":90071992547409930,"stars":5}', undefined, /write it in quotes/],
  ])('refuses a line that would lose one of the two: %s', async (_, line, columns, problem) => {
    const refused = [{ line: 1, refused: expect.any(String), problem: expect.stringMatching(problem) }];
    expect(await rowsOf('twice.jsonl', line, columns)).toEqual(refused);
  });

  it.each([
    ['a column that is not there', 'content,rating\nc,4\n', 'shoop=-', /line 1 names no column "shoop"/],
    [
      'a column that nobody knows',
      'content,rating,shop\nc,4,x\n',
      undefined,
      /there is no column "shop"; say what they are with --columns/,
    ],
    ['no column of contents', 'rating,comment\n4,x\n', undefined, /names no column "content"/],
    ['a part of --columns that names no field', 'content,rating\nc,4\n', 'x', /"x" names no column and field/],
    ['a field that there is not', 'content,rating\nc,4\n', 'x=raiting', /"raiting"; did you mean "rating"/],
  ])('refuses all of it for %s', async (_, text, columns, problem) => {
    await expect(rowsOf('all.csv', text, columns)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(problem),
    });
  });
});
