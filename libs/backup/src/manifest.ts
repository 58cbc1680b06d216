import { ContentFlowError, messageOf, type Positions, usageError } from '@contentflow/kernel';
import { z } from 'zod';

/** Grows when a backup is laid out otherwise. */
const FORMAT = 1;
export const MANIFEST = 'manifest.json';

const pieceSchema = z.strictObject({
  /** Within the installation's folder, with `/` on every machine. */
  name: z
    .string()
    .regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/, 'is no name of a file below the folder')
    .refine((name) => name !== MANIFEST && !name.startsWith('.')),
  bytes: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const manifestSchema = z.object({
  type: z.literal('contentflow.backup'),
  format: z.number().int(),
  /** The release that made it. */
  version: z.string(),
  engine: z.enum(['embedded', 'kafka']),
  /** ISO 8601 */
  at: z.string(),
  /** The offset after the last event of each partition. */
  positions: z.record(z.string(), z.number().int().min(0)),
  events: z.number().int().min(0),
  pieces: z.array(pieceSchema),
});

/** What a backup holds, and how to tell that it is whole. */
export type Manifest = z.output<typeof manifestSchema>;
export type Piece = z.output<typeof pieceSchema>;

export const manifestOf = (known: Omit<Manifest, 'type' | 'format'>): Manifest => ({
  type: 'contentflow.backup',
  format: FORMAT,
  ...known,
});

/**
 * @param release  of the code that would restore it
 * @throws ContentFlowError `usage` for what is no manifest, or one of a newer release
 */
export function readManifest(text: string, from: string, release: string): Manifest {
  const result = manifestSchema.safeParse(jsonOf(text, from));
  if (!result.success) {
    const [issue] = result.error.issues;
    throw usageError(`"${from}" is no backup: ${MANIFEST}: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { format, version } = result.data;
  if (format > FORMAT || isNewer(version, release))
    throw new ContentFlowError('backup-newer', `"${from}" was made by release ${version}, this is ${release}`, {
      fix: 'install that release or a later one',
    });
  return result.data;
}

function jsonOf(text: string, from: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError(`"${from}" is no backup: ${MANIFEST} is not JSON: ${messageOf(error)}`);
  }
}

/** By their numbers; whoever names a release otherwise knows what he does. */
function isNewer(one: string, other: string): boolean {
  const numbers = (release: string): number[] | undefined => /^\d+\.\d+\.\d+/.exec(release)?.[0].split('.').map(Number);
  const [first, second] = [numbers(one), numbers(other)];
  if (!first || !second) return false;
  const at = first.findIndex((number, index) => number !== second[index]);
  return at >= 0 && (first[at] as number) > (second[at] as number);
}

/** @throws ContentFlowError `usage` for a backup of the other engine */
export function assertEngine(engine: Manifest['engine'], manifest: Manifest): void {
  if (manifest.engine === engine) return;
  const fix = manifest.engine === 'kafka' ? 'name --kafka and --mongo' : 'name --data DIR alone';
  throw new ContentFlowError('usage', `it was made of an installation on the ${manifest.engine} engine`, { fix });
}

export const eventsIn = (positions: Positions): number => Object.values(positions).reduce((sum, end) => sum + end, 0);

export const damaged = (from: string, problem: string): ContentFlowError =>
  new ContentFlowError('backup-damaged', `the backup "${from}" is damaged: ${problem}`, {
    fix: 'take another; nothing was restored',
  });
