import { defaultPolicy, type MachineType } from '@contentflow/contracts';
import { MINUTE_MS } from '@contentflow/kernel';
import { bestAllocation, busyUsage, decideResources } from './resources.ts';

const small: MachineType = { name: 'small', cpu: 2, memoryMb: 2048, callsAtOnce: 20, usdPerHour: 0.08 };
const medium: MachineType = { name: 'medium', cpu: 4, memoryMb: 4096, callsAtOnce: 45, usdPerHour: 0.16 };
const types = [small, medium];
const policy = { ...defaultPolicy.scaling, machineTypes: types };
const usage = { cpu: 1, memoryMb: 500, callsAtOnce: 10 };

describe('resource allocation', () => {
  it('takes the cheapest machines that hold the work with a fifth to spare', () => {
    expect(bestAllocation(types, { ...usage, callsAtOnce: 16 }, 0.2)).toEqual({
      type: 'small',
      count: 1,
      usdPerHour: 0.08,
    });
    expect(bestAllocation(types, { ...usage, callsAtOnce: 17 }, 0.2)).toMatchObject({ usdPerHour: 0.16 });
  });

  it('takes fewer machines where the price is the same', () => {
    expect(bestAllocation(types, { ...usage, callsAtOnce: 37 }, 0.2)).toEqual({
      type: 'medium',
      count: 1,
      usdPerHour: 0.16,
    });
  });

  it('fits whatever is scarcest', () => {
    expect(bestAllocation([small], { ...usage, memoryMb: 4000 }, 0.2)?.count).toBe(3);
    expect(bestAllocation([small], { ...usage, cpu: 7 }, 0.2)?.count).toBe(5);
  });

  it('reconfigures when that saves money, and says how much', () => {
    const decision = decideResources({ type: 'small', instances: 3, usage: { ...usage, callsAtOnce: 37 } }, policy);
    expect(decision).toEqual({ to: 'medium', count: 1, savings: expect.closeTo(0.08) });
  });

  it('stays where it saves nothing, and where it is best already', () => {
    expect(
      decideResources({ type: 'small', instances: 2, usage: { ...usage, callsAtOnce: 37 } }, policy),
    ).toBeUndefined();
    expect(
      decideResources({ type: 'medium', instances: 3, usage: { ...usage, callsAtOnce: 70 } }, policy),
    ).toBeUndefined();
  });

  it('judges by the busy times of a day, once there is an hour of them', () => {
    const minute = (at: number, inFlight: number) => ({
      minute: at,
      accepted: 0,
      completed: 0,
      workerMs: MINUTE_MS,
      inFlightMs: inFlight * MINUTE_MS,
      capacityMs: 0,
      cpuMs: 0.5 * MINUTE_MS,
      memoryMs: 0.25 * MINUTE_MS,
      queueMs: 0,
      responseMs: 0,
    });
    const minutes = Array.from({ length: 100 }, (_, at) => minute(at, at));
    expect(busyUsage(minutes, small)).toEqual({ cpu: 1, memoryMb: 512, callsAtOnce: expect.closeTo(94.05) });
    expect(busyUsage(minutes.slice(0, 59), small)).toBeUndefined();
  });
});
