import {
  incidentSchema,
  IncidentOpened,
  IncidentReopened,
  IncidentResolved,
  IncidentWorsened,
  NotificationFailed,
  notificationSchema,
  NotificationSent,
  projection,
} from '@contentflow/contracts';

export const incidentDocuments = projection('monitor.incidents', incidentSchema, ['openedAt', 'status+openedAt'])
  .onDecision(
    IncidentOpened,
    (document, { id, data: { basis: _basis, incidentId, ...data }, time }) =>
      document ?? {
        ...data,
        id: incidentId,
        status: 'open',
        openedAt: time,
        reopened: 0,
        resolvedAt: null,
        lastedMs: null,
        events: [id],
      },
  )
  .onDecision(
    IncidentWorsened,
    (document, { id, data: { severity, alert } }) =>
      document && { ...document, severity, alerts: [alert, ...document.alerts], events: [...document.events, id] },
  )
  .onDecision(
    IncidentReopened,
    (document, { id, data: { times } }) =>
      document && {
        ...document,
        status: 'open',
        reopened: times,
        resolvedAt: null,
        lastedMs: null,
        events: [...document.events, id],
      },
  )
  .onDecision(
    IncidentResolved,
    (document, { id, data: { lastedMs, alerts: count }, time }) =>
      document && {
        ...document,
        status: 'resolved',
        count,
        resolvedAt: time,
        lastedMs,
        events: [...document.events, id],
      },
  );

/** Kept apart from the incidents: what a channel was told stands in another topic, and nobody knows the order of both. */
export const notificationDocuments = projection('monitor.notifications', notificationSchema, ['incidentId+at'])
  .on(
    NotificationSent,
    (_document, { data: { messageId: _message, ...data }, time }) => ({
      ...data,
      id: notificationId(data),
      status: 'sent',
      at: time,
      reason: null,
    }),
    ({ data }) => notificationId(data),
  )
  .on(
    NotificationFailed,
    (_document, { data: { messageId: _message, retryAt, ...data }, time }) => ({
      ...data,
      id: notificationId(data),
      status: retryAt === null ? 'failed' : 'failing',
      at: time,
    }),
    ({ data }) => notificationId(data),
  );

/** What a channel is told of an incident, once. */
export const notificationId = ({
  incidentId,
  channel,
  about,
}: {
  readonly incidentId: string;
  readonly channel: string;
  readonly about: string;
}): string => `${incidentId}|${about}|${channel}`;
