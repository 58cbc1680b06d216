import { MINUTE_MS, seededRandom } from '@contentflow/kernel';
import { createVirtualClock } from './adapters/virtual-clock.ts';
import { createSimulatedMachines } from './machines.ts';
import { parseWorld } from './world/parse-world.ts';

function stage(crashPerHour = 0, instances = 1) {
  const clock = createVirtualClock({ startMs: 0, isQuiet: () => true });
  const world = parseWorld({ machines: { callsAtOncePerInstance: 5, startDelay: 'PT2M', crashPerHour } });
  const machines = createSimulatedMachines({
    world,
    clock,
    random: seededRandom(1),
    instances,
    callsInFlight: () => 5,
  });
  return { clock, machines, run: (minutes: number) => clock.run(clock.now() + minutes * MINUTE_MS) };
}

describe('simulated machines', () => {
  it('start after a delay, stop at once, and say so', async () => {
    const { machines, run } = stage();
    let changes = 0;
    machines.onChange(() => void changes++);
    await machines.scaleTo(3);
    expect(machines.instances()).toBe(1);
    await run(3);
    expect([machines.instances(), machines.callsAtOnce(), changes]).toEqual([3, 15, 2]);
    await machines.scaleTo(2);
    expect([machines.instances(), changes]).toEqual([2, 3]);
    expect(machines.usage().cpu).toBeCloseTo(0.05 + 0.8 / 2);
    await run(60);
    expect(machines.machineHours()).toBeCloseTo((63 + 61 + 1) / 60, 2);
  });

  it('are not started when they are no longer wanted', async () => {
    const { machines, run } = stage();
    await machines.scaleTo(4);
    await machines.scaleTo(1);
    await run(10);
    expect(machines.instances()).toBe(1);
  });

  it('crash, and come back after the delay', async () => {
    const { clock, machines, run } = stage(1, 4);
    const counts: number[] = [];
    machines.onChange(() => void counts.push(machines.instances()));
    await run(24 * 60);
    expect(Math.min(...counts)).toBeLessThan(4);
    expect(counts.length / 2).toBeGreaterThan(50);
    expect(machines.machineHours()).toBeGreaterThan(24 * 4 * 0.93);
    machines.stop();
    await clock.run(clock.now() + MINUTE_MS);
    expect([machines.instances(), clock.sleepers]).toEqual([0, 0]);
  });
});
