import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * Loaded before a command (`--import`): kills its process, as `kill -9` does, right before the n-th of what changes files, n being in
 * `CRASH_POINT`. With 0 it writes to `CRASH_COUNT` how many there were.
 */
const point = Number(process.env.CRASH_POINT);
// Whatever thread does it: they share the count.
let done = 0;
const before = (change) =>
  function changed(...given) {
    if (++done === point) process.kill(process.pid, 'SIGKILL');
    return Reflect.apply(change, this, given);
  };

const changes = [
  'renameSync',
  'rmSync',
  'rmdirSync',
  'mkdirSync',
  'writeFileSync',
  'linkSync',
  'chmodSync',
  'unlinkSync',
];
for (const name of changes) fs[name] = before(fs[name]);
for (const name of ['rename', 'rm', 'mkdir', 'writeFile', 'unlink']) fs.promises[name] = before(fs.promises[name]);
fs.createWriteStream = before(fs.createWriteStream);
syncBuiltinESMExports();
DatabaseSync.prototype.exec = before(DatabaseSync.prototype.exec);
StatementSync.prototype.run = before(StatementSync.prototype.run);

if (point === 0) process.on('exit', () => fs.writeSync(3, `${done}\n`));
