import type { Alert } from '@contentflow/contracts';
import type { Notice, ToldIncident } from './due-notifications.ts';
import { mailOf, messageOf, slackBody, testMessage, webhookBody } from './notification-messages.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const alert: Alert = {
  id: 'a',
  kind: 'anomaly',
  severity: 'critical',
  at: NOW,
  rule: 'failures',
  contentType: 'email',
  model: 'small',
  affected: 8,
  of: 10,
  action: 'roll_back_improvement',
  target: 'imp-1',
};
const incident = (over: Partial<ToldIncident> = {}): ToldIncident => ({
  id: 'incident-1',
  cause: { kind: 'improvement', of: 'imp-1' },
  severity: 'critical',
  openedAt: NOW,
  resolvedAt: null,
  alerts: [alert],
  count: 3,
  ...over,
});
const isKnown = (name: string): boolean => ['email', 'small', 'near'].includes(name);
const about = { at: NOW, isKnown, consoleUrl: 'https://flow.example.org/app' };
const message = (...incidents: ToldIncident[]) =>
  messageOf({ id: 'msg_1', notices: incidents.map((each): Notice => ({ incident: each, about: 'opened' })) }, about);

describe('a message', () => {
  it('says what is wrong, why, what was done and how to undo it, and where to look', () => {
    expect(JSON.parse(webhookBody(message(incident())))).toMatchObject({
      type: 'incident.opened',
      timestamp: '2026-01-05T12:00:00.000Z',
      data: {
        severity: 'critical',
        title: 'Content fails: email by small, and 2 more',
        incidents: [
          {
            incidentId: 'incident-1',
            why: expect.stringContaining('improvement imp-1'),
            done: 'Improvement imp-1 is taken back.',
            undo: expect.stringContaining('POST /v1/improvements/imp-1/restore'),
            undoRoute: '/v1/improvements/imp-1/restore',
            link: 'https://flow.example.org/app/incidents/incident-1',
            resolvedAt: null,
          },
        ],
      },
    });
  });

  it('holds no name that nobody has set: it may be a caller’s words', () => {
    const words = { contentType: 'ada@example.org', model: 'my <secret> sk-123\r\nBcc: all@example.org' };
    const cause = { kind: 'model' as const, of: words.model };
    const told = message(incident({ cause, alerts: [{ ...alert, ...words, action: 'open_incident' }] }));
    for (const text of [webhookBody(told), slackBody(told), JSON.stringify(mailOf(told))])
      expect(text).not.toMatch(/ada@|secret|sk-123|Bcc/);
  });

  it('mentions nobody in Slack', () => {
    const { text } = JSON.parse(slackBody({ ...testMessage('m', NOW), title: '<!channel> & <@U1> *all*' })) as {
      text: string;
    };
    expect(text).toContain('&lt;!channel&gt; &amp; &lt;@U1&gt; \u200b*all\u200b*');
  });

  it('is a mail of one subject', () => {
    const { subject, text } = mailOf(message(incident(), incident({ id: 'incident-2', resolvedAt: NOW + 60_000 })));
    expect(subject).toMatch(/^\[ContentFlow\] critical: 2 incidents: /);
    expect(text).toContain('Began: 2026-01-05 12:00 UTC');
    expect(text).toContain('Over:  2026-01-05 12:01 UTC');
    expect(text).toContain('Undo:  Bring it back');
  });

  it('sums up a thousand in as much as anybody reads', () => {
    const many = message(...Array.from({ length: 1000 }, (_, i) => incident({ id: `incident-${i}` })));
    expect(many).toMatchObject({ items: { length: 20 }, more: 980 });
    expect(many.title.length).toBeLessThanOrEqual(200);
    expect(mailOf(many).text).toContain('And 980 more');
    expect(slackBody(many).length).toBeLessThan(20_000);
  });
});
