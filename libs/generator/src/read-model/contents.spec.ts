import {
  BriefAccepted,
  ContentGenerated,
  GenerationClaimed,
  GenerationFailed,
  type ContentDocument,
} from '@contentflow/contracts';
import type { StoredEvent } from '@contentflow/kernel';
import { contents } from './contents.ts';

const brief = { contentType: 'email', topic: 'Tea' };
const usage = { tokensIn: 10, tokensOut: 5, calls: 1, cost: 0.01, timeMs: 900, waitMs: 0, cache: 'miss' };
const exposures = [{ experiment: 'e', variant: 'treatment', epoch: 0 }];
const assignment = { recipe: 'r1', holdback: false, exposures, withheld: [], improvements: [], ledgerPosition: 3 };
const made = {
  contentId: 'c',
  brief,
  unit: 'u',
  assignment,
  worker: 'w',
  acceptedAt: 5,
  calls: [],
  usage,
  simulated: true,
};

let offset = 0;
const event = (type: string, time: number, data: object): StoredEvent => ({
  id: `${offset}`,
  topic: 'contentflow.content',
  type,
  source: 'generator',
  subject: 'c',
  time,
  data,
  correlationId: 'c',
  partition: 0,
  offset: offset++,
});
const accepted = (more: object = {}) =>
  event(BriefAccepted.type, 5, { contentId: 'c', brief, unit: 'u', simulated: true, ...more });
const claimed = () => event(GenerationClaimed.type, 6, { contentId: 'c', worker: 'w', attempt: 1, leaseUntil: 99 });
const generated = (body = 'Tea is warm.') =>
  event(ContentGenerated.type, 9, { ...made, content: { title: 'Tea', body }, revised: true, belowThreshold: false });
const failed = () => event(GenerationFailed.type, 9, { ...made, failure: 'timeout', message: 'it took too long' });

const after = (...events: StoredEvent[]): ContentDocument | undefined =>
  events.reduce<ContentDocument | undefined>(
    (document, each) => contents.handlers.get(each.type)?.(document, each) ?? document,
    undefined,
  );

describe('a content item, as the API shows it', () => {
  it('is accepted, then generating, then generated', () => {
    expect(after(accepted())).toMatchObject({
      id: 'c',
      status: 'accepted',
      contentType: 'email',
      acceptedAt: 5,
      batchId: null,
      simulated: true,
    });
    expect(after(accepted(), claimed())?.status).toBe('generating');
    expect(after(accepted(), claimed(), generated())).toMatchObject({
      status: 'generated',
      content: { title: 'Tea', body: 'Tea is warm.' },
      usage,
      recipe: 'r1',
      exposures,
      revised: true,
      belowThreshold: false,
      acceptedAt: 5,
      endedAt: 9,
    });
  });

  it('says why it failed, and what it used nevertheless', () => {
    expect(after(accepted(), failed())).toMatchObject({
      status: 'failed',
      error: { failure: 'timeout', message: 'it took too long' },
      usage,
      endedAt: 9,
    });
  });

  it('is what the first completion made it, whatever comes later', () => {
    const first = after(accepted(), generated('first'));
    expect(after(accepted(), generated('first'), generated('second'), failed(), claimed(), accepted())).toEqual(first);
    expect(after(accepted(), failed(), generated())?.status).toBe('failed');
  });

  it('knows its place in a batch', () => {
    expect(after(accepted({ batch: { id: 'b', line: 4 } }))).toMatchObject({
      batch: { id: 'b', line: 4 },
      batchId: 'b',
    });
  });
});
