import { type Checkpoint, checkpointSchema, type Policy, policySchema, withCurrentKeys } from '@contentflow/contracts';
import { readJson } from '@contentflow/input-files';
import { messageOf, publicKeysIn, systemClock, usageError } from '@contentflow/kernel';
import { build, codeVersion, problemsIn } from '@contentflow/nest-platform';
import {
  audit,
  type AuditResult,
  type Difference,
  openExportedLog,
  type SignedStanding,
  type Witness,
} from '@contentflow/ledger/audit';
import { readFileSync } from 'node:fs';
import { auditLogFile, type LogAuditOptions } from '@contentflow/services/audit';
import { auditSinceLast, type SinceLastResult } from '@contentflow/services/audit-since-last';
import { auditFile } from '@contentflow/services/kept-audit';
import { procedures } from '@contentflow/services/procedures';
import { openLog, readingLogFile, type LogOptions } from '../command-line/open-log.ts';
import { progressBar } from '../command-line/progress.ts';

export interface AuditCommandOptions extends LogOptions {
  readonly input?: string;
  readonly policy?: string;
  readonly publicKey?: string;
  readonly checkpoint?: string;
  readonly allowUnsigned?: boolean;
  readonly sinceLast?: boolean;
  readonly json?: boolean;
}

/** Recomputes every decision. @returns 0 when all of them come out the same, else 1 */
export async function run(options: AuditCommandOptions): Promise<number> {
  mustGoTogether(options);
  const witness = witnessOf(options);
  const policyOverride = options.policy === undefined ? undefined : readPolicy(options.policy);
  const progress = progressBar('auditing', 1);
  try {
    const result = await audited(options, {
      code: codeVersion,
      witness,
      ...(policyOverride && { policyOverride }),
      onProgress: (checked, entries) =>
        progress.update(checked / Math.max(1, entries), `${checked} of ${entries} decisions`),
    });
    progress.stop();
    if (options.json) console.log(JSON.stringify(result, null, 1));
    else print(result);
    return result.ok ? 0 : 1;
  } finally {
    progress.stop();
  }
}

/** What has no last time. @throws ContentFlowError `usage` */
function mustGoTogether({ sinceLast, input, kafka, policy, checkpoint }: AuditCommandOptions): void {
  if (!sinceLast) return;
  for (const [option, value] of Object.entries({ input, kafka, policy, checkpoint }))
    if (value !== undefined) throw usageError(`--since-last does not go with --${option}`, 'leave out either of them');
}

/** A folder is audited on several threads; what cannot be read by several at a time, here. */
async function audited(
  { input, kafka, sinceLast, ...log }: AuditCommandOptions,
  how: LogAuditOptions,
): Promise<AuditResult & Partial<SinceLastResult>> {
  if (sinceLast) return readingLogFile(log.data, (file) => auditedSinceLast(file, how));
  if (input === undefined && kafka === undefined) return readingLogFile(log.data, (file) => auditLogFile(file, how));
  const file = input === undefined ? undefined : await openExportedLog(input);
  const source = file ?? (await openLog({ ...log, ...(kafka !== undefined && { kafka }) }));
  try {
    return await audit({ ...how, source, procedures: Object.fromEntries(procedures) });
  } finally {
    await source.close();
  }
}

function auditedSinceLast(file: string, how: LogAuditOptions): Promise<SinceLastResult> {
  // What runs from source may be another program each time.
  const store = build === undefined ? { read: () => undefined, write: () => undefined } : auditFile(file);
  return auditSinceLast(file, { ...how, build: build ?? '', store, clock: systemClock });
}

/** @throws ContentFlowError `usage`, naming the file that is not what it should be */
function witnessOf({ publicKey, checkpoint, allowUnsigned = false }: AuditCommandOptions): Witness {
  return {
    ...(publicKey === undefined ? {} : { publicKeys: readPublicKeys(publicKey) }),
    ...(checkpoint === undefined ? {} : { checkpoint: readCheckpoint(checkpoint) }),
    allowsUnsigned: allowUnsigned,
  };
}

function readPublicKeys(file: string): readonly string[] {
  try {
    return publicKeysIn(readFileSync(file, 'utf8'));
  } catch (error) {
    throw usageError(
      `--public-key ${file}: ${messageOf(error)}`,
      'give what "contentflow checkpoint --public-key" wrote',
    );
  }
}

function readCheckpoint(file: string): Checkpoint {
  const result = checkpointSchema.safeParse(readJson(file));
  if (result.success) return result.data;
  const [first] = result.error.issues;
  throw usageError(
    `--checkpoint ${file}: ${first?.path.join('.') ?? ''}: ${first?.message ?? 'is none'}`,
    'give what "contentflow checkpoint" wrote',
  );
}

/** @throws ContentFlowError `usage`, naming the field */
export function readPolicy(file: string): Policy {
  const value = withCurrentKeys(readJson(file));
  const result = policySchema.safeParse(value);
  if (result.success) return result.data;
  const [first] = problemsIn(result.error, policySchema, value);
  throw usageError(`${file}: ${first?.path.join('.') ?? ''}: ${first?.problem ?? 'is not a policy'}`);
}

const SHOWN = 20;

function print(result: AuditResult & Partial<SinceLastResult>): void {
  const {
    since,
    reason,
    ok,
    events,
    decisions,
    recomputed,
    withoutEvents,
    differences,
    byOtherCode,
    unproven,
    ...rest
  } = result;
  console.log(
    `${events} events, ${decisions} decisions, ${recomputed} recomputed: ${ok ? 'all as recorded' : `${differences.length} differences`}`,
  );
  if (withoutEvents > 0)
    console.log(`${withoutEvents} of these stand on topics that the export leaves out: their evidence was not rebuilt`);
  console.log(signaturesInWords(result.signatures));
  if (since)
    console.log(`before decision ${since.entries} nothing has changed since ${new Date(since.at).toISOString()}`);
  else if (reason !== undefined) console.log(`all of it was checked: ${reason}`);
  for (const difference of differences.slice(0, SHOWN)) console.log(`  ${differenceInWords(difference)}`);
  if (differences.length > SHOWN) console.log(`  … and ${differences.length - SHOWN} more`);
  for (const [code, count] of Object.entries(byOtherCode))
    console.log(`${count} of them were taken by release ${code}; this is ${codeVersion}`);
  const count = new Set(unproven.map(({ seq }) => seq)).size;
  if (count > 0)
    console.log(`${count} of these this release sees or decides otherwise; only their own release can prove them:`);
  for (const { seq, eventId, field } of unproven.slice(0, SHOWN))
    console.log(`  entry ${seq ?? '–'}, event ${eventId}: ${field || 'would not be taken'}`);
  const { policyDifferences } = rest as {
    policyDifferences?: readonly { question: string; decided: readonly string[]; wouldDecide: readonly string[] }[];
  };
  if (!policyDifferences) return;
  console.log(`${policyDifferences.length} decisions would differ under the policy given`);
  for (const { question, decided, wouldDecide } of policyDifferences.slice(0, SHOWN))
    console.log(`  ${question}: ${decided.join(', ') || 'nothing'} → ${wouldDecide.join(', ') || 'nothing'}`);
}

function signaturesInWords({
  signedTo,
  keys,
  keysFrom,
  lossesAccepted,
  endIsSigned,
  unsigned,
}: SignedStanding): string {
  if (keys.length === 0) return 'nothing is signed';
  const whose = keysFrom === 'outside' ? 'by a key that was given' : 'by a key that the log itself names';
  const upTo = signedTo
    ? `signed ${whose} up to decision ${signedTo.seq}, ${new Date(signedTo.at).toISOString()}`
    : `no checkpoint is signed ${whose}`;
  const losses = lossesAccepted > 0 ? `; ${lossesAccepted} times somebody went on after a loss` : '';
  if (endIsSigned) return `${upTo}${losses}; the end of the export is signed`;
  return `${upTo}${losses}; after it ${unsigned.decisions} decisions and ${unsigned.events} events that nobody has signed`;
}

function differenceInWords({ seq, eventId, line, field, expected, actual, follows }: Difference): string {
  const place = `${line === undefined ? '' : `line ${line}, `}entry ${seq ?? '–'}, event ${eventId}`;
  if (follows)
    return `${place}: as it was made, behind entry ${follows.seq} (${follows.eventId}), which has no place in the chain`;
  return `${place}: ${field} is ${short(actual)}, expected ${short(expected)}`;
}

const short = (value: unknown): string => (JSON.stringify(value) ?? 'absent').slice(0, 80);
