import { BriefAccepted, type EventData, FeedbackReceived, GenerationFailed, newEvent } from '@contentflow/contracts';
import { sampleAssignment, sampleGenerated } from '@contentflow/contracts/testing';
import type { NewEvent } from '@contentflow/kernel';
import { openEmbeddedPlatform } from '@contentflow/nest-platform';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Inspected, openBriefsOf, violationsOf } from './invariants.ts';
import type { Keyed } from './requests.ts';

describe('what the fault runner looks for', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'contentflow-invariants-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const inspected = (paid = 0): Inspected => ({
    data: folder,
    options: { budgetUsd: 1, models: { paid } },
    platform: () => openEmbeddedPlatform(folder, 2_000),
  });
  const key = (kind: Keyed['kind'], id: string): Keyed => ({
    kind,
    key: id,
    path: '',
    body: {},
    id,
    contents: kind === 'content' ? [id] : [],
  });
  async function happened(...events: NewEvent[]): Promise<void> {
    const platform = await inspected().platform();
    await platform.log.append(events);
    await platform.close();
  }
  const brief = { contentType: 'ad_copy', topic: 't' } as EventData<typeof BriefAccepted>['brief'];
  const accepted = (contentId: string, cause = contentId) =>
    newEvent(BriefAccepted, {
      subject: contentId,
      data: { contentId, brief, unit: 'u', simulated: false },
      time: 0,
      cause: { id: cause },
    });
  const failed = (contentId: string, cause = contentId) =>
    ({
      ...accepted(contentId, `failed ${cause}`),
      type: GenerationFailed.type,
      data: { ...sampleGenerated, contentId, failure: 'timeout', message: 'too late' },
    }) as NewEvent;
  const about = {
    contentId: 'c',
    contentType: 'ad_copy',
    unit: 'u',
    assignment: sampleAssignment,
    rater: null,
    simulated: false,
  };
  const rated = (command: string, index: string) =>
    ({
      ...accepted('c', `${command} ${index}`),
      topic: FeedbackReceived.topic,
      type: FeedbackReceived.type,
      causationId: command,
      data: { ...about, rating: 3, aspects: [], quality: null, words: 1 },
    }) as NewEvent;

  it('is nothing where each key counts once and each brief ends once, though events come twice with one id', async () => {
    await happened(accepted('a'), accepted('a'), failed('a'), failed('a'));
    expect(await violationsOf(inspected(), [key('content', 'a')], [])).toEqual([]);
  });

  it.each<[string, NewEvent[], Keyed[], string]>([
    ['a brief that was lost', [], [key('content', 'a')], 'accepted: a counts 0 times'],
    ['a brief that never ends', [accepted('a')], [key('content', 'a')], 'ended: a counts 0 times'],
    [
      'a brief that ends twice',
      [accepted('a'), failed('a'), failed('a', 'again')],
      [key('content', 'a')],
      'ended: a counts 2 times',
    ],
    [
      'a brief that is accepted twice',
      [accepted('a'), accepted('a', 'again'), failed('a')],
      [key('content', 'a')],
      'accepted: a counts 2 times',
    ],
    ['a brief that nobody sent', [accepted('a'), failed('a')], [], 'accepted: a is there and nobody asked for it'],
    [
      'feedback that counts twice',
      [rated('f', '1'), rated('f', '2')],
      [key('feedback', 'f')],
      'feedback: f counts 2 times',
    ],
  ])('is %s', async (_what, events, sent, sentence) => {
    await happened(...events);
    expect(await violationsOf(inspected(), sent, [])).toContain(sentence);
  });

  it('is money that was paid beyond the budget, whatever the books say', async () => {
    await happened();
    expect(await violationsOf(inspected(1.5), [], [])).toEqual(['budget: 1.5 of 1 USD were paid']);
  });

  it('is a brief that is still open', async () => {
    await happened(accepted('a'), accepted('b'), failed('a'));
    const platform = await inspected().platform();
    expect(await openBriefsOf(platform)).toEqual(['b']);
    await platform.close();
  });
});
