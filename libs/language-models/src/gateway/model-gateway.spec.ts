import { seededRandom } from '@contentflow/kernel';
import { ProviderError } from '../model-provider.ts';
import { priceTable } from '../prices/price-table.ts';
import { type ScriptedProvider, scriptedProvider, type Step } from '../testing/scripted-provider.ts';
import { type VirtualClock, virtualClock } from '../testing/virtual-clock.ts';
import { GatewayFailure, type GatewayEvent, type GatewayReply, type GatewayRequest } from './gateway-call.ts';
import { createModelGateway, type ModelGateway, type ModelGatewayOptions } from './model-gateway.ts';

const request: GatewayRequest = { model: 'm', messages: [{ role: 'user', content: 'hello' }], maxOutputTokens: 100 };
const prices = priceTable([
  { name: 'p', kind: 'openai-compatible', models: [{ name: 'm', usdPerMillionInput: 1, usdPerMillionOutput: 10 }] },
  {
    name: 'q',
    kind: 'openai-compatible',
    models: [{ name: 'm', usdPerMillionInput: 2, usdPerMillionOutput: 20 }, 'n'],
  },
]);

let clock: VirtualClock;
let events: GatewayEvent[];
beforeEach(() => {
  clock = virtualClock();
  events = [];
});

const provider = (script: Step[], name = 'p', models = ['m']): ScriptedProvider =>
  scriptedProvider(clock, script, { name, models });

function gatewayOf(providers: ScriptedProvider[], options: Partial<ModelGatewayOptions> = {}): ModelGateway {
  const onEvent = (event: GatewayEvent) => void events.push(event);
  return createModelGateway({ providers, clock, random: seededRandom(1), prices, onEvent, ...options });
}

async function failureOf(call: Promise<GatewayReply>): Promise<GatewayFailure> {
  const error: unknown = await clock.run(call).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(GatewayFailure);
  return error as GatewayFailure;
}

const outcomes = ({ calls }: { calls: readonly { provider: string; outcome: string }[] }): string[] =>
  calls.map((call) => `${call.provider} ${call.outcome}`);

describe('a call through the gateway', () => {
  it('comes back with the reply and a record of the call', async () => {
    const reply = await clock.run(gatewayOf([provider([{ afterMs: 300 }])]).generate(request));
    expect(reply).toMatchObject({ text: 'fine', provider: 'p', model: 'm', cache: 'off', simulated: false });
    expect(reply.calls).toEqual([
      {
        provider: 'p',
        model: 'm',
        attempt: 1,
        tokensIn: 10,
        tokensOut: 5,
        cost: 60e-6,
        timeToFirstTokenMs: 300,
        timeMs: 300,
        waitMs: 0,
        outcome: 'ok',
        cache: 'off',
        simulated: false,
      },
    ]);
    expect(reply.cost).toBeCloseTo(60e-6);
  });

  it('is tried again after failures that may pass, and every call is on record', async () => {
    const reply = await clock.run(
      gatewayOf([provider([{ fail: 'server_error' }, { fail: 'connection' }, {}])]).generate(request),
    );
    expect(outcomes(reply)).toEqual(['p server_error', 'p connection', 'p ok']);
    expect(reply.calls.map((call) => call.attempt)).toEqual([1, 2, 3]);
  });

  it('waits as long as the server asks', async () => {
    const busy = provider([{ fail: 'rate_limited', retryAfterMs: 7000 }, {}]);
    const startedAt = clock.now();
    await clock.run(gatewayOf([busy]).generate(request));
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(7000);
    expect(clock.now() - startedAt).toBeLessThan(9000);
    expect(events).toEqual([expect.objectContaining({ type: 'target_paused', until: startedAt + 7000 })]);
  });

  it('leaves a server alone that asked another request to wait', async () => {
    const busy = provider([{ fail: 'rate_limited', retryAfterMs: 7000 }, {}]);
    const gateway = gatewayOf([busy]);
    const first = gateway.generate(request);
    await clock.run(clock.sleep(1000));
    const startedAt = clock.now();
    await clock.run(Promise.all([first, gateway.generate(request)]));
    expect(busy.received.length).toBe(3);
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(6000);
  });

  it('gives up when the server wants more time than there is', async () => {
    const busy = provider([{ fail: 'rate_limited', retryAfterMs: 60_000 }]);
    const startedAt = clock.now();
    const failure = await failureOf(gatewayOf([busy]).generate({ ...request, deadlineMs: 10_000 }));
    expect(failure).toMatchObject({ failure: 'rate_limited', retryAfterMs: 60_000 });
    expect(clock.now() - startedAt).toBeLessThan(10_000);
  });

  it.each(['bad_request', 'authentication', 'unknown_model', 'content_filter'] as const)(
    'is not tried again after %s',
    async (fail) => {
      const failing = provider([{ fail }]);
      expect((await failureOf(gatewayOf([failing]).generate(request))).failure).toBe(fail);
      expect(failing.received.length).toBe(1);
    },
  );

  it('ends within its time-out though the provider ignores it, and within its deadline whatever happens', async () => {
    const startedAt = clock.now();
    const failure = await failureOf(
      gatewayOf([provider([{ hang: true }])]).generate({ ...request, timeoutMs: 8000, deadlineMs: 20_000 }),
    );
    expect(failure.failure).toBe('timeout');
    expect(failure.calls.length).toBe(3);
    expect(clock.now() - startedAt).toBeLessThanOrEqual(20_000);
  });

  it('is cancelled by its caller, also while it waits for its next attempt', async () => {
    const controller = new AbortController();
    const failing = provider([{ fail: 'server_error' }]);
    const call = gatewayOf([failing], {
      policy: { retry: { attemptsPerTarget: 9, baseMs: 60_000, maxMs: 60_000 } },
    }).generate(request, controller.signal);
    setImmediate(() => controller.abort());
    expect((await failureOf(call)).failure).toBe('cancelled');
    expect(failing.received.length).toBe(1);
  });

  it('says who answers for what when nobody answers for the model', async () => {
    const failure = await failureOf(gatewayOf([provider([{}])]).generate({ ...request, model: 'x' }));
    expect(failure.message).toBe('no provider answers for "x"; there are: m');
  });

  it('goes to the provider that the model name begins with', async () => {
    const gateway = gatewayOf([provider([{}]), provider([{}], 'q')]);
    expect((await clock.run(gateway.generate({ ...request, model: 'q/m' }))).provider).toBe('q');
  });

  it('marks a cost that rests on no known price', async () => {
    const reply = await clock.run(gatewayOf([provider([{}], 'q', ['n'])]).generate({ ...request, model: 'n' }));
    expect(reply.calls[0]).toMatchObject({ priceUnknown: true });
    expect(reply.cost).toBeGreaterThan(0);
  });
});

describe('fallbacks', () => {
  it('go to the next provider of the same model, then to the next model', async () => {
    const down = provider([{ fail: 'authentication' }]);
    const alsoDown = provider([{ fail: 'server_error' }], 'q');
    const other = provider([{}], 'r', ['n']);
    const reply = await clock.run(gatewayOf([down, alsoDown, other]).generate({ ...request, fallbacks: ['n'] }));
    expect(outcomes(reply)).toEqual(['p authentication', 'q server_error', 'q server_error', 'q server_error', 'r ok']);
    expect(other.received[0]?.model).toBe('n');
  });

  it('are not waited for when the preferred target asks for minutes', async () => {
    const busy = provider([{ fail: 'rate_limited', retryAfterMs: 60_000 }]);
    const startedAt = clock.now();
    const gateway = gatewayOf([busy, provider([{}], 'q')]);
    expect(outcomes(await clock.run(gateway.generate(request)))).toEqual(['p rate_limited', 'q ok']);
    expect(outcomes(await clock.run(gateway.generate(request)))).toEqual(['q ok']);
    expect(clock.now() - startedAt).toBeLessThan(1000);
  });
});

describe('what the gateway does where a call does not say', () => {
  it('falls back as configured for the model, or for any that is not named', async () => {
    const policy = { fallbacks: { m: ['n'], '*': ['o'] } };
    const down = provider([{ fail: 'authentication' }], 'p', ['m', 'k']);
    const gateway = gatewayOf([down, provider([{}], 'r', ['n']), provider([{}], 's', ['o'])], { policy });
    expect((await clock.run(gateway.generate(request))).model).toBe('n');
    expect((await clock.run(gateway.generate({ ...request, model: 'k' }))).model).toBe('o');
    expect((await failureOf(gateway.generate({ ...request, fallbacks: [] }))).failure).toBe('authentication');
  });

  it('hedges after the configured time', async () => {
    const gateway = gatewayOf([provider([{ afterMs: 10_000 }]), provider([{ afterMs: 100 }], 'q')], {
      policy: { hedgeAfterMs: 1000 },
    });
    expect(outcomes(await clock.run(gateway.generate(request)))).toEqual(['q ok', 'p cancelled']);
  });

  it('keeps to the configured time-out, deadline and attempts', async () => {
    const startedAt = clock.now();
    const retry = { attemptsPerTarget: 2, baseMs: 1, maxMs: 1 };
    const hanging = provider([{ hang: true }]);
    await failureOf(gatewayOf([hanging], { policy: { timeoutMs: 4000, retry } }).generate(request));
    expect(hanging.received.length).toBe(2);
    expect(clock.now() - startedAt).toBeLessThan(8100);
    await failureOf(gatewayOf([provider([{ hang: true }])], { policy: { deadlineMs: 3000 } }).generate(request));
    expect(clock.now() - startedAt).toBeLessThan(11_200);
  });
});

describe('the circuit breaker of a target', () => {
  const once = { policy: { retry: { attemptsPerTarget: 1, baseMs: 1, maxMs: 1 } } };

  it('truly skips a dead target, probes it, and reports each change', async () => {
    const script = [...Array<Step>(6).fill({ fail: 'server_error' }), {}];
    const failing = provider(script);
    const gateway = gatewayOf([failing, provider([{}], 'q')], once);
    for (let i = 0; i < 20; i++) await clock.run(gateway.generate(request));
    expect(failing.received.length).toBe(5);

    await clock.run(clock.sleep(10_000));
    await clock.run(gateway.generate(request));
    expect(failing.received.length).toBe(6);
    await clock.run(clock.sleep(20_000));
    expect((await clock.run(gateway.generate(request))).provider).toBe('p');
    expect(events.map((event) => event.type === 'breaker_changed' && `${event.from} → ${event.to}`)).toEqual([
      'closed → open',
      'open → half_open',
      'half_open → open',
      'open → half_open',
      'half_open → closed',
    ]);
    expect(events[0]).toMatchObject({ failures: 5, reason: 'scripted server_error', retryAt: expect.any(Number) });
  });

  it('sends one probe among many calls', async () => {
    const script = [...Array<Step>(5).fill({ fail: 'server_error' }), { afterMs: 500 }];
    const failing = provider(script);
    const gateway = gatewayOf([failing, provider([{}], 'q')], once);
    for (let i = 0; i < 5; i++) await clock.run(gateway.generate(request));
    await clock.run(clock.sleep(10_000));
    await clock.run(Promise.all(Array.from({ length: 30 }, () => gateway.generate(request))));
    expect(failing.received.length).toBe(6);
  });

  it('fails at once, with when to come back, where there is no other target', async () => {
    const gateway = gatewayOf([provider([{ fail: 'server_error' }])], once);
    for (let i = 0; i < 5; i++) await failureOf(gateway.generate(request));
    const failure = await failureOf(gateway.generate(request));
    expect(failure).toMatchObject({ failure: 'circuit_open', retryAfterMs: 10_000 });
  });

  it('is not opened by a caller in a hurry', async () => {
    const slow = provider([{ afterMs: 1000 }]);
    const gateway = gatewayOf([slow], once);
    for (let i = 0; i < 20; i++) await failureOf(gateway.generate({ ...request, deadlineMs: 10 }));
    expect((await clock.run(gateway.generate(request))).text).toBe('fine');
  });

  it('is tripped and reset by hand', async () => {
    const drained = provider([{}]);
    const gateway = gatewayOf([drained, provider([{}], 'q')]);
    gateway.trip('p', undefined, 60_000, 'its quota runs out');
    expect((await clock.run(gateway.generate(request))).provider).toBe('q');
    expect(gateway.targets()[0]).toMatchObject({ provider: 'p', breaker: 'open' });
    gateway.reset('p', 'm', 'the quota was raised');
    expect((await clock.run(gateway.generate(request))).provider).toBe('p');
    expect(events).toMatchObject([{ reason: 'its quota runs out' }, { reason: 'the quota was raised' }]);
  });
});

describe('limits of a provider', () => {
  const many = (gateway: ModelGateway, n: number) =>
    clock.run(Promise.all(Array.from({ length: n }, () => gateway.generate(request))));

  it('never has more calls under way than it takes, and tells the wait apart from the call', async () => {
    const narrow = provider([{ afterMs: 1000 }]);
    const replies = await many(gatewayOf([narrow], { limits: { p: { concurrency: 4 } } }), 12);
    expect(narrow.peak).toBe(4);
    expect(replies.map(({ calls }) => calls[0]?.waitMs)).toEqual(
      [0, 1000, 2000].flatMap((ms) => Array<number>(4).fill(ms)),
    );
    expect(replies.every(({ calls }) => calls[0]?.timeMs === 1000)).toBe(true);
  });

  it('keeps to requests per minute', async () => {
    const startedAt = clock.now();
    await many(gatewayOf([provider([{}])], { limits: { p: { requestsPerMinute: 60 } } }), 70);
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(59_000);
    expect(clock.now() - startedAt).toBeLessThan(62_000);
  });

  it('keeps to tokens per minute as they were used', async () => {
    const startedAt = clock.now();
    // Fifteen tokens a call, though it might have used more than a hundred.
    await many(gatewayOf([provider([{}])], { limits: { p: { tokensPerMinute: 1200 } } }), 100);
    expect(clock.now() - startedAt).toBeGreaterThan(60_000);
    expect(clock.now() - startedAt).toBeLessThan(90_000);
  });

  it('halves the calls at once when the server throttles, and grows them again as it answers', async () => {
    const busy = provider([...Array<Step>(8).fill({ afterMs: 1000, fail: 'rate_limited' }), { afterMs: 1000 }]);
    const gateway = gatewayOf([busy]);
    const first = Array.from({ length: 8 }, () => gateway.generate(request));
    await clock.run(clock.sleep(1001));
    // Refused as one, they halve it once.
    expect(gateway.targets()[0]?.atOnce).toBe(4);
    await clock.run(Promise.all(first));
    expect(busy.peak).toBe(8);
    await many(gateway, 80);
    expect(gateway.targets()[0]?.atOnce).toBeGreaterThan(7);
  });

  it('takes a refusal now and then for what it is', async () => {
    const refusing = [...Array<Step>(29).fill({ afterMs: 1000 }), { afterMs: 1000, fail: 'rate_limited' as const }];
    const gateway = gatewayOf([provider(Array.from({ length: 20 }, () => refusing).flat())]);
    await many(gateway, 500);
    expect(gateway.targets()[0]?.atOnce).toBe(Number.POSITIVE_INFINITY);
  });

  it('asks for little more at once than the server takes', async () => {
    let underWay = 0;
    let refused = 0;
    const narrow = provider([{}]);
    // Takes five at once, and refuses what is beyond.
    const generate: typeof narrow.generate = async (asked, signal) => {
      const isBeyond = ++underWay > 5;
      try {
        await clock.sleep(1000, signal);
        if (isBeyond) refused++;
        if (isBeyond) throw new ProviderError('rate_limited', 'too many');
        return await narrow.generate(asked, signal);
      } finally {
        underWay--;
      }
    };
    const retry = { attemptsPerTarget: 20, baseMs: 500, maxMs: 2000 };
    await many(gatewayOf([{ ...narrow, generate }], { policy: { retry }, limits: { p: { concurrency: 16 } } }), 200);
    // Without learning, some were refused twenty times and failed.
    expect(refused).toBeLessThan(100);
  });

  it('gives a place up when its caller leaves the queue', async () => {
    const narrow = provider([{ afterMs: 1000 }]);
    const gateway = gatewayOf([narrow], { limits: { p: { concurrency: 1 } } });
    const controller = new AbortController();
    const calls = [gateway.generate(request), gateway.generate(request, controller.signal), gateway.generate(request)];
    calls[1]?.catch(() => undefined);
    setImmediate(() => controller.abort());
    const ended = await clock.run(Promise.allSettled(calls));
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(narrow.received.length).toBe(2);
    expect(gateway.targets()[0]).toMatchObject({ inFlight: 0, queued: 0 });
  });

  it('ends the wait for a place at the deadline, and loses no place by it', async () => {
    const narrow = provider([{ afterMs: 5000 }]);
    const gateway = gatewayOf([narrow], { limits: { p: { concurrency: 1 } } });
    const first = gateway.generate(request);
    expect((await failureOf(gateway.generate({ ...request, deadlineMs: 1000 }))).failure).toBe('timeout');
    await clock.run(first);
    expect(gateway.targets()[0]).toMatchObject({ inFlight: 0, queued: 0, breaker: 'closed' });
    expect((await clock.run(gateway.generate(request))).text).toBe('fine');
  });
});

describe('a hedged call', () => {
  it('starts a second call when the first is slow, and takes the first answer', async () => {
    const slow = provider([{ afterMs: 10_000 }]);
    const fast = provider([{ afterMs: 100, text: 'quick' }], 'q');
    const reply = await clock.run(gatewayOf([slow, fast]).generate({ ...request, hedgeAfterMs: 1000 }));
    expect(reply).toMatchObject({ text: 'quick', provider: 'q' });
    expect(outcomes(reply)).toEqual(['q ok', 'p cancelled']);
    expect(reply.calls.every((call) => call.hedged)).toBe(true);
    expect(reply.cost).toBeGreaterThan(reply.calls[0]?.cost ?? 0);
  });

  it('starts no second call when the first is quick, or fails', async () => {
    const other = provider([{}], 'q');
    const quick = gatewayOf([provider([{ afterMs: 500 }]), other]);
    await clock.run(quick.generate({ ...request, hedgeAfterMs: 1000 }));
    expect(other.received.length).toBe(0);
  });
});

describe('a streamed reply that breaks off', () => {
  const broken: Step[] = [{ pieces: ['Once upon'], fail: 'connection' }, { pieces: ['Once ', 'more'] }];

  it('is begun again where its reader can drop what it was told', async () => {
    let reported = '';
    const gateway = gatewayOf([provider(broken)]);
    await clock.run(
      gateway.generate({ ...request, onText: (piece) => (reported += piece), onRestart: () => (reported = '') }),
    );
    expect(reported).toBe('Once more');
  });

  it('is a failure where its reader cannot', async () => {
    const gateway = gatewayOf([provider(broken)]);
    expect((await failureOf(gateway.generate({ ...request, onText: () => undefined }))).failure).toBe('connection');
  });
});
