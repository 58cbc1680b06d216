import { DecisionSequenced, ScalingDecided, topics } from '@contentflow/contracts';
import { openEmbeddedLog } from '@contentflow/event-log';
import { type NewEvent, systemClock } from '@contentflow/kernel';
import { notesOnPrices, stateIn } from './startup-notes.ts';

describe('the state of a log that somebody wrote into', () => {
  const entry = (seq: number, decision: unknown): NewEvent => ({
    id: `entry-${seq}`,
    topic: DecisionSequenced.topic,
    type: DecisionSequenced.type,
    source: 'ledger',
    subject: 'ledger',
    time: seq,
    correlationId: 'c',
    data: { seq, previousHash: '', hash: '', hashVersion: 2, decision },
  });
  const { type } = ScalingDecided;
  const decision = { id: 'd', type, source: 'scaler', subject: 's', time: 1, data: {}, correlationId: 'c' };

  it.each<[string, unknown]>([
    ['no decision', null],
    ['one without a type', { id: 'd' }],
    ['one that its contract refuses', decision],
    ['one that says nothing', { ...decision, data: null }],
  ])('passes by an entry with %s', async (_, forged) => {
    const log = await openEmbeddedLog({ file: ':memory:', topics, clock: systemClock, writer: 'inline' });
    await log.append([
      entry(0, forged),
      { ...entry(1, forged), type: 'contentflow.somebody.unknown.v1', data: null },
      entry(2, { ...decision, type: 'contentflow.somebody.unknown.v1' }),
    ]);
    expect(await stateIn(log)).toMatchObject({ position: 3 });
    await log.close();
  });
});

describe('models without a price', () => {
  it('are named, since what they cost is an estimate; others are not', () => {
    const providers = [
      {
        name: 'own',
        kind: 'openai-compatible',
        models: ['house-model', { name: 'priced', usdPerMillionInput: 1 }, '*'],
      },
      { name: 'near', kind: 'ollama', models: ['llama3.2'] },
    ] as never;
    expect(notesOnPrices({ providers })).toEqual([
      expect.stringMatching(/^no price is known of house-model: what it costs is an estimate, at \$30 and \$150/),
    ]);
    expect(notesOnPrices({ providers: [] })).toEqual([]);
  });
});
