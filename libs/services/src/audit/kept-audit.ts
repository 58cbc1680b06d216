import type { AuditPoint } from '@contentflow/ledger/audit';
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';

/** How far a log was checked, and what it held up to there. */
const standingSchema = z.object({
  format: z.literal(1),
  /** Entries of the ledger. */
  entries: z.number().int().min(0),
  /** Of the last of them. */
  hash: z.string(),
  /** Epoch milliseconds. */
  at: z.number(),
  /** The release and the build that checked it: another sees and decides otherwise. */
  code: z.string(),
  build: z.string(),
  /** What it was told of keys from outside. */
  publicKeys: z.array(z.string()).nullable(),
  digest: z.record(z.string(), z.object({ end: z.number(), hash: z.string() })),
});
export type KeptStanding = z.output<typeof standingSchema>;
export interface KeptAudit {
  readonly standing: KeptStanding;
  readonly point: AuditPoint;
}

/** Where it is kept: beside the log. */
export const keptAuditOf = (logFile: string): string => join(dirname(logFile), 'audit.state');

/** As bytes: the hash of all the rest, how far it is in words, what was folded. */
export function auditBytes({ standing, point }: KeptAudit): Buffer {
  const words = Buffer.from(`${JSON.stringify(standing)}\n`);
  const folded = serialize(point);
  return Buffer.concat([Buffer.from(`${hashOf(words, folded)}\n`), words, folded]);
}

/** What was kept; undefined where it cannot be read, or is not what was written. */
export function auditOf(bytes: Buffer): KeptAudit | undefined {
  try {
    const [first, second] = [0, 1].map((n) => nthLine(bytes, n)) as [Line, Line];
    if (first.text !== hashOf(bytes.subarray(first.end))) return undefined;
    const standing = standingSchema.parse(JSON.parse(second.text));
    return { standing, point: deserialize(bytes.subarray(second.end)) as AuditPoint };
  } catch {
    return undefined;
  }
}

/** Where it is kept from one audit to the next. */
export interface AuditStore {
  read(): Buffer | undefined;
  write(bytes: Buffer): void;
}

/** A file beside the log, written whole or not at all. */
export function auditFile(logFile: string): AuditStore {
  const file = keptAuditOf(logFile);
  return {
    read() {
      try {
        return readFileSync(file);
      } catch {
        return undefined;
      }
    },
    write(bytes) {
      const partial = `${file}.${process.pid}`;
      try {
        writeFileSync(partial, bytes);
        renameSync(partial, file);
      } finally {
        rmSync(partial, { force: true });
      }
    },
  };
}

/** What is said of how far a folder's log was checked; undefined where nothing was kept that can be read. */
export const keptStanding = (logFile: string): KeptStanding | undefined => {
  const bytes = auditFile(logFile).read();
  return bytes && auditOf(bytes)?.standing;
};

interface Line {
  readonly text: string;
  /** Behind it. */
  readonly end: number;
}

function nthLine(bytes: Buffer, n: number): Line {
  let start = 0;
  for (let line = 0; ; line++) {
    const end = bytes.indexOf('\n', start);
    if (end < 0) throw new Error('no such line');
    if (line === n) return { text: bytes.toString('utf8', start, end), end: end + 1 };
    start = end + 1;
  }
}

function hashOf(...parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
