import {
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
  constants,
} from 'node:fs';
import { crc32 } from 'node:zlib';

/** Of a partition: where it ends, and a checksum of that. */
const SLOT_BYTES = 16;

/** Where the marks of a log's file lie. */
export const endMarksOf = (logFile: string): string => logFile.replace(/(\.sqlite)?$/, '.ends');

/**
 * How far each partition has been committed, in a file beside the log: so that a log whose last pages are gone is told from one that never had more,
 * also where all that was made from it is gone with them. A mark is written once its events are committed, never before: it may lag, by a
 * commit where the process was killed between the two, but it never speaks of what was not there.
 */
export class EndMarks {
  private readonly path: string;
  private descriptor: number | undefined;

  constructor(logFile: string) {
    this.path = endMarksOf(logFile);
  }

  /** What cannot be written is left out: marks watch over the log, and must not stop it. */
  advance(ends: Iterable<readonly [partition: number, end: number]>): void {
    try {
      this.descriptor ??= openSync(this.path, constants.O_RDWR | constants.O_CREAT);
      for (const [partition, end] of ends)
        writeSync(this.descriptor, slotOf(partition, end), 0, SLOT_BYTES, partition * SLOT_BYTES);
    } catch {
      // Tried again with the next commit.
    }
  }

  close(): void {
    if (this.descriptor === undefined) return;
    try {
      fdatasyncSync(this.descriptor);
    } catch {
      // They lag, then.
    } finally {
      closeSync(this.descriptor);
      this.descriptor = undefined;
    }
  }
}

/** By partition; a mark that is damaged says nothing. */
export function endMarksIn(logFile: string): Map<number, number> {
  const bytes = bytesOf(logFile);
  const marks = new Map<number, number>();
  for (let partition = 0; (partition + 1) * SLOT_BYTES <= bytes.length; partition++) {
    const slot = bytes.subarray(partition * SLOT_BYTES, (partition + 1) * SLOT_BYTES);
    const end = Number(slot.readBigUInt64LE());
    if (end > 0 && slot.equals(slotOf(partition, end))) marks.set(partition, end);
  }
  return marks;
}

/** Whether some of them say nothing: a lost tail of the log might go unnoticed until they have been written again. */
export function areEndMarksDamaged(logFile: string): boolean {
  const bytes = bytesOf(logFile);
  if (bytes.length % SLOT_BYTES !== 0) return true;
  const written = Array.from({ length: bytes.length / SLOT_BYTES }, (_, partition) =>
    bytes.subarray(partition * SLOT_BYTES, (partition + 1) * SLOT_BYTES).some((byte) => byte !== 0),
  );
  return endMarksIn(logFile).size < written.filter(Boolean).length || !isFile(endMarksOf(logFile));
}

const isFile = (path: string): boolean => !existsSync(path) || statSync(path).isFile();

function bytesOf(logFile: string): Buffer {
  const path = endMarksOf(logFile);
  return existsSync(path) && isFile(path) ? readFileSync(path) : Buffer.alloc(0);
}

/** They begin anew with what is written next. */
export const forgetEndMarks = (logFile: string): void => rmSync(endMarksOf(logFile), { force: true, recursive: true });

function slotOf(partition: number, end: number): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES);
  slot.writeBigUInt64LE(BigInt(end));
  slot.writeUInt32LE(partition, 8);
  slot.writeUInt32LE(crc32(slot.subarray(0, 12)), 12);
  return slot;
}
