import { HOUR_MS, MINUTE_MS } from '@contentflow/kernel';
import {
  type ChannelRules,
  idOf,
  messagesDue,
  type Notice,
  type Outcome,
  type Told,
  type ToldIncident,
} from './due-notifications.ts';

const NOW = 1000 * HOUR_MS;
const incident = (id: string, over: Partial<ToldIncident> = {}): ToldIncident => ({
  id,
  cause: { kind: 'model', of: 'm' },
  severity: 'warning',
  openedAt: NOW,
  resolvedAt: null,
  alerts: [],
  count: 1,
  ...over,
});
const channel = (over: Partial<ChannelRules> = {}): ChannelRules => ({
  name: 'team',
  least: 'warning',
  whenOver: false,
  ...over,
});
const outcome = (over: Partial<Outcome> = {}): Outcome => ({
  at: NOW,
  channel: 'team',
  messageId: 'm1',
  attempts: 1,
  isSent: true,
  retryAt: null,
  reason: null,
  ...over,
});
const told = (incidents: readonly ToldIncident[], outcomes: Record<string, Outcome> = {}): Told[] => [
  { incidents: new Map(incidents.map((each) => [each.id, each])), outcomes: new Map(Object.entries(outcomes)) },
];
const never = (_at: number): boolean => false;
const always = (_at: number): boolean => true;
const shown = (parts: readonly Told[], channels: readonly ChannelRules[], isQuiet = never, at = NOW) =>
  messagesDue(parts, channels, isQuiet, at).due.map(({ channel: name, notices }) => [
    name,
    ...notices.map(({ incident: { id }, about }: Notice) => `${id} ${about}`),
  ]);

describe('messages', () => {
  it('are due to each channel once', () => {
    const parts = told([incident('a'), incident('b')], { 'a|opened|team': outcome() });
    expect(shown(parts, [channel(), channel({ name: 'boss' })])).toEqual([
      ['team', 'b opened'],
      ['boss', 'a opened'],
      ['boss', 'b opened'],
    ]);
  });

  it('are of what a channel is told of', () => {
    const budget = incident('b', { cause: { kind: 'budget', of: 'day' }, severity: 'critical' });
    const parts = told([incident('a'), budget]);
    expect(shown(parts, [channel({ least: 'critical' })])).toEqual([['team', 'b opened']]);
    expect(shown(parts, [channel({ of: ['model'] })])).toEqual([['team', 'a opened']]);
  });

  it('wait for the end of quiet hours, and are then one; what is critical waits for nothing', () => {
    const urgent = incident('c', { severity: 'critical' });
    const parts = told([incident('a'), incident('b'), urgent]);
    expect(shown(parts, [channel()], always)).toEqual([['team', 'c opened']]);
    const until = (end: number) => (at: number) => at < end;
    const sent = told([incident('a'), incident('b'), urgent], { 'c|opened|team': outcome() });
    expect(shown(sent, [channel()], until(NOW + MINUTE_MS), NOW + MINUTE_MS)).toEqual([
      ['team', 'a opened', 'b opened'],
    ]);
  });

  it('are one, too, where many are due at once, or late; and none where a day has passed', () => {
    const many = Array.from({ length: 1000 }, (_, i) => incident(`i${i}`));
    const [together, ...others] = shown(told(many), [channel()]);
    expect([together?.length, others]).toEqual([1001, []]);
    const late = [incident('a'), incident('b')];
    expect(shown(told(late), [channel()], never, NOW + HOUR_MS)).toEqual([['team', 'a opened', 'b opened']]);
    expect(shown(told(late), [channel()], never, NOW + 24 * HOUR_MS)).toEqual([]);
  });

  it('that failed are due again at their time, with the same id and the same incidents', () => {
    const failed = outcome({ isSent: false, attempts: 2, retryAt: NOW + 5 });
    const parts = told([incident('a'), incident('b'), incident('c')], {
      'a|opened|team': failed,
      'b|opened|team': failed,
      'c|opened|team': outcome({ isSent: false, retryAt: null }),
    });
    expect(messagesDue(parts, [channel()], never, NOW)).toEqual({ due: [], nextAt: NOW + 5 });
    const { due } = messagesDue(parts, [channel()], never, NOW + 5);
    expect(due).toMatchObject([
      { id: 'm1', attempts: 2, notices: [{ incident: { id: 'a' } }, { incident: { id: 'b' } }] },
    ]);
  });

  it('that it is over go to whom wants them and was told that it began', () => {
    const over = incident('a', { resolvedAt: NOW + MINUTE_MS });
    const [team] = [channel({ whenOver: true })];
    const begun = { 'a|opened|team': outcome() };
    expect(shown(told([over], begun), [channel()], never, NOW + MINUTE_MS)).toEqual([]);
    expect(shown(told([over], begun), [team], never, NOW + MINUTE_MS)).toEqual([['team', 'a over']]);
    expect(shown(told([over]), [team], never, NOW + MINUTE_MS)).toEqual([['team', 'a opened']]);
    const after = { 'a|opened|team': outcome({ at: NOW + 2 * MINUTE_MS }) };
    expect(shown(told([over], after), [team], never, NOW + 3 * MINUTE_MS)).toEqual([]);
  });

  it('go by ids that name incident, what it is about, and channel', () => {
    expect(idOf({ incident: incident('a'), about: 'over' }, 'team')).toBe('a|over|team');
  });
});
