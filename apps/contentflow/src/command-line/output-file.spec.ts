import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { assertWritable, openOutput, writeOutput } from './output-file.ts';

describe('what a command writes', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'output-'));
    file = join(folder, 'out.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const refused = (option: string, problem: string) =>
    expect.objectContaining({
      code: 'configuration',
      field: option,
      message: expect.stringContaining(problem),
    });

  it('has its name once it is whole, and is nowhere when it is dropped', () => {
    const output = openOutput(file);
    output.write('a\n');
    expect(existsSync(file)).toBe(false);
    output.write('b\n');
    output.finish();
    output.drop();
    expect(readFileSync(file, 'utf8')).toBe('a\nb\n');

    const dropped = openOutput(join(folder, 'dropped'));
    dropped.write('a');
    dropped.drop();
    expect(readdirSync(folder)).toEqual(['out.jsonl']);
  });

  it('is packed where its name says so, however much it is, or nothing', () => {
    const line = `${'many words '.repeat(1000)}\n`;
    const output = openOutput(`${file}.gz`);
    for (let written = 0; written < 300; written++) output.write(line);
    output.finish();
    writeOutput(join(folder, 'nothing.gz'), '');
    const packed = readFileSync(`${file}.gz`);
    expect(gunzipSync(packed).toString()).toBe(line.repeat(300));
    expect(packed.length).toBeLessThan(100_000);
    expect(gunzipSync(readFileSync(join(folder, 'nothing.gz'))).toString()).toBe('');
  });

  it.each<[string, (name: string) => unknown]>([
    ['opened', (name) => openOutput(name, '--truth')],
    ['looked at before the work', (name) => assertWritable(name, '--truth')],
    ['written at once', (name) => writeOutput(name, 'a', '--truth')],
  ])('is no folder, nothing below a file, and in a folder that is there: said when it is %s', (_, act) => {
    writeFileSync(file, 'before');
    symlinkSync(folder, join(folder, 'link'));
    expect(() => act(folder)).toThrow(refused('--truth', 'it is a folder'));
    expect(() => act(join(folder, 'link'))).toThrow(refused('--truth', 'it is a folder'));
    for (const other of [join(file, 'out'), join(folder, 'nowhere', 'out'), ''])
      expect(() => act(other)).toThrow(refused('--truth', 'cannot write'));
    expect(readFileSync(file, 'utf8')).toBe('before');
    expect(readdirSync(folder).toSorted()).toEqual(['link', 'out.jsonl']);
  });

  it('leaves what stands there as it is until all is written, and to whom it was open', () => {
    writeFileSync(file, 'before');
    chmodSync(file, 0o640);
    const output = openOutput(file);
    output.write('after');
    expect(readFileSync(file, 'utf8')).toBe('before');
    output.finish();
    expect(readFileSync(file, 'utf8')).toBe('after');
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it('goes to what a link leads to', () => {
    mkdirSync(join(folder, 'kept'));
    writeFileSync(join(folder, 'kept', 'today'), 'before');
    symlinkSync(join('kept', 'today'), file);
    writeOutput(file, 'after');
    expect(readlinkSync(file)).toBe(join('kept', 'today'));
    expect(readFileSync(join(folder, 'kept', 'today'), 'utf8')).toBe('after');
  });

  it('goes through a pipe that has a name, which stays one, and does not open it only to look', async () => {
    spawnSync('mkfifo', [file]);
    const reader = spawn('cat', [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const read = text(reader.stdout);
    assertWritable(file);
    const long = 'line\n'.repeat(40_000);
    writeOutput(file, long);
    expect(await read).toBe(long);
    expect(lstatSync(file).isFIFO()).toBe(true);
    expect(readdirSync(folder)).toEqual(['out.jsonl']);
  });

  it('is written whole by each of two at once: the later one stands', () => {
    const other = `${file}.${hostname()}-${process.ppid}.partial`;
    writeFileSync(other, 'of a process that lives');
    writeOutput(file, 'mine');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(readFileSync(other, 'utf8')).toBe('of a process that lives');
  });

  it('takes away what processes that were killed had begun, and nothing else', async () => {
    const ended = spawn('true');
    await once(ended, 'exit');
    const abandoned = `${file}.${hostname()}-${ended.pid}.partial`;
    const others = [`${file}.elsewhere-${ended.pid}.partial`, `${file}.partial`, `${file}.${hostname()}-x.partial`];
    for (const each of [abandoned, ...others]) writeFileSync(each, 'a');
    openOutput(file).drop();
    expect(existsSync(abandoned)).toBe(false);
    for (const each of others) expect(existsSync(each)).toBe(true);
  });
});
