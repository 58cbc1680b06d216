import { type Assignment, type Call, ContentGenerated, GenerationFailed, Topic } from '@contentflow/contracts';
import { storedEvent, sampleAssignment, sampleCall, sampleGenerated } from '@contentflow/contracts/testing';
import { cacheScope } from '@contentflow/decisions';
import { partitionKey, type StoredEvent } from '@contentflow/kernel';
import type { EventSource } from './event-source.ts';
import { IsolationCheck } from './isolation.ts';

const assigned = (change: Partial<Assignment> = {}): Assignment => ({ ...sampleAssignment, ...change });
const inArm = (variant: 'control' | 'treatment', recipe = 'r'): Assignment =>
  assigned({ recipe, holdback: false, exposures: [{ experiment: 'x', variant, epoch: 0 }] });
const servedFrom = (madeFor: string, assignment: Assignment): Call => ({
  ...sampleCall,
  cache: 'exact',
  attempt: 0,
  servedFrom: { madeFor, scope: `${cacheScope(assignment)}#0` },
});
const generated = (contentId: string, assignment: Assignment, ...calls: Call[]): StoredEvent =>
  storedEvent(ContentGenerated, { ...sampleGenerated, contentId, assignment, calls });

async function differencesIn(...events: StoredEvent[]) {
  const stored = events.map((event, offset) => ({ ...event, partition: 0, offset, id: `event-${offset}` }));
  const source: EventSource = {
    ends: () => Promise.resolve({ [partitionKey(Topic.content, 0)]: stored.length }),
    async *read({ from, to }) {
      yield stored.slice(from, to);
    },
  };
  const check = new IsolationCheck();
  check.read(stored);
  return check.differences(source, await source.ends([Topic.content]));
}

describe('what an audit says of answers from the cache', () => {
  it('is nothing where each stayed in its arm', async () => {
    const treated = inArm('treatment');
    const found = await differencesIn(
      generated('a', treated, sampleCall),
      generated('b', treated, servedFrom('a', treated)),
      generated('c', inArm('control'), sampleCall),
    );
    expect(found).toEqual([]);
  });

  it('is where one was served in another scope than its own', async () => {
    const found = await differencesIn(
      generated('a', inArm('treatment'), sampleCall),
      generated('b', inArm('control'), servedFrom('a', inArm('treatment'))),
    );
    expect(found).toContainEqual({
      seq: null,
      eventId: 'event-1',
      field: 'data.calls.0.servedFrom.scope',
      expected: 'current/r/x:control',
      actual: 'current/r/x:treatment#0',
    });
  });

  it('is where the scope is right and the content that it was made for was in the other arm, however the two lie in the log', async () => {
    const control = inArm('control');
    const served = generated('b', control, servedFrom('a', control));
    const maker = generated('a', inArm('treatment'), sampleCall);
    for (const events of [
      [served, maker],
      [maker, served],
    ])
      expect(await differencesIn(...events)).toEqual([
        expect.objectContaining({
          field: 'data.calls.0.servedFrom.madeFor',
          expected: { experiment: 'x', variant: 'control' },
          actual: { experiment: 'x', variant: 'treatment' },
        }),
      ]);
  });

  it('is where the holdback and the rest answered each other', async () => {
    const held = assigned({ holdback: true, exposures: [] });
    const found = await differencesIn(
      generated('a', assigned({ holdback: false, exposures: [] }), sampleCall),
      generated('b', held, sampleCall, servedFrom('a', held)),
    );
    expect(found).toEqual([
      expect.objectContaining({ field: 'data.calls.1.servedFrom.madeFor', actual: { holdback: false } }),
    ]);
  });

  it('holds of what failed as of what was made', async () => {
    const { content: _content, ...rest } = sampleGenerated;
    const failed = storedEvent(GenerationFailed, {
      ...rest,
      contentId: 'b',
      assignment: inArm('control'),
      calls: [servedFrom('a', inArm('treatment'))],
      failure: 'timeout',
      message: '',
    });
    expect(await differencesIn(failed)).toHaveLength(1);
  });

  it('does not take a recipe that moved on between two attempts for a leak', async () => {
    const served = inArm('control', 'r1');
    expect(
      await differencesIn(
        generated('b', served, servedFrom('a', served)),
        generated('a', inArm('control', 'r2'), sampleCall),
      ),
    ).toEqual([]);
  });

  it('passes by what was not written down, and what is no result', async () => {
    const { servedFrom: _from, ...before } = servedFrom('a', inArm('control'));
    const broken = { ...generated('c', inArm('control')), data: { calls: [{ servedFrom: 7 }, null] } };
    expect(await differencesIn(generated('b', inArm('treatment'), before), broken)).toEqual([]);
  });
});
