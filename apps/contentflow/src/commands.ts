import type { CommandDefinition } from './command-line/command.ts';
import { auditCommand } from './audit/audit.command.ts';
import { checkpointCommand } from './audit/checkpoint.command.ts';
import { exportCommand } from './audit/export.command.ts';
import { backtestCommand } from './backtests/backtest.command.ts';
import { backupCommand } from './backup/backup.command.ts';
import { restoreCommand } from './backup/restore.command.ts';
import { benchCommand } from './bench/bench.command.ts';
import { completionCommand } from './completion/completion.command.ts';
import { doctorCommand } from './doctor/doctor.command.ts';
import { feedbackCommand } from './feedback/feedback.command.ts';
import { generateCommand } from './generate/generate.command.ts';
import { importCommand } from './import/import.command.ts';
import { mcpCommand } from './mcp/mcp.command.ts';
import { cancelCommand } from './operate/cancel.command.ts';
import { interveneCommand } from './operate/intervene.command.ts';
import { keysCommand } from './operate/keys.command.ts';
import { notifyCommand } from './operate/notify.command.ts';
import { proposalsCommand } from './operate/proposals.command.ts';
import { forgetCommand } from './persons/forget.command.ts';
import { subjectCommand } from './persons/subject.command.ts';
import { rebuildCommand } from './repair/rebuild.command.ts';
import { replayDeadLettersCommand } from './repair/replay-dead-letters.command.ts';
import { historyCommand } from './report/history.command.ts';
import { reportCommand } from './report/report.command.ts';
import { simulateCommand } from './simulate/simulate.command.ts';
import { sandboxCommand } from './start/sandbox.command.ts';
import { startCommand } from './start/start.command.ts';
import { workCommand } from './start/work.command.ts';

/** In the order in which the help shows them. */
export const commands: readonly CommandDefinition[] = [
  startCommand,
  workCommand,
  generateCommand,
  feedbackCommand,
  importCommand,
  simulateCommand,
  sandboxCommand,
  reportCommand,
  auditCommand,
  exportCommand,
  checkpointCommand,
  backupCommand,
  restoreCommand,
  historyCommand,
  rebuildCommand,
  replayDeadLettersCommand,
  backtestCommand,
  proposalsCommand,
  cancelCommand,
  interveneCommand,
  notifyCommand,
  mcpCommand,
  keysCommand,
  forgetCommand,
  subjectCommand,
  doctorCommand,
  completionCommand(() => commands),
  benchCommand,
];
