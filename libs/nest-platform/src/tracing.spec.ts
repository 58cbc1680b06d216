import { systemClock, seededRandom } from '@contentflow/kernel';
import { createModelGateway, type ModelProvider, priceTable } from '@contentflow/language-models';
import { observedGateway } from './tracing.ts';

describe('an observed gateway', () => {
  const reply = {
    text: 'Hello',
    tokensIn: 1,
    tokensOut: 1,
    timeToFirstTokenMs: 1,
    timeMs: 1,
    finishReason: 'stop',
  } as const;
  let isClosed = false;
  const provider: ModelProvider = {
    name: 'one',
    kind: 'ollama',
    simulated: false,
    models: ['small'],
    generate: async () => reply,
    close: async () => void (isClosed = true),
  };

  it('does all that the gateway does', async () => {
    const gateway = observedGateway(
      createModelGateway({
        providers: [provider],
        clock: systemClock,
        random: seededRandom(1),
        prices: priceTable([]),
      }),
    );
    const breakers = (): string[] => gateway.targets().map(({ breaker }) => breaker);

    expect(gateway.models).toEqual(['small']);
    expect(await gateway.generate({ model: 'small', messages: [], maxOutputTokens: 5 })).toMatchObject({
      text: 'Hello',
    });
    gateway.trip('one', undefined, 1000, 'a person said so');
    expect(breakers()).toEqual(['open']);
    gateway.reset('one', 'small', 'all is well');
    expect(breakers()).toEqual(['closed']);
    await gateway.close();
    expect(isClosed).toBe(true);
  });
});
