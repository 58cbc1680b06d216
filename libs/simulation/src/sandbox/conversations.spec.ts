import { MINUTE_MS, SECOND_MS } from '@contentflow/kernel';
import { Conversations } from './conversations.ts';
import { readRequest } from './read-request.ts';

const read = (brief: string, system = 'Write well.') =>
  readRequest([
    { role: 'system', content: system },
    { role: 'user', content: `# Brief\nTopic: ${brief}` },
  ]);

describe('the calls of one content', () => {
  let conversations: Conversations;
  let now: number;
  beforeEach(() => {
    conversations = new Conversations();
    now = 0;
  });
  /** A call that is answered a second later. */
  const call = (
    step: string,
    {
      brief = 'tea',
      system = 'Write well.',
      model = 'large',
      body,
      builtOn = [],
      fails = false,
    }: { brief?: string; system?: string; model?: string; body?: string; builtOn?: string[]; fails?: boolean } = {},
  ) => {
    const conversation = conversations.of({ read: read(brief, system), step, model, body, builtOn }, now);
    now += SECOND_MS;
    if (fails) conversation.hasFailed = true;
    else conversation.finished.add(step);
    conversation.lastAt = now;
    return conversation.key;
  };
  const outline = { builtOn: ['draft'] };

  it('are linked by the brief, whoever of them is shown examples', () => {
    const first = call('outline', outline);
    expect(call('draft', { body: 'a', system: 'Write well.\n\n## Example\nBrief: x\nText: y' })).toBe(first);
    expect(call('title')).toBe(first);
    expect(call('outline', { ...outline, brief: 'coffee' })).not.toBe(first);
  });

  it('hold several drafts in the same words, and no second body in other words', () => {
    const first = call('draft', { body: 'a' });
    expect(call('draft', { body: 'a' })).toBe(first);
    expect(call('draft', { body: 'b' })).not.toBe(first);
  });

  it('hold drafts of another model where the first one failed, and no others', () => {
    const first = call('draft', { body: 'a' });
    expect(call('draft', { body: 'a', fails: true })).toBe(first);
    expect(call('draft', { body: 'a', model: 'small' })).toBe(first);
    expect(call('draft', { body: 'a' })).toBe(first);
    const other = call('draft', { body: 'a', brief: 'coffee' });
    expect(call('draft', { body: 'a', brief: 'coffee', model: 'small' })).not.toBe(other);
  });

  it('begin anew with what all else builds on, also where the content before did without it', () => {
    const without = call('draft', { body: 'a' });
    const next = call('outline', outline);
    expect(next).not.toBe(without);
    expect(call('draft', { body: 'b' })).toBe(next);
  });

  it('begin anew when a step comes again, and after a long silence', () => {
    const first = call('title');
    expect(call('title')).not.toBe(first);
    now += 11 * MINUTE_MS;
    expect(call('draft', { body: 'a' })).not.toBe(first);
  });
});
