import { once } from '@contentflow/kernel';
import type { commentReaderSchema } from './comment-reader.schema.ts';
import type { LearnedRemarks } from './learn-comments.ts';
import type { z } from 'zod';

export type ShippedReader = z.output<typeof commentReaderSchema>;

const LARGEST = 127;

/** What was learned of the training set, loaded for the first comment: processes that read none do without. */
export const shippedReader = once(async (): Promise<LearnedRemarks> => {
  const { default: file } = await import('./comment-reader.json', { with: { type: 'json' } });
  return unpacked(file as ShippedReader);
});

export function unpacked({ classes, bucketScale, buckets, scales, rows }: ShippedReader): LearnedRemarks {
  return {
    classes,
    bucketWeights: Float32Array.from(Buffer.from(buckets, 'base64'), (byte) => byte * bucketScale),
    lines: { classes: classes.length, rows: unpackedRows(rows, scales) },
  };
}

/** Eight bits for each number: finer ones read no better. */
export function packed({
  classes,
  bucketWeights,
  lines,
}: LearnedRemarks): Omit<ShippedReader, 'about' | 'source' | 'asOf'> {
  const bucketScale = bucketWeights.reduce((most, weight) => Math.max(most, weight), 0) / 255;
  const buckets = Buffer.from(bucketWeights.map((weight) => Math.round(weight / bucketScale))).toString('base64');
  return { classes: [...classes], bucketScale, buckets, ...packedRows(lines) };
}

function packedRows({ classes, rows }: LearnedRemarks['lines']): Pick<ShippedReader, 'scales' | 'rows'> {
  const scales = Array.from({ length: classes }, (_, c) => {
    let most = 0;
    for (let at = c; at < rows.length; at += classes) most = Math.max(most, Math.abs(rows[at] as number));
    return most / LARGEST || 1;
  });
  const bytes = Int8Array.from(rows, (value, at) => Math.round(value / (scales[at % classes] as number)));
  return { scales, rows: Buffer.from(bytes.buffer).toString('base64') };
}

function unpackedRows(rows: string, scales: readonly number[]): Float32Array {
  const bytes = Buffer.from(rows, 'base64');
  return Float32Array.from(
    new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length),
    (value, at) => value * (scales[at % scales.length] as number),
  );
}
