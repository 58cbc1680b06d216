import { systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { WorkerProcesses, type WorkerProcessesOptions } from './worker-processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'workers-'));
const logger = pino({ level: 'silent' });
const script = (name: string, text: string): readonly string[] => {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, text);
  return [file];
};
const patient = script('patient', 'setInterval(() => {}, 1000);');
const busy = script('busy', 'for (;;);');
const deafFlag = join(folder, 'is-deaf');
const stubborn = script(
  'stubborn',
  `import { writeFileSync } from 'node:fs';
   process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); writeFileSync(${JSON.stringify(deafFlag)}, '');`,
);

describe('worker processes', () => {
  const open: WorkerProcesses[] = [];
  const workers = (options: Partial<WorkerProcessesOptions> = {}): WorkerProcesses => {
    const machines = new WorkerProcesses({
      command: patient,
      clock: systemClock,
      logger,
      callsAtOnce: 4,
      restartAfterMs: 20,
      graceMs: 500,
      ...options,
    });
    open.push(machines);
    return machines;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((machines) => machines.stop()));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const lives = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it('counts this process as the first instance and starts the rest', async () => {
    const machines = workers();
    expect(machines.instances()).toBe(1);
    await machines.scaleTo(3);
    expect(machines.instances()).toBe(3);
    expect(machines.pids()).toHaveLength(2);
    expect(machines.pids().every(lives)).toBe(true);
  });

  it('stops what is too many, and only that', async () => {
    const machines = workers({ isInstance: false });
    await machines.scaleTo(2);
    const [first, second] = machines.pids() as [number, number];
    await machines.scaleTo(1);
    expect([lives(first), lives(second)]).toEqual([true, false]);
    expect(machines.instances()).toBe(1);
  });

  it('starts a crashed worker again, and tells of it', async () => {
    const machines = workers({ isInstance: false });
    let changes = 0;
    machines.onChange(() => changes++);
    await machines.scaleTo(1);
    const [pid] = machines.pids() as [number];
    process.kill(pid, 'SIGKILL');
    await until(() => machines.instances() === 1 && machines.pids()[0] !== pid);
    expect(changes).toBeGreaterThanOrEqual(3);
  });

  it('waits longer each time a worker crashes', async () => {
    const waits: number[] = [];
    const clock = {
      now: () => 0,
      sleep: async (ms: number, signal?: AbortSignal) => {
        waits.push(ms);
        await systemClock.sleep(waits.length < 4 ? 1 : 100_000, signal);
      },
    };
    const machines = workers({ isInstance: false, clock, command: script('crashing', 'process.exit(3);') });
    await machines.scaleTo(1);
    await until(() => waits.length === 4);
    expect(waits).toEqual([20, 40, 80, 160]);
  });

  it('kills a worker that does not end when asked to', async () => {
    const machines = workers({ isInstance: false, command: stubborn, graceMs: 100 });
    await machines.scaleTo(1);
    const [pid] = machines.pids() as [number];
    await until(() => existsSync(deafFlag));
    await machines.scaleTo(0);
    expect(lives(pid)).toBe(false);
  });

  it('says so when it has no command to start workers by', async () => {
    const machines = workers({ command: [] });
    await expect(machines.scaleTo(2)).rejects.toThrow('does not know how to start workers');
    await expect(machines.scaleTo(1)).resolves.toBeUndefined();
  });

  it('says how much of the machine it uses', async () => {
    const machines = workers();
    const { cpu, memory, mostInstances } = await until(
      () => machines.usage(),
      (usage) => usage.memory > 0,
    );
    expect(cpu).toBeGreaterThanOrEqual(0);
    expect(memory).toBeLessThan(1);
    expect(mostInstances).toBe(availableParallelism());
  });

  it('has no room for more while all cores are taken', async () => {
    const machines = workers({ command: busy, isInstance: false });
    await machines.scaleTo(availableParallelism());
    const { moreInstances } = await until(
      () => machines.usage(),
      (usage) => usage.moreInstances === 0,
    );
    expect(moreInstances).toBe(0);
  });
});
