import { AutonomyPaused, AutonomyResumed, newEvent } from '@contentflow/contracts';
import type { NewEvent } from '@contentflow/kernel';
import { SystemStateReader } from './system-state-reader.ts';
import { startTestedService, SteppedClock, type TestedService } from './testing/tested-service.ts';

const said = { reason: 'it is said', by: 'ada' };
const paused = (id: string): NewEvent =>
  newEvent(AutonomyPaused, { subject: 'autonomy', time: 0, cause: { id }, data: said });
const resumed = (id: string): NewEvent =>
  newEvent(AutonomyResumed, { subject: 'autonomy', time: 0, cause: { id }, data: said });

describe('a decision that one has just taken', () => {
  let service: TestedService;
  let system: SystemStateReader;

  beforeEach(async () => {
    service = await startTestedService({ services: [], clock: new SteppedClock() });
    system = service.app.get(SystemStateReader);
  });
  afterEach(() => service.close());

  it('is in force once it has its place in the ledger', async () => {
    expect(await system.inLedger(await service.log.append([paused('first')]))).toBe(true);
    expect(system.current().autonomy.state).toBe('paused');
    expect(await system.inLedger(await service.log.append([resumed('then')]))).toBe(true);
    expect(system.current().autonomy.state).toBe('running');
  });

  it('is waited for once: said again, it stands there already', async () => {
    await system.inLedger(await service.log.append([paused('same')]));
    expect(await system.inLedger(await service.log.append([paused('same')]))).toBe(true);
  });

  it('is not waited for where nobody sequences it', async () => {
    const [stored] = await service.log.append([paused('known')]);
    expect(await system.inLedger([{ ...stored!, id: 'never sequenced' }], 0)).toBe(false);
  });

  it('is seen in the state as soon as the ledger says so', async () => {
    const isPaused = system.until(({ autonomy }) => autonomy.state === 'paused');
    await service.log.append([resumed('other'), paused('this')]);
    expect(await isPaused).toBe(true);
  });
});
