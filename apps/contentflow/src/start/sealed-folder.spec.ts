import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copySealed, seal } from './sealed-folder.ts';

describe('a folder that is copied as it was sealed', () => {
  let parent: string;
  let from: string;
  let to: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'contentflow-sealed-'));
    [from, to] = [join(parent, 'from'), join(parent, 'to')];
    for (const folder of [join(from, 'inner'), to]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(from, 'large'), Buffer.alloc(2_500_000, 'abc'));
    writeFileSync(join(from, 'inner/small'), 'small');
    writeFileSync(join(from, 'empty'), '');
    seal(from);
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it('is copied whole, and as often as one likes', () => {
    for (let copies = 0; copies < 2; copies++) {
      expect(copySealed(from, to)).toBe(true);
      for (const name of ['large', 'inner/small', 'empty'])
        expect(readFileSync(join(to, name)).equals(readFileSync(join(from, name)))).toBe(true);
    }
  });

  it.each<[string, () => void]>([
    ['a byte is another', () => flipped(join(from, 'large'), 1_300_000)],
    ['the last byte is another', () => flipped(join(from, 'inner/small'), 4)],
    ['the seal is damaged', () => flipped(join(from, 'seal'), 0)],
    ['the seal is missing', () => rmSync(join(from, 'seal'))],
    ['a file is missing', () => rmSync(join(from, 'empty'))],
    ['a file ends early', () => writeFileSync(join(from, 'inner/small'), 'smal')],
    ['a file has come', () => writeFileSync(join(from, 'other'), '')],
    ['a file has another name', () => renameSync(join(from, 'empty'), join(from, 'emptied'))],
    ['bytes are in another file', () => moved('large', 'inner/small')],
    ['the folder is gone', () => rmSync(from, { recursive: true })],
  ])('is not taken where %s', (_, damage) => {
    damage();
    expect(copySealed(from, to)).toBe(false);
  });

  function flipped(file: string, at: number): void {
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(file, bytes);
  }

  /** The last byte of the one begins the other. */
  function moved(one: string, other: string): void {
    const [bytes, others] = [readFileSync(join(from, one)), readFileSync(join(from, other))];
    writeFileSync(join(from, one), bytes.subarray(0, -1));
    writeFileSync(join(from, other), Buffer.concat([bytes.subarray(-1), others]));
  }
});
