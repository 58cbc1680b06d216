import type { ShownIncident } from '@contentflow/contracts';
import { until } from '@contentflow/kernel/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { type ScriptedModelServer, startScriptedModelServer } from './e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from './testing/whole-system.ts';

/** A dollar for each call of a hundred tokens: output alone is paid for. */
const PRICED = { name: 'm', usdPerMillionInput: 0, usdPerMillionOutput: 10_000 };
const TOKENS = 100;

describe('a budget of the day', () => {
  let models: ScriptedModelServer;
  let system: TestedService;

  beforeAll(async () => {
    models = await startScriptedModelServer();
    models.follow(() => ({ tokensOut: TOKENS }));
    const budgets = { perDayUsd: 5.5, perCallerUsd: { '*': 1 } };
    system = await startWholeSystem(models, { budgets }, [PRICED]);
  });
  afterAll(async () => {
    await system?.close();
    await models?.close();
  });

  const chat = async (user?: string): Promise<number> => {
    const body = {
      model: 'm',
      max_tokens: TOKENS,
      messages: [{ role: 'user', content: 'hello' }],
      ...(user && { user }),
    };
    return (await system.answer('POST', '/v1/chat/completions', body)).status;
  };
  const incidents = async () => (await system.get<{ items: ShownIncident[] }>('/v1/incidents')).items;

  it('is an incident at 80 %, and another once a call is refused; callers that name themselves are none', async () => {
    for (const user of ['ada@example.org', undefined, undefined, undefined]) expect(await chat(user)).toBe(200);
    await system.platform.clock.sleep(11_000);
    expect(await incidents()).toEqual([]);
    expect(await chat()).toBe(200);
    const [nearly] = await until(incidents, ({ length }) => length === 1);
    expect(nearly).toMatchObject({
      severity: 'warning',
      cause: { kind: 'budget', of: 'day', percent: 80 },
      title: '80 % of the budget "day" are spent',
      why: expect.stringContaining('$5.00 of $5.50'),
    });
    expect(await chat()).toBe(429);
    const [whole, ...others] = await until(incidents, ({ length }) => length === 2);
    expect(whole).toMatchObject({ severity: 'critical', cause: { percent: 100 }, status: 'open' });
    expect(JSON.stringify([whole, ...others])).not.toContain('ada@');
  });
});
