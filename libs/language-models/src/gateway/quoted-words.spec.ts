import { type AnsweringServer, gatewayTo, json, startAnsweringServer } from '../testing/answering-server.ts';
import { GatewayFailure } from './gateway-call.ts';

const QUOTED = 'Dear Ada Lovelace of 12 St James Square';

let server: AnsweringServer;
beforeAll(async () => (server = await startAnsweringServer()));
afterAll(() => server.close());

it.each([
  [
    'in its message',
    json({ error: { message: `cannot say "${QUOTED}"`, code: 'engine_failed' } }, 500),
    /p answered 500$/,
  ],
  ['as a text', json(QUOTED, 503), /503/],
  ['where its code should be', json({ error: { message: 'no', code: QUOTED } }, 500), /500/],
  ['in an answer that says it is well', json({ error: { message: QUOTED, status: 503 } }), /reported/],
])(
  'what a server quotes of a caller %s reaches that caller alone: no event, and nobody else',
  async (_, answer, known) => {
    server.answers(answer);
    const { ask, events } = gatewayTo({ kind: 'openai-compatible', baseUrl: `${server.origin}/v1` });
    const failures: GatewayFailure[] = [];
    for (let call = 0; call < 4; call++) failures.push((await ask()) as GatewayFailure);
    const [own] = failures;
    const others = failures.at(-1);
    expect(own).toBeInstanceOf(GatewayFailure);
    expect(`${own?.message} ${JSON.stringify(own?.refusal ?? {})}`).toContain(QUOTED);
    expect(others).toMatchObject({ failure: 'circuit_open', detail: { after: expect.stringMatching(known) } });
    expect(JSON.stringify([others?.message, others?.detail, others?.calls])).not.toContain('Ada');
    expect(events).toMatchObject([{ type: 'breaker_changed', to: 'open', reason: expect.stringMatching(known) }]);
    expect(JSON.stringify(events)).not.toContain('Ada');
  },
);
