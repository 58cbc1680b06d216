/**
 * `node tools/audit.mjs`: asks the registry for what is known against the packages of the product. Ends with 0 where nothing serious is, with 1 where
 * something is, and with 3 where the registry answers no such question: then nothing is known, which is not the same as nothing being wrong.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { root } from './node24.mjs';

const CLEAN = 0;
const AFFECTED = 1;
const UNKNOWN = 3;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = ['audit', '--omit=dev', '--json'];
  const { stdout } = spawnSync('npm', words, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const { code, lines } = verdictOn(stdout);
  for (const line of lines) console.log(line);
  process.exit(code);
}

/** @param {string} text  what `npm audit --json` printed */
export function verdictOn(text) {
  const answer = parsed(text);
  const counts = answer?.metadata?.vulnerabilities;
  if (!counts) {
    const why = answer?.error?.summary || answer?.message || answer?.error?.code || 'it said nothing';
    return {
      code: UNKNOWN,
      lines: [`AUDIT NOT DONE: the registry tells no advisories here (${why}); nothing is known of the packages`],
    };
  }
  const serious = Object.values(answer.vulnerabilities).filter(
    ({ severity }) => severity === 'high' || severity === 'critical',
  );
  if (serious.length > 0)
    return { code: AFFECTED, lines: serious.map(({ name, severity, range }) => `${severity}: ${name} ${range}`) };
  return { code: CLEAN, lines: [`audit: nothing of high or critical severity is known (${counts.total} of less)`] };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
