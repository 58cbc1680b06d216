import { createServer, type Server } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Pod, type PodState } from './pod.ts';
import type { PodObject } from './pod-spec.ts';

const folder = mkdtempSync(join(tmpdir(), 'contentflow-pod-'));
const IP = '127.1.99.7';

/** Answers what it is asked for by `/word`: whom it finds by a Service's name, and where it thinks that it listens. */
const PROGRAM = `
import { createServer } from 'node:http';
import dns from 'node:dns';
let isWell = true;
const server = createServer((asked, answer) => {
  if (asked.url === '/ill') isWell = false;
  if (asked.url === '/word') return dns.lookup('demo-monitor', {}, (_, address) => answer.end(JSON.stringify({ address, at: server.address().address })));
  answer.writeHead(isWell || asked.url !== '/ready' ? 200 : 503).end();
});
// Whether the port is free, first, as services look: it is, whoever else has it at another address.
const look = createServer().listen(4000, '0.0.0.0', () => look.close(() => server.listen({ port: 4000, host: '0.0.0.0' })));
if (process.env.DEAF) process.on('SIGTERM', () => undefined);
else process.on('SIGTERM', () => process.exit(0));
`;
const main = join(folder, 'main.mjs');
writeFileSync(main, PROGRAM);

const probe = (path: string) => ({
  httpGet: { path, port: 'http' },
  periodSeconds: 0.1,
  timeoutSeconds: 5,
  failureThreshold: 2,
});
const object = (graceSeconds: number): PodObject => ({
  metadata: { name: 'demo-entry-1', uid: 'u', deletionGracePeriodSeconds: graceSeconds },
  spec: {
    terminationGracePeriodSeconds: 60,
    volumes: [],
    containers: [
      {
        name: 'entry',
        image: 'registry.example/contentflow/entry:1',
        ports: [{ name: 'http', containerPort: 4000 }],
        env: [],
        startupProbe: { ...probe('/live'), failureThreshold: 100 },
        livenessProbe: probe('/live'),
        readinessProbe: probe('/ready'),
        lifecycle: { preStop: { sleep: { seconds: 0.2 } } },
        volumeMounts: [],
      },
    ],
  },
});

let pod: Pod;
function started(env: NodeJS.ProcessEnv = {}, graceSeconds = 60): PodState[] {
  const told: PodState[] = [];
  const image = { command: [process.execPath, main], env: {} };
  const hosts = { CHART_HOSTS: JSON.stringify({ 'demo-monitor': '127.2.0.9' }) };
  pod = new Pod({ object: object(graceSeconds), ip: IP, image, env: { ...hosts, ...env } }, async (_, state) =>
    told.push(state),
  );
  return told;
}
let neighbour: Server;
beforeAll(() => new Promise<void>((resolve) => (neighbour = createServer().listen(4000, '127.1.99.8', resolve))));
afterAll(() => new Promise((resolve) => neighbour.close(resolve)));
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await pause(20);
};
afterEach(() => pod.kill());
afterAll(() => rmSync(folder, { recursive: true }));

describe('a pod as a process', () => {
  it('is started, then ready, at the address of the pod, and finds Services by their names', async () => {
    const told = started();
    await until(() => pod.isServing);
    expect(told.map(({ isStarted, isReady }) => [isStarted, isReady])).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
    const word = await (await fetch(`http://${IP}:4000/word`)).json();
    expect(word).toEqual({ address: '127.2.0.9', at: '0.0.0.0' });
  });

  it('serves nobody from the moment that it is to go, and ends by SIGTERM', async () => {
    started();
    await until(() => pod.isServing);
    const ending = pod.end();
    expect(pod.isServing).toBe(false);
    // Its hook: who has not heard yet is still answered.
    expect((await fetch(`http://${IP}:4000/live`)).status).toBe(200);
    await ending;
    expect([pod.code, pod.wrong]).toEqual([0, []]);
  });

  it('is killed where it outlasts its grace', async () => {
    started({ DEAF: '1' }, 1);
    await until(() => pod.isServing);
    await pod.end();
    expect(pod.code).toBeNull();
  });

  it('is told of where it is not ready any more, and where it ended by itself', async () => {
    const told = started();
    await until(() => pod.isServing);
    await fetch(`http://${IP}:4000/ill`);
    await until(() => !pod.isServing);
    pod['child'].kill('SIGKILL');
    await until(() => told.at(-1)?.restarts === 1);
    expect(pod.wrong).toEqual([
      'demo-entry-1 was not ready any more',
      expect.stringMatching(/^demo-entry-1 ended by itself with SIGKILL/),
    ]);
  });
});
