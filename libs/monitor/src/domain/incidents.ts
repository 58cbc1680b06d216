import {
  type Alert,
  DecisionSequenced,
  fold,
  type IncidentCause,
  IncidentOpened,
  IncidentReopened,
  IncidentResolved,
  IncidentWorsened,
  type Policy,
} from '@contentflow/contracts';
import {
  type AlertsOfCause,
  causeKey,
  decided,
  type Decided,
  type DecisionProcedure,
  type HeldAlert,
  type Incident,
  isNews,
  isOpen,
  isOver,
  type Question,
} from '@contentflow/decisions';
import { hash128 } from '@contentflow/kernel';

/** Alerts that no open incident holds. */
interface BeginningEvidence {
  readonly kind: 'beginning';
  readonly incidentId: string;
  readonly cause: IncidentCause;
  /** The first of them. */
  readonly alerts: readonly Alert[];
  readonly count: number;
  readonly severity: Alert['severity'];
  readonly since: number;
  /** The last incident of the cause, which is over. */
  readonly before: Pick<Incident, 'incidentId' | 'openedAt' | 'reopened'> | null;
}

/** A critical alert in what was a warning so far. */
interface WorseningEvidence {
  readonly kind: 'worsening';
  readonly incidentId: string;
  readonly alert: Alert;
}

/** All of its alerts are over. */
interface EndEvidence {
  readonly kind: 'end';
  readonly incidentId: string;
  readonly openedAt: number;
  /** Epoch milliseconds. */
  readonly quietSince: number;
  readonly alerts: number;
}
export type IncidentEvidence = BeginningEvidence | WorseningEvidence | EndEvidence;

/** As many say what is wrong. */
const ALERTS_TOLD = 20;

/**
 * All alerts of one cause are one incident, until the cause has been quiet for a while; what comes back soon is the same one. What they are laid at
 * says the state of the system: nothing else of the log is needed.
 */
export const incidents: DecisionProcedure<null, IncidentEvidence> = {
  name: 'monitor.incidents',
  every: (policy) => policy.anomalies.checkEveryMs,
  urgent: (system) =>
    Object.entries(system.alertsByCause)
      .filter(([, held]) => (isOpen(held) ? worse(held) !== undefined : Object.keys(held.alerts).length > 0))
      .map(([key]) => key)
      .join('\n'),
  fold: fold<null>(() => null).on(DecisionSequenced, (state) => state),
  due: (_parts, system, at) => Object.values(system.alertsByCause).flatMap((held) => questionOf(held, at)),
  decide: (evidence, policy, at) => {
    switch (evidence.kind) {
      case 'beginning':
        return [beginning(evidence, policy, at)];
      case 'worsening': {
        const { incidentId, alert } = evidence;
        return [decided(IncidentWorsened, incidentId, { incidentId, severity: alert.severity, alert })];
      }
      case 'end':
        return end(evidence, policy, at);
    }
  },
};

function questionOf(held: AlertsOfCause, at: number): Question<IncidentEvidence>[] {
  const { incident, cause } = held;
  const alerts = Object.values(held.alerts);
  if (!isOpen(held) || !incident) {
    const news = alerts.filter((alert) => isNews(alert, at)).sort((a, b) => a.at - b.at);
    const [first] = news;
    if (!first) return [];
    const question = `begins:${causeKey(cause)}:${first.id}:${first.at}`;
    return [{ question, evidence: beginningEvidence(question, held, news) }];
  }
  const { incidentId, openedAt, reopened, count } = incident;
  const critical = worse(held);
  if (critical)
    return [
      {
        question: `worsens:${incidentId}:${reopened}`,
        evidence: { kind: 'worsening', incidentId, alert: told(critical) },
      },
    ];
  if (!alerts.every((alert) => isOver(alert, at))) return [];
  const quietSince = Math.max(openedAt, ...alerts.map(({ overAt }) => overAt ?? 0));
  return [
    {
      question: `ends:${incidentId}:${reopened}`,
      evidence: { kind: 'end', incidentId, openedAt, quietSince, alerts: count },
    },
  ];
}

function beginningEvidence(
  question: string,
  { cause, incident }: AlertsOfCause,
  news: readonly HeldAlert[],
): BeginningEvidence {
  return {
    kind: 'beginning',
    incidentId: hash128(`monitor.incidents:${question}`).slice(0, 16),
    cause,
    alerts: news.slice(0, ALERTS_TOLD).map(told),
    count: news.length,
    severity: news.some(isCritical) ? 'critical' : 'warning',
    since: Math.min(...news.map(({ at }) => at)),
    before: incident
      ? { incidentId: incident.incidentId, openedAt: incident.openedAt, reopened: incident.reopened }
      : null,
  };
}

function beginning(evidence: BeginningEvidence, { incidents: { repeatAfterMs } }: Policy, at: number): Decided {
  const { kind: _kind, before, ...opened } = evidence;
  if (before && at - before.openedAt < repeatAfterMs)
    return decided(IncidentReopened, before.incidentId, {
      incidentId: before.incidentId,
      times: before.reopened + 1,
    });
  return decided(IncidentOpened, opened.incidentId, { ...opened, alerts: [...opened.alerts] });
}

function end(evidence: EndEvidence, { incidents: { resolvesAfterMs } }: Policy, at: number): Decided[] {
  const { incidentId, openedAt, quietSince, alerts } = evidence;
  if (at - quietSince < resolvesAfterMs) return [];
  return [decided(IncidentResolved, incidentId, { incidentId, lastedMs: Math.max(0, quietSince - openedAt), alerts })];
}

const isCritical = ({ severity }: Alert): boolean => severity === 'critical';

/** What makes it worse than was said. */
const worse = ({ alerts, incident }: AlertsOfCause): HeldAlert | undefined =>
  incident?.severity === 'warning' ? Object.values(alerts).find(isCritical) : undefined;

const told = ({ overAt: _overAt, ...alert }: HeldAlert): Alert => alert;
