import { seededRandom } from '@contentflow/kernel';
import type { Platform } from '@contentflow/nest-platform';
import { providerOf } from './sandbox-models.ts';

describe('the sandbox as a configured provider', () => {
  it('answers for the models configured, under its name', async () => {
    const platform = { random: seededRandom(1) } as unknown as Platform;
    const provider = providerOf(platform)({ name: 'play', kind: 'sandbox', models: ['swift-1'] });
    const gone = AbortSignal.abort();

    expect([provider.name, provider.simulated, provider.models]).toEqual(['play', true, ['swift-1']]);
    await expect(
      provider.generate({ model: 'swift-1', messages: [], maxOutputTokens: 10 }, gone),
    ).rejects.toMatchObject({ failure: 'cancelled' });
  });
});
