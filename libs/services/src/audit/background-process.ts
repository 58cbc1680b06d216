import { systemClock } from '@contentflow/kernel';
import type { AuditReport, AuditTask } from '@contentflow/ledger/background-audit';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { auditSinceLast } from './audit-since-last.ts';
import { auditFile, type AuditStore } from './kept-audit.ts';

/** Audits what came since the last time, slowly, and tells what came of it. */
setPriority(constants.priority.PRIORITY_LOW);
process.once('disconnect', () => process.exit());
const [task] = await once(process, 'message');
const { file, code, build, kept: before } = task as AuditTask;

/** Of one core: what is left over is the services'. */
const SHARE = 0.2;
const SLICE_MS = 20;

let begun = systemClock.now();
async function rest(): Promise<void> {
  const worked = systemClock.now() - begun;
  if (worked < SLICE_MS) return;
  await systemClock.sleep(worked * (1 / SHARE - 1));
  begun = systemClock.now();
}

/** What runs from source may be another program at the next start: then the process keeps it. */
let kept: Buffer | undefined = before && Buffer.from(before);
const memory: AuditStore = { read: () => kept, write: (bytes) => (kept = bytes) };
const store = build === undefined ? memory : auditFile(file);

const { ok, decisions, differences } = await auditSinceLast(file, {
  code,
  build: build ?? '',
  store,
  clock: systemClock,
  rest,
});
const report: AuditReport = {
  ok,
  entries: decisions,
  differences: differences.length,
  first: differences[0] ?? null,
  ...(build === undefined && kept && { kept: new Uint8Array(kept) }),
};
process.send?.(report, () => process.disconnect());
