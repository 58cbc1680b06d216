/**
 * `node infra/docker/run-dockerfile.mjs APP`, or `all` for each in turn: does what the Dockerfile says, where there is no Docker. Each stage is a folder, RUN runs in it, and at the end CMD runs in
 * the last one, on a folder of data, until its health answers. It shows that what is copied is enough; users and layers it does not have.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { node24, root } from '../../tools/node24.mjs';

const [asked] = process.argv.slice(2);
const images = [...readFileSync(join(root, 'docker-compose.yml'), 'utf8').matchAll(/^ +APP: (\S+)$/gm)].map(
  ([, name]) => name,
);
if (asked !== 'all' && !images.includes(asked)) {
  console.error(`usage: node infra/docker/run-dockerfile.mjs all, or one of ${images.join(', ')}`);
  process.exit(2);
}
const path = `${dirname(node24())}:${process.env.PATH}`;
let app = '';
let scratch = '';
for (app of asked === 'all' ? images : [asked]) {
  scratch = mkdtempSync(join(tmpdir(), 'contentflow-image-'));
  try {
    const image = stagesOf(readFileSync(join(root, 'infra/docker/Dockerfile'), 'utf8'))
      .map(built)
      .at(-1);
    await answers(image);
    console.log(`${app}: its image answers`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @returns {{ name: string, steps: [string, string][] }[]} the instructions of each stage */
function stagesOf(text) {
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  const stages = [];
  for (const line of lines.filter((each) => each !== '' && !each.startsWith('#'))) {
    const [, instruction, rest] = /^(\w+) (.*)$/.exec(line);
    const name = instruction === 'FROM' ? / AS (\S+)$/.exec(rest)[1] : undefined;
    if (name) stages.push({ name, steps: [] });
    else stages.at(-1)?.steps.push([instruction, rest]);
  }
  return stages;
}

/** Takes the steps of a stage, in a folder that stands for its working directory. */
function built({ name, steps }) {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  const env = {};
  let command = [];
  for (const [instruction, rest] of steps) {
    const filled = rest.replaceAll('${APP}', app);
    if (instruction === 'COPY') copy(filled, folder);
    else if (instruction === 'RUN') run(filled, folder);
    else if (instruction === 'ENV') for (const pair of filled.split(' ')) env[pair.split('=')[0]] = pair.split('=')[1];
    else if (instruction === 'CMD') command = JSON.parse(filled);
    else if (!['ARG', 'WORKDIR', 'USER', 'EXPOSE'].includes(instruction))
      throw new Error(`${instruction} is not known here`);
  }
  return { folder, env, command };
}

function copy(words, folder) {
  const [target, ...sources] = words.split(/\s+/).toReversed();
  const from = sources.find((word) => word.startsWith('--from='))?.slice('--from='.length);
  for (const source of sources.filter((word) => !word.startsWith('--'))) {
    const path = from ? join(scratch, from, relative('/app', source)) : join(root, source);
    // As Docker has it: of a folder its content is copied, of a file the file.
    const to = target.endsWith('/') && !isFolder(path) ? join(folder, target, basename(path)) : join(folder, target);
    cpSync(path, to, { recursive: true, filter: from ? undefined : isSent });
  }
}

function isFolder(path) {
  return statSync(path).isDirectory();
}

/** What the context holds. Only the patterns that our .dockerignore uses: `**`/NAME and NAME at the root. */
function isSent(path) {
  const ignored = readFileSync(join(root, 'infra/docker/Dockerfile.dockerignore'), 'utf8').split('\n');
  const parts = relative(root, path).split('/');
  return !ignored.some((pattern) =>
    pattern.startsWith('**/*')
      ? path.endsWith(pattern.slice('**/*'.length))
      : pattern.startsWith('**/')
        ? parts.includes(pattern.slice('**/'.length))
        : pattern !== '' && parts[0] === pattern,
  );
}

function run(command, cwd) {
  console.log(`RUN ${command}`);
  const { status } = spawnSync('sh', ['-ec', command], {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, PATH: path, NODE_ENV: '' },
  });
  if (status !== 0) throw new Error(`"${command}" ended with ${status}`);
}

/** Runs the image's command until it is live. @throws when it ends before, or is silent for a minute */
async function answers({ folder, env, command: [program, ...args] }) {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const elsewhere = Object.fromEntries(
    ['GENERATOR', 'MONITOR', 'OPTIMIZER', 'FEEDBACK_LEARNER', 'SCALER', 'LEDGER'].map((name) => [
      `${name}_URL`,
      address,
    ]),
  );
  const child = spawn(program, args, {
    cwd: folder,
    stdio: 'inherit',
    env: {
      PATH: path,
      ...env,
      ...elsewhere,
      HOST: '127.0.0.1',
      PORT: String(port),
      CONTENTFLOW_DATA: join(scratch, 'data'),
    },
  });
  const ended = new Promise((over) => child.once('exit', over));
  let isOver = false;
  void ended.then(() => (isOver = true));
  for (let waited = 0; !(await isLive(`${address}/health/live`)); waited++) {
    if (isOver || waited > 600) throw new Error(`the image of ${app} does not answer`);
    await new Promise((later) => setTimeout(later, 100));
  }
  child.kill('SIGTERM');
  const code = await ended;
  if (code !== 0) throw new Error(`the image of ${app} ended with ${code} when it was asked to`);
}

function isLive(url) {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

function freePort() {
  const server = createServer();
  return new Promise((found) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    }),
  );
}
