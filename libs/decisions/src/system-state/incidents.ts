import {
  type Alert,
  AnomalyHandled,
  AnomalyResolved,
  AutonomyPaused,
  AutonomyResumed,
  BudgetReached,
  type EventData,
  ImprovementRolledBack,
  type IncidentCause,
  IncidentOpened,
  IncidentReopened,
  IncidentResolved,
  IncidentWorsened,
  ScalingExecuted,
  ScalingFailed,
} from '@contentflow/contracts';
import { DAY_MS, HOUR_MS, ownValue, withoutOwnValue } from '@contentflow/kernel';
import type { AnomaliesState } from './anomalies.ts';
import type { ModelsState } from './models.ts';
import { slice } from './slice.ts';

/** An alert that is not over, or whose incident is not. */
export interface HeldAlert extends Alert {
  /** When it was over, or will be by itself; null until somebody says so. */
  readonly overAt: number | null;
}

/** All alerts of one cause, and the incident that they are. */
export interface AlertsOfCause {
  readonly cause: IncidentCause;
  readonly alerts: Readonly<Record<string, HeldAlert>>;
  readonly incident?: Incident;
}

export interface Incident {
  readonly incidentId: string;
  readonly severity: Alert['severity'];
  readonly openedAt: number;
  /** How often it came back. */
  readonly reopened: number;
  /** Alerts in all. */
  readonly count: number;
  readonly resolvedAt: number | null;
}

export interface IncidentsState {
  /** By `causeKey`. */
  readonly alertsByCause: Readonly<Record<string, AlertsOfCause>>;
}
type VisibleState = IncidentsState & AnomaliesState & ModelsState;

export const causeKey = ({ kind, of, percent, day }: IncidentCause): string =>
  `${kind}:${percent ?? ''}:${day ?? ''}:${of}`;

/** What no incident was opened for by then is news no more: releases before this one opened none. */
export const ALERT_IS_NEWS_FOR_MS = HOUR_MS;
/** Longer than any policy looks back for an incident that came back. */
const INCIDENT_KEPT_MS = 7 * DAY_MS;

export const incidentsSlice = slice<IncidentsState, VisibleState>({ alertsByCause: {} })
  .on(AnomalyHandled, (state, handled, at) => {
    const anomaly = ownValue(state.openAnomalies, handled.anomalyId);
    if (!anomaly) return {};
    const { rule, severity, contentType, model, affected, of } = anomaly;
    const { action, target } = handled;
    const what = { rule, contentType, model, affected, of, action, ...(target !== null && { target }) };
    const alert: HeldAlert = { id: anomaly.anomalyId, kind: 'anomaly', severity, at, ...what, overAt: null };
    return withAlert(state, causeOf(anomaly, handled, state.models), alert);
  })
  .on(AnomalyResolved, (state, { anomalyId }, at) => over(state, anomalyId, at))
  .on(ImprovementRolledBack, (state, { improvementId, by }, at) => {
    // Whoever does it knows it.
    if (by === 'person') return {};
    const what = { action: 'roll_back_improvement' as const, target: improvementId };
    const id = `rollback:${improvementId}:${at}`;
    const alert: HeldAlert = { id, kind: 'rollback', severity: 'warning', at, ...what, overAt: at };
    return withAlert(state, { kind: 'improvement', of: improvementId }, alert);
  })
  .on(ScalingFailed, (state, { executor, from, to }, at) => {
    // Where nothing carries scaling out, nothing has failed: how many there should be is offered to others.
    if (executor === 'none') return {};
    const severity = to > from ? 'critical' : 'warning';
    const alert: HeldAlert = { id: `scaling:${executor}`, kind: 'scaling', severity, at, from, to, overAt: null };
    return withAlert(state, { kind: 'scaling', of: executor }, alert);
  })
  .on(ScalingExecuted, (state, { executor }, at) => over(state, `scaling:${executor}`, at))
  .on(AutonomyPaused, (state, { by }, at) => {
    const alert: HeldAlert = { id: 'autonomy', kind: 'autonomy', severity: 'warning', at, by, overAt: null };
    return withAlert(state, { kind: 'autonomy', of: 'autonomy' }, alert);
  })
  .on(AutonomyResumed, (state, _, at) => over(state, 'autonomy', at))
  .on(BudgetReached, budgetReached)
  .on(IncidentOpened, (state, { incidentId, cause, severity }, at) => {
    const key = causeKey(cause);
    const held = ownValue(state.alertsByCause, key);
    if (!held) return 'nothing is wrong';
    if (isOpen(held)) return 'the incident is open already';
    // Others may have come since it was decided.
    const count = Object.keys(held.alerts).length;
    const incident = { incidentId, severity, openedAt: at, reopened: 0, count, resolvedAt: null };
    return { alertsByCause: { ...withoutOld(state.alertsByCause, at), [key]: { ...held, incident } } };
  })
  .on(IncidentWorsened, (state, { incidentId, severity }) =>
    withIncident(state, incidentId, (incident) =>
      incident.resolvedAt === null ? { ...incident, severity } : undefined,
    ),
  )
  .on(IncidentReopened, (state, { incidentId, times }) =>
    withIncident(state, incidentId, (incident, { alerts }) =>
      incident.resolvedAt === null
        ? undefined
        : { ...incident, reopened: times, count: incident.count + Object.keys(alerts).length, resolvedAt: null },
    ),
  )
  .on(IncidentResolved, (state, { incidentId }, at) => {
    const resolved = withIncident(state, incidentId, (incident) =>
      incident.resolvedAt === null ? { ...incident, resolvedAt: at } : undefined,
    );
    if (typeof resolved === 'string') return resolved;
    const [key, held] = entryOf(resolved, incidentId) as [string, AlertsOfCause];
    const alerts = Object.fromEntries(Object.entries(held.alerts).filter(([, alert]) => !isOver(alert, at)));
    return { alertsByCause: { ...resolved.alertsByCause, [key]: { ...held, alerts } } };
  });

/**
 * What an anomaly is laid at: the improvement that is taken back or tested again for it; of failures and slowness the provider, where it is known;
 * else the model.
 */
function causeOf(
  { rule, model }: AnomaliesState['openAnomalies'][string],
  { action, target }: EventData<typeof AnomalyHandled>,
  models: ModelsState['models'],
): IncidentCause {
  const isOfImprovement = action === 'retest_improvement' || action === 'roll_back_improvement';
  if (isOfImprovement && target !== null) return { kind: 'improvement', of: target };
  const isOfProvider = rule === 'failures' || rule === 'slow_generation';
  const [first, ...others] = new Set(models.filter(({ name }) => name === model).map(({ provider }) => provider));
  return isOfProvider && first !== undefined && others.length === 0
    ? { kind: 'provider', of: first }
    : { kind: 'model', of: model };
}

/** It ends with its day. What is spent whole says all that 80 % said. */
function budgetReached(
  state: VisibleState,
  { account, day, percent, limitUsd, spentUsd }: EventData<typeof BudgetReached>,
  at: number,
): Partial<IncidentsState> | string {
  const id = `budget:${account}:${day}:${percent}`;
  const cause = { kind: 'budget' as const, of: account, percent, day };
  if (ownValue(state.alertsByCause, causeKey(cause))) return 'it is known already';
  const severity = percent === 100 ? 'critical' : 'warning';
  const overAt = Date.parse(day) + DAY_MS;
  const alert: HeldAlert = { id, kind: 'budget', severity, at, limitUsd, spentUsd, overAt };
  const raised = withAlert(state, cause, alert);
  return percent === 100 ? over({ ...state, ...raised }, `budget:${account}:${day}:80`, at) : raised;
}

function withAlert(state: VisibleState, cause: IncidentCause, alert: HeldAlert): IncidentsState {
  const key = causeKey(cause);
  const held = ownValue(state.alertsByCause, key) ?? { cause, alerts: {} };
  const before = ownValue(held.alerts, alert.id);
  // What goes on has begun when it was first seen.
  const raised = before && before.overAt === null ? { ...alert, at: before.at } : alert;
  const incident = held.incident && { ...held.incident, count: held.incident.count + (before ? 0 : 1) };
  const counted = incident && isOpen(held) ? { incident } : {};
  const alerts = { ...held.alerts, [alert.id]: raised };
  return { alertsByCause: { ...state.alertsByCause, [key]: { ...held, ...counted, alerts } } };
}

/** Where no incident was opened for it yet, none will be. */
function over(state: IncidentsState, alertId: string, at: number): Partial<IncidentsState> {
  const [key, held] = Object.entries(state.alertsByCause).find(([, { alerts }]) => ownValue(alerts, alertId)) ?? [];
  const alert = held && ownValue(held.alerts, alertId);
  if (key === undefined || !alert || isOver(alert, at)) return {};
  const isNoIncident = !isOpen(held);
  const alerts = isNoIncident
    ? withoutOwnValue(held.alerts, alertId)
    : { ...held.alerts, [alertId]: { ...alert, overAt: at } };
  const next =
    isNoIncident && Object.keys(alerts).length === 0 && !held.incident
      ? withoutOwnValue(state.alertsByCause, key)
      : { ...state.alertsByCause, [key]: { ...held, alerts } };
  return { alertsByCause: next };
}

const entryOf = ({ alertsByCause }: IncidentsState, incidentId: string): [string, AlertsOfCause] | undefined =>
  Object.entries(alertsByCause).find(([, { incident }]) => incident?.incidentId === incidentId);

function withIncident(
  state: IncidentsState,
  incidentId: string,
  change: (incident: Incident, held: AlertsOfCause) => Incident | undefined,
): IncidentsState | string {
  const [key, held] = entryOf(state, incidentId) ?? [];
  const incident = held?.incident && change(held.incident, held);
  if (key === undefined || !held || !incident) return 'no such incident, or it is not so';
  return { alertsByCause: { ...state.alertsByCause, [key]: { ...held, incident } } };
}

/** Without what is long over, and what no incident was ever opened for. */
function withoutOld(all: IncidentsState['alertsByCause'], at: number): IncidentsState['alertsByCause'] {
  const isKept = (held: AlertsOfCause): boolean => {
    if (isOpen(held) || Object.values(held.alerts).some((alert) => isNews(alert, at))) return true;
    return (held.incident?.resolvedAt ?? -Infinity) > at - INCIDENT_KEPT_MS;
  };
  return Object.fromEntries(Object.entries(all).filter(([, held]) => isKept(held)));
}

export const isOpen = ({ incident }: AlertsOfCause): boolean => incident?.resolvedAt === null;

export const isOver = ({ overAt }: HeldAlert, at: number): boolean => overAt !== null && overAt <= at;

/** Worth an incident: it goes on, or was just now. */
export const isNews = (alert: HeldAlert, at: number): boolean =>
  !isOver(alert, at) || alert.at > at - ALERT_IS_NEWS_FOR_MS;
