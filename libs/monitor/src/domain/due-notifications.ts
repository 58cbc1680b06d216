import {
  DecisionSequenced,
  type EventData,
  fold,
  type IncidentCause,
  IncidentOpened,
  IncidentResolved,
  IncidentWorsened,
  isDecision,
  NotificationFailed,
  NotificationSent,
  type Alert,
} from '@contentflow/contracts';
import { DAY_MS, hash128, MINUTE_MS } from '@contentflow/kernel';

/** What a channel is told of. */
export interface ChannelRules {
  readonly name: string;
  /** This and worse. */
  readonly least: Alert['severity'];
  /** Causes; all where left out. */
  readonly of?: readonly IncidentCause['kind'][] | undefined;
  /** Whether, too, that an incident is over. */
  readonly whenOver: boolean;
}

/** An incident as channels are told of it. */
export interface ToldIncident {
  readonly id: string;
  readonly cause: IncidentCause;
  readonly severity: Alert['severity'];
  readonly openedAt: number;
  readonly resolvedAt: number | null;
  readonly alerts: readonly Alert[];
  readonly count: number;
}

/** What the last try to tell a channel of an incident came to. */
export interface Outcome {
  readonly at: number;
  readonly channel: string;
  readonly messageId: string;
  readonly attempts: number;
  readonly isSent: boolean;
  /** Null where there is no further try. */
  readonly retryAt: number | null;
  readonly reason: string | null;
}

/** Of one partition: of the ledger the incidents, of operations what became of the messages. Changed in place. */
export interface Told {
  readonly incidents: Map<string, ToldIncident>;
  /** By `noticeId`. */
  readonly outcomes: Map<string, Outcome>;
}

/** What it goes by among the folds of a process. */
export const DUE_NOTIFICATIONS = 'monitor.due-notifications';
/** What nobody could be told of by then, nobody needs to hear. */
const TOLD_WITHIN_MS = DAY_MS;
const KEPT_MS = 7 * DAY_MS;
/** What is later than that is summed up: it was held back, or nobody was there to send it. */
const LATE_MS = 10 * MINUTE_MS;
/** More at once are summed up. */
const MAX_AT_ONCE = 5;

export const toldIncidents = fold<Told>(() => ({ incidents: new Map(), outcomes: new Map() }))
  .on(DecisionSequenced, (told, { data: { decision } }) => {
    if (isDecision(IncidentOpened, decision)) {
      const { incidentId: id, cause, severity, alerts, count } = decision.data;
      forgetBefore(told.incidents, decision.time - KEPT_MS, ({ openedAt }) => openedAt);
      told.incidents.set(id, { id, cause, severity, openedAt: decision.time, resolvedAt: null, alerts, count });
    } else if (isDecision(IncidentWorsened, decision)) {
      const { incidentId, severity, alert } = decision.data;
      changed(told, incidentId, ({ alerts }) => ({ severity, alerts: [alert, ...alerts] }));
    } else if (isDecision(IncidentResolved, decision))
      changed(told, decision.data.incidentId, () => ({ resolvedAt: decision.time, count: decision.data.alerts }));
    return told;
  })
  .on(NotificationSent, (told, { data, time }) => settled(told, data, { at: time, isSent: true }))
  .on(NotificationFailed, (told, { data, time }) => {
    const { retryAt, reason } = data;
    return settled(told, data, { at: time, isSent: false, retryAt, reason });
  });

function settled(
  told: Told,
  data: EventData<typeof NotificationSent>,
  outcome: Pick<Outcome, 'at' | 'isSent'> & Partial<Outcome>,
): Told {
  const { channel, messageId, attempts } = data;
  forgetBefore(told.outcomes, outcome.at - KEPT_MS, ({ at }) => at);
  told.outcomes.delete(noticeId(data));
  told.outcomes.set(noticeId(data), { retryAt: null, reason: null, ...outcome, channel, messageId, attempts });
  return told;
}

function changed({ incidents }: Told, id: string, change: (incident: ToldIncident) => Partial<ToldIncident>): void {
  const incident = incidents.get(id);
  if (incident) incidents.set(id, { ...incident, ...change(incident) });
}

/** They stand in order of time. */
function forgetBefore<Value>(all: Map<string, Value>, before: number, timeOf: (value: Value) => number): void {
  for (const [key, value] of all) {
    if (timeOf(value) >= before) return;
    all.delete(key);
  }
}

/** That an incident began, or is over. */
export interface Notice {
  readonly incident: ToldIncident;
  readonly about: 'opened' | 'over';
}
export const noticeId = (of: {
  readonly incidentId: string;
  readonly channel: string;
  readonly about: string;
}): string => `${of.incidentId}|${of.about}|${of.channel}`;

/** One message to one channel: of one incident, or several of them summed up. */
export interface DueMessage {
  readonly channel: string;
  /** The same in each try. */
  readonly id: string;
  readonly notices: readonly Notice[];
  /** Tries so far. */
  readonly attempts: number;
}

export interface DueMessages {
  readonly due: readonly DueMessage[];
  /** When the next try is due; undefined where none waits. */
  readonly nextAt: number | undefined;
}

/** Whom to tell of what now: each channel of each incident once. */
export function messagesDue(
  parts: readonly Told[],
  channels: readonly ChannelRules[],
  isQuiet: (at: number) => boolean,
  at: number,
): DueMessages {
  const incidents = parts.flatMap((part) => [...part.incidents.values()]);
  const outcomeOf = (id: string): Outcome | undefined => parts.map(({ outcomes }) => outcomes.get(id)).find(Boolean);
  const found = channels.map((channel) => messagesOf(channel, incidents, outcomeOf, isQuiet, at));
  const next = found.flatMap(({ nextAt }) => nextAt ?? []);
  return {
    due: found.flatMap(({ due }) => due),
    nextAt: next.length === 0 ? undefined : Math.min(...next),
  };
}

function messagesOf(
  channel: ChannelRules,
  incidents: readonly ToldIncident[],
  outcomeOf: (id: string) => Outcome | undefined,
  isQuiet: (at: number) => boolean,
  at: number,
): DueMessages {
  const { name } = channel;
  const untold: Notice[] = [];
  const retries = new Map<string, { outcome: Outcome; notices: Notice[] }>();
  const later: number[] = [];
  for (const notice of noticesFor(channel, incidents, outcomeOf, at)) {
    const outcome = outcomeOf(idOf(notice, name));
    if (outcome?.isSent || outcome?.retryAt === null) continue;
    const isHeld = isQuiet(at) && !isUrgent(notice);
    if (isHeld) continue;
    if (!outcome) untold.push(notice);
    else if ((outcome.retryAt ?? 0) > at) later.push(outcome.retryAt as number);
    else {
      const retry = retries.get(outcome.messageId) ?? { outcome, notices: [] };
      retry.notices.push(notice);
      retries.set(outcome.messageId, retry);
    }
  }
  const due = [
    ...[...retries].map(([id, { outcome, notices }]) => ({ channel: name, id, notices, attempts: outcome.attempts })),
    ...inMessages(untold, isQuiet, at).map((notices) => ({
      channel: name,
      id: messageIdOf(name, notices),
      notices,
      attempts: 0,
    })),
  ];
  return { due, nextAt: later.length === 0 ? undefined : Math.min(...later) };
}

function noticesFor(
  { name, least, of, whenOver }: ChannelRules,
  incidents: readonly ToldIncident[],
  outcomeOf: (id: string) => Outcome | undefined,
  at: number,
): Notice[] {
  return incidents
    .filter(
      ({ severity, cause }) => (least === 'warning' || severity === 'critical') && (of?.includes(cause.kind) ?? true),
    )
    .flatMap((incident): Notice[] => {
      const { id: incidentId, openedAt, resolvedAt } = incident;
      const begun: Notice[] = openedAt > at - TOLD_WITHIN_MS ? [{ incident, about: 'opened' }] : [];
      if (!whenOver || resolvedAt === null || resolvedAt <= at - TOLD_WITHIN_MS) return begun;
      // Who was told that it began after it was over knows both.
      const told = outcomeOf(noticeId({ incidentId, channel: name, about: 'opened' }));
      return told?.isSent && told.at < resolvedAt ? [...begun, { incident, about: 'over' }] : begun;
    });
}

/** Each its own message; what comes late, or much at once, is one. */
function inMessages(notices: readonly Notice[], isQuiet: (at: number) => boolean, at: number): Notice[][] {
  const isLate = (notice: Notice): boolean => {
    const time = timeOf(notice);
    return time < at - LATE_MS || (isQuiet(time) && !isUrgent(notice));
  };
  const late = notices.filter(isLate);
  const prompt = notices.filter((notice) => !isLate(notice));
  const together = prompt.length > MAX_AT_ONCE ? [prompt] : prompt.map((each) => [each]);
  return [...(late.length > 0 ? [late] : []), ...together];
}

const timeOf = ({ about, incident }: Notice): number =>
  about === 'over' ? (incident.resolvedAt ?? incident.openedAt) : incident.openedAt;

const isUrgent = ({ about, incident: { severity } }: Notice): boolean => about === 'opened' && severity === 'critical';

export const idOf = ({ incident, about }: Notice, channel: string): string =>
  noticeId({ incidentId: incident.id, channel, about });

const messageIdOf = (channel: string, notices: readonly Notice[]): string =>
  `msg_${hash128(notices.map((notice) => idOf(notice, channel)).join('\n'))}`;
