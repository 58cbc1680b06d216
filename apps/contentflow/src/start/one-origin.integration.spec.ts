import { BriefAccepted, newEvent } from '@contentflow/contracts';
import { parseConfiguration } from '@contentflow/nest-platform';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from './open-engine.ts';

const model = { kind: 'openai-compatible', name: 'real', baseUrl: 'http://127.0.0.1:9/v1', models: ['m'] };
const sandbox = { kind: 'sandbox', name: 'play', models: ['swift-1'] };

describe('a data folder, opened by a configuration', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'contentflow-origin-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (provider: object) =>
    openEngine({ kind: 'embedded', folder }, parseConfiguration({ providers: [provider] }, 'a file'));
  /** As many briefs as any partition may begin with. */
  async function begun(simulated: boolean): Promise<void> {
    const platform = await open(simulated ? sandbox : model);
    const briefs = [...Array(3).keys()].map((n) =>
      newEvent(BriefAccepted, {
        subject: `content-${n}`,
        time: 1,
        cause: { id: `cause-${n}` },
        data: {
          contentId: `content-${n}`,
          brief: { contentType: 'email', topic: 'Tea' } as never,
          unit: 'u',
          simulated,
        },
      }),
    );
    await platform.log.append(briefs);
    await platform.close();
  }

  it.each([
    ['models', 'what the sandbox simulated', true, model],
    ['the sandbox', 'what models made', false, sandbox],
  ])('is refused to %s where it holds %s', async (_providers, holds, simulated, other) => {
    await begun(simulated);
    const refused = open(other);
    await expect(refused).rejects.toMatchObject({ code: 'configuration' });
    await expect(refused).rejects.toThrow(holds);
    await expect(refused).rejects.toThrow('--data DIR');
  });

  it.each([
    ['models', false, model],
    ['the sandbox', true, sandbox],
  ])('goes on with %s, and lets go of the folder after a refusal', async (_providers, simulated, same) => {
    await begun(simulated);
    await expect(open(simulated ? model : sandbox)).rejects.toThrow('providers');
    const again = await open(same);
    expect(again.simulated).toBe(simulated);
    await again.close();
  });

  it('takes either where nothing was made', async () => {
    for (const provider of [sandbox, model]) await (await open(provider)).close();
  });
});
