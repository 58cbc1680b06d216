import { type Clock, HOUR_MS, type Random } from '@contentflow/kernel';
import type { World } from './world/world.ts';

/** Machines that take time to start and sometimes crash; the shape that the platform asks of whatever runs its instances. */
export interface SimulatedMachines {
  readonly executor: string;
  /** Running now. */
  instances(): number;
  callsAtOnce(): number;
  /** Stops at once, starts after the world's delay; resolves when the order is given. */
  scaleTo(instances: number): Promise<void>;
  onChange(listener: () => void): void;
  usage(): { readonly cpu: number; readonly memory: number };
  /** Running time of all machines so far, in hours: what they cost. */
  machineHours(): number;
  stop(): void;
}

export interface MachinesOptions {
  readonly world: World;
  readonly clock: Clock;
  readonly random: Random;
  /** Running from the start. */
  readonly instances?: number;
  readonly callsInFlight?: () => number;
}

const IDLE_USAGE = { cpu: 0.05, memory: 0.2 };
const BUSY = { cpu: 0.85, memory: 0.55 };

interface Machine {
  readonly ends: AbortController;
  startedAt: number | undefined;
}

export function createSimulatedMachines(options: MachinesOptions): SimulatedMachines {
  const { world, clock, random, callsInFlight = () => 0 } = options;
  const { callsAtOncePerInstance, startDelay, crashPerHour } = world.machines;
  const machines: Machine[] = [];
  const listeners: (() => void)[] = [];
  let hoursOfEnded = 0;
  let wanted = 0;
  let serial = 0;

  const running = (): Machine[] => machines.filter(({ startedAt }) => startedAt !== undefined);
  const changed = (): void => listeners.forEach((listener) => listener());
  const hoursOf = ({ startedAt }: Machine): number =>
    startedAt === undefined ? 0 : (clock.now() - startedAt) / HOUR_MS;

  const end = (machine: Machine): void => {
    const at = machines.indexOf(machine);
    if (at < 0) return;
    machines.splice(at, 1);
    hoursOfEnded += hoursOf(machine);
    machine.ends.abort();
  };

  const live = async (machine: Machine, draws: Random): Promise<void> => {
    const { signal } = machine.ends;
    machine.startedAt = clock.now();
    changed();
    if (crashPerHour <= 0) return;
    await clock.sleep(draws.exponential(HOUR_MS / crashPerHour), signal);
    if (signal.aborted) return;
    end(machine);
    changed();
    startMissing();
  };

  const start = async (delayMs: number): Promise<void> => {
    const machine: Machine = { ends: new AbortController(), startedAt: undefined };
    const draws = random.fork(serial++);
    machines.push(machine);
    if (delayMs > 0) await clock.sleep(delayMs, machine.ends.signal);
    if (!machine.ends.signal.aborted) await live(machine, draws);
  };

  /** What crashed is started again. */
  const startMissing = (): void => {
    while (machines.length < wanted) void start(startDelay);
  };

  const scaleTo = async (instances: number): Promise<void> => {
    wanted = Math.max(0, Math.floor(instances));
    const before = running().length;
    // Those that have not started yet are the first to go.
    while (machines.length > wanted)
      end(machines.findLast((m) => m.startedAt === undefined) ?? (machines.at(-1) as Machine));
    startMissing();
    if (running().length !== before) changed();
  };

  wanted = options.instances ?? 1;
  while (machines.length < wanted) void start(0);

  return {
    executor: 'simulated',
    instances: () => running().length,
    callsAtOnce: () => running().length * callsAtOncePerInstance,
    scaleTo,
    onChange: (listener) => void listeners.push(listener),
    usage: () => {
      const load = Math.min(1, callsInFlight() / Math.max(1, running().length * callsAtOncePerInstance));
      return {
        cpu: IDLE_USAGE.cpu + (BUSY.cpu - IDLE_USAGE.cpu) * load,
        memory: IDLE_USAGE.memory + (BUSY.memory - IDLE_USAGE.memory) * load,
      };
    },
    machineHours: () => hoursOfEnded + machines.reduce((sum, machine) => sum + hoursOf(machine), 0),
    stop: () => {
      wanted = 0;
      while (machines.length > 0) end(machines[0] as Machine);
    },
  };
}
