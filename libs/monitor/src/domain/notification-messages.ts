import type { IncidentWords } from '@contentflow/contracts';
import type { Notice, ToldIncident } from './due-notifications.ts';
import { incidentWords, type IsKnownName } from './incident-words.ts';

/** What channels are told: one incident, several, or that a channel works. */
export interface Message {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly severity: 'warning' | 'critical' | 'test';
  /** One line: a subject. */
  readonly title: string;
  /** The first of them. */
  readonly items: readonly MessageItem[];
  /** How many more there are. */
  readonly more: number;
}

interface MessageItem extends IncidentWords {
  readonly incidentId: string;
  readonly about: Notice['about'];
  readonly severity: ToldIncident['severity'];
  /** Its name only where people set it. */
  readonly cause: Partial<ToldIncident['cause']>;
  readonly openedAt: number;
  readonly resolvedAt: number | null;
  /** Of the console. */
  readonly link?: string;
}

export function messageOf(
  { id, notices }: { readonly id: string; readonly notices: readonly Notice[] },
  {
    at,
    isKnown,
    consoleUrl,
  }: { readonly at: number; readonly isKnown: IsKnownName; readonly consoleUrl?: string | undefined },
): Message {
  const items = notices.slice(0, MAX_ITEMS).map(({ incident, about }): MessageItem => {
    const { id: incidentId, severity, cause, openedAt, resolvedAt } = incident;
    const link =
      consoleUrl === undefined ? {} : { link: new URL(`incidents/${incidentId}`, withSlash(consoleUrl)).href };
    const words = incidentWords(incident, isKnown);
    return { ...words, incidentId, about, severity, cause: toldCause(cause, isKnown), openedAt, resolvedAt, ...link };
  });
  const [first] = items;
  const severity = notices.some(({ incident }) => incident.severity === 'critical') ? 'critical' : 'warning';
  const title =
    items.length === 1 && first ? titleOf(first) : `${notices.length} incidents: ${items.map(titleOf).join('; ')}`;
  return {
    id,
    at,
    severity,
    title: title.length > MAX_TITLE ? `${title.slice(0, MAX_TITLE - 1)}…` : title,
    items,
    more: notices.length - items.length,
  };
}

const toldCause = ({ of, ...cause }: ToldIncident['cause'], isKnown: IsKnownName): MessageItem['cause'] =>
  (cause.kind === 'model' || cause.kind === 'provider') && !isKnown(of) ? cause : { ...cause, of };

/** Says that a channel works, and nothing else. */
export const testMessage = (id: string, at: number): Message => ({
  id,
  at,
  severity: 'test',
  title: 'This is a test: ContentFlow tells of incidents here',
  items: [],
  more: 0,
});

const MAX_TITLE = 200;
/** As many say what is going on; the console has them all. */
const MAX_ITEMS = 20;
const titleOf = ({ title, about, resolvedAt }: MessageItem): string =>
  about === 'over' || resolvedAt !== null ? `Over: ${title}` : title;

/** A folder, as which an address with a path would lose its last part. */
const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);

/** As Standard Webhooks has it: a type, a time and data. */
export function webhookBody({ at, severity, title, items, more }: Message): string {
  const [first] = items;
  const type =
    first === undefined
      ? 'notification.test'
      : items.length > 1
        ? 'incident.summary'
        : first.about === 'over'
          ? 'incident.resolved'
          : 'incident.opened';
  const incidents = items.map(({ openedAt, resolvedAt, ...item }) => ({
    ...item,
    openedAt: new Date(openedAt).toISOString(),
    resolvedAt: resolvedAt === null ? null : new Date(resolvedAt).toISOString(),
  }));
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), data: { severity, title, incidents, more } });
}

/** As incoming web-hooks of Slack take it, and of what is compatible with them: a text in its own mark-up. */
export function slackBody(message: Message): string {
  const mark = { critical: '🔴', warning: '🟠', test: '✅' }[message.severity];
  const items = message.items.map((item) => {
    const { why, done, undo, link } = item;
    const linked = link === undefined ? '' : `\n<${link}|In the console>`;
    return `*${escaped(titleOf(item))}*\n${escaped(why)}\n*Done:* ${escaped(done)}\n*Undo:* ${escaped(undo)}${linked}`;
  });
  const text = [`${mark} *ContentFlow:* ${escaped(message.title)}`, ...items, ...moreOf(message)].join('\n\n');
  return JSON.stringify({ text });
}

/** So that no name mentions a channel or a person there. */
const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[*_`~]/g, '\u200b$&');

export function mailOf(message: Message): { readonly subject: string; readonly text: string } {
  const items = message.items.map((item) => {
    const { why, done, undo, link, openedAt, resolvedAt } = item;
    const over = resolvedAt === null ? [] : [`Over:  ${utc(resolvedAt)}`];
    const linked = link === undefined ? [] : [`See:   ${link}`];
    return [
      titleOf(item),
      why,
      '',
      `Began: ${utc(openedAt)}`,
      ...over,
      `Done:  ${done}`,
      `Undo:  ${undo}`,
      ...linked,
    ].join('\n');
  });
  return {
    subject: `[ContentFlow] ${message.severity}: ${message.title}`,
    text: `${[message.title, ...items, ...moreOf(message)].join('\n\n')}\n`,
  };
}

const moreOf = ({ more }: Message): string[] => (more > 0 ? [`And ${more} more; the console has them all.`] : []);

const utc = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
