import { SubjectForgotten, Topic } from '@contentflow/contracts';
import { DAY_MS, HOUR_MS } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { PersonalData } from '@contentflow/nest-platform';
import { START_MS, startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { LedgerModule } from './index.ts';

describe('what is held of persons, by a policy that keeps it for a while', () => {
  let clock: SteppedClock;
  let service: TestedService;
  let personal: PersonalData;

  beforeEach(async () => {
    clock = new SteppedClock();
    service = await startTestedService({ services: [LedgerModule], clock, hasLedger: true });
    personal = service.app.get(PersonalData);
  });
  afterEach(() => service.close());

  const keepFor = async (retentionDays: number | null): Promise<void> => {
    const headers = { 'content-type': 'application/merge-patch+json', 'x-operator': 'ada' };
    expect(await service.answer('PATCH', '/v1/policy', { personalData: { retentionDays } }, headers)).toMatchObject({
      status: 200,
    });
    await service.settled();
  };
  const passed = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await service.settled();
  };
  const known = async (): Promise<string[]> => {
    const names = ['ann', 'bob'];
    const found = await Promise.all(names.map((name) => personal.known(name)));
    return names.filter((_, index) => found[index] !== undefined);
  };

  it('goes when they were not heard for so long, and not an hour earlier; the log says why', async () => {
    // Given Ann, who was heard on Monday, and Bob, who was heard again on Wednesday
    const ann = await personal.pseudonymOf('ann', START_MS + HOUR_MS);
    await personal.pseudonymOf('bob', START_MS + HOUR_MS);
    await personal.pseudonymOf('bob', START_MS + 2 * DAY_MS);
    await keepFor(3);
    // When it is still Wednesday, then both are known
    await passed(3 * DAY_MS - HOUR_MS);
    expect(await known()).toEqual(['ann', 'bob']);
    // When three days have passed since, then Ann is nobody
    await passed(HOUR_MS);
    await until(async () => (await known()).join() === 'bob');
    expect((await service.events(Topic.access)).map(({ type, data }) => ({ type, data }))).toEqual([
      { type: SubjectForgotten.type, data: { subject: ann, why: 'retention', by: 'system' } },
    ]);
    await passed(2 * DAY_MS);
    await until(async () => (await known()).length === 0);
  });

  it('stays where the policy names no end', async () => {
    await personal.pseudonymOf('ann', START_MS);
    await passed(1000 * DAY_MS);
    expect(await known()).toEqual(['ann']);
    await keepFor(2);
    await passed(HOUR_MS);
    await until(async () => (await known()).length === 0);
  });
});
