import { configurationError, messageOf } from '@contentflow/kernel';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What a command writes: a file that has its name once it is whole, packed by gzip where that ends in `.gz`, or a pipe or device, which stay what they are. */
export interface OutputFile {
  write(text: string): void;
  finish(): void;
  /** Nothing is left of it; nothing happens once it is finished. */
  drop(): void;
}

/** Where its bytes go, packed or not. */
interface ByteFile extends Omit<OutputFile, 'write'> {
  write(bytes: Uint8Array): void;
}

const STANDARD_OUTPUT = 1;
/** Packed at once, characters: more of it hardly packs better. */
const PACKED_AT_ONCE = 1 << 20;
const FULL_PIPE_WAIT_MS = 5;
const MODE_BITS = 0o777;

/**
 * Opened before anything is made that is to be written, so that nothing is made in vain. Two processes that write the same file at once each
 * write all of it: the later one stands.
 * @param name    a path; `-` is standard output
 * @param option  by which it was named
 * @throws ContentFlowError `configuration` for what cannot be written
 */
export function openOutput(name: string, option = '--output'): OutputFile {
  const orSay = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw configurationError(
        option,
        `cannot write "${name}": ${messageOf(error)}`,
        'name a file that you may write, or - for standard output',
      );
    }
  };
  const opened = orSay(() => {
    if (isStream(name)) return plain(openStream(name));
    return name.endsWith('.gz') ? packed(openNamed(name)) : plain(openNamed(name));
  });
  return {
    write: (text) => orSay(() => opened.write(text)),
    finish: () => orSay(() => opened.finish()),
    drop: () => opened.drop(),
  };
}

/** All of it at once. */
export function writeOutput(name: string, text: string, option?: string): void {
  const output = openOutput(name, option);
  try {
    output.write(text);
    output.finish();
  } finally {
    output.drop();
  }
}

/** Before work that takes long. @throws ContentFlowError `configuration` for what cannot be written */
export function assertWritable(name: string | undefined, option?: string): void {
  if (name !== undefined && !isStream(name)) openOutput(name, option).drop();
}

/** A line for a person: not among what goes to standard output. */
export const noteBeside = (output: string | undefined, line: string): void =>
  output !== undefined && isStandardOutput(output) ? console.error(line) : console.log(line);

const isStandardOutput = (name: string): boolean => name === '-' || resolve(name) === '/dev/stdout';

function isStream(name: string): boolean {
  if (isStandardOutput(name) || /^\/(dev\/fd|dev\/stderr|proc)(\/|$)/.test(resolve(name))) return true;
  const stats = statSync(name, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}

const plain = (file: ByteFile): OutputFile => ({ ...file, write: (text) => file.write(Buffer.from(text)) });

/** Members one after the other, which any reader of gzip takes for one file (RFC 1952, 2.2). */
function packed(file: ByteFile): OutputFile {
  let pending = '';
  const flush = (): void => {
    file.write(gzipSync(pending));
    pending = '';
  };
  return {
    write: (text) => {
      pending += text;
      if (pending.length >= PACKED_AT_ONCE) flush();
    },
    finish: () => {
      flush();
      file.finish();
    },
    drop: () => file.drop(),
  };
}

function openStream(name: string): ByteFile {
  const isOwn = !isStandardOutput(name);
  let file: number | undefined = isOwn ? openSync(name, 'a') : STANDARD_OUTPUT;
  const close = (): void => {
    if (isOwn && file !== undefined) closeSync(file);
    file = undefined;
  };
  return { write: (bytes) => writeAll(file as number, bytes), finish: close, drop: close };
}

function openNamed(name: string): ByteFile {
  if (name === '') throw new Error('it has no name');
  const before = statSync(name, { throwIfNoEntry: false });
  if (before?.isDirectory()) throw new Error('it is a folder');
  // What a link leads to is replaced, not the link.
  const target = before ? realpathSync(name) : resolve(name);
  removeAbandoned(target);
  const partial = `${target}.${hostname()}-${process.pid}.partial`;
  let file: number | undefined = openSync(partial, 'w');
  const close = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  return {
    write: (bytes) => writeAll(file as number, bytes),
    finish: () => {
      fsyncSync(file as number);
      close();
      if (before) chmodSync(partial, before.mode & MODE_BITS);
      renameSync(partial, target);
    },
    drop: () => {
      close();
      rmSync(partial, { force: true });
    },
  };
}

/** A disk that is nearly full takes a part of it, and says so only when it is given the rest. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(file, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      // A pipe whose reader is slower.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_WAIT_MS);
    }
  }
}

/** What processes of this machine that were killed had begun to write. */
function removeAbandoned(target: string): void {
  const begins = `${basename(target)}.${hostname()}-`;
  for (const name of readdirSync(dirname(target))) {
    if (!name.startsWith(begins)) continue;
    const [, pid] = /^(\d+)\.partial$/.exec(name.slice(begins.length)) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(dirname(target), name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
