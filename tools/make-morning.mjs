/**
 * `node tools/make-morning.mjs`: makes the simulated morning that a demo opens on, again: nine hours of the world `default` from seed 7, as a backup.
 * Its read models are of this release's form; a later release makes them anew from the log.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { DatabaseSync } from 'node:sqlite';
import { root, runNode24 } from './node24.mjs';

const [WORLD, SEED, HOURS] = ['default', '7', 9];
const MINUTE_MS = 60_000;
/** A small file matters more than a quick making: it is kept with the sources. */
const params = {
  [constants.ZSTD_c_compressionLevel]: 19,
  [constants.ZSTD_c_windowLog]: 26,
  [constants.ZSTD_c_enableLongDistanceMatching]: 1,
};

const made = mkdtempSync(join(tmpdir(), 'contentflow-morning-'));
try {
  const [data, tar] = [join(made, 'data'), join(made, 'morning.tar')];
  const contentflow = (...words) => {
    if (runNode24(['apps/contentflow/bin/contentflow.mjs', ...words], { stdio: 'inherit', cwd: root }) !== 0)
      throw new Error(`contentflow ${words.join(' ')} failed`);
  };
  contentflow('simulate', '--world', WORLD, '--seed', SEED, '--hours', String(HOURS), '--data', data);
  contentflow('backup', '--data', data, '--output', tar);
  const { last, contents } = ofLog(join(data, 'log.sqlite'));
  const folder = join(root, 'apps/contentflow/morning');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'morning.tar.zst'), zstdCompressSync(readFileSync(tar), { params }));
  const endsAtMs = Math.ceil((last + 1) / MINUTE_MS) * MINUTE_MS;
  const told = { world: WORLD, seed: SEED, endsAtMs, contents };
  writeFileSync(join(folder, 'morning.json'), `${JSON.stringify(told, null, 2)}\n`);
} finally {
  rmSync(made, { recursive: true, force: true });
}

function ofLog(file) {
  const log = new DatabaseSync(file, { readOnly: true });
  let [last, contents] = [0, 0];
  for (const { event } of log.prepare('SELECT event FROM events').iterate()) {
    const { time, type } = JSON.parse(event);
    last = Math.max(last, time);
    if (type === 'contentflow.generator.content-generated.v1') contents++;
  }
  log.close();
  return { last, contents };
}
