import { linesIn } from './lines.ts';

const bytesOf = async function* (text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
};

async function read(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

describe('lines of a stream', () => {
  it.each([
    ['a line separator', 'a\u2028b'],
    ['a paragraph separator', 'a\u2029b'],
    ['a next line', 'a\u0085b'],
    ['a carriage return', 'a\rb'],
    ['a form feed', 'a\fb\vc'],
    ['a byte order mark', '\uFEFFa'],
    ['letters of several bytes', 'é𝄞'],
    ['nothing', ''],
  ])('end at line feeds alone, wherever its pieces end: %s', async (_, text) => {
    for (const size of [1, 2, 3, 1000])
      expect(await read(linesIn(bytesOf(`${text}\n${text}\nz`, size)))).toEqual([text, text, 'z']);
  });

  it('are none after the last line feed', async () => {
    expect(await read(linesIn(bytesOf('a\n', 1)))).toEqual(['a']);
    expect(await read(linesIn(bytesOf('', 1)))).toEqual([]);
  });
});
