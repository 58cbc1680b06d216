export { consolePages, serveConsolePage } from './http/console-page.ts';
export * from './access/access-guard.ts';
export * from './access/access-settings.ts';
export * from './access/api-keys.ts';
export * from './access/identity.ts';
export * from './access/known-keys.ts';
export * from './adapters/adopt-policy.ts';
export * from './adapters/code-version.ts';
export * from './adapters/configuration.ts';
export * from './adapters/environment.ts';
export * from './adapters/folder-processes.ts';
export * from './adapters/free-port.ts';
export * from './adapters/mongo-address.ts';
export * from './adapters/open-models.ts';
export * from './adapters/open-platform.ts';
export {
  type ChannelSettings,
  type EmailSettings,
  notificationsOff,
  type NotificationSettings,
  type QuietHours,
} from './adapters/notification-settings.ts';
export * from './adapters/post-webhook.ts';
export * from './adapters/run-service.ts';
export * from './adapters/service-app.ts';
export * from './adapters/file-integrity.ts';
export { assertLogReachable, assertReachable, isThere, reachProblem } from './adapters/reachable.ts';
export { CheckedFiles } from './adapters/checked-files.ts';
export { keptFileFaults } from './adapters/kept-files.ts';
export * from './adapters/signing-keys.ts';
export * from './adapters/telemetry.ts';
export * from './adapters/stop-signals.ts';
export * from './dead-letters.ts';
export * from './decision-runtime.ts';
export * from './field-problems.ts';
export * from './fold-ahead.ts';
export * from './fold-host.ts';
export * from './hosted-fold.ts';
export * from './http/health.controller.ts';
export * from './http/idempotency.ts';
export * from './http/lean-routes.ts';
export { mergedOpenApi } from './http/openapi.ts';
export * from './http/operator-command.ts';
export * from './http/plain-address.ts';
export { drainedServer, drainRequests } from './http/drained-requests.ts';
export * from './http/problem-details.ts';
export {
  BODY_LIMITS,
  checkParameters,
  limitProblem,
  LONGEST_PARAMETER,
  refuseUnknownMethods,
  SMALL_BODY_LIMITS,
} from './http/request-limits.ts';
export { refuseUnknownQueries } from './http/known-queries.ts';
export { refuseNonRequests, unreadableRequests } from './http/unreadable-requests.ts';
export * from './http/json-bodies.ts';
export * from './http/validated.ts';
export * from './log-transport.ts';
export { metrics, observeAudit, observeQueue } from './metrics.ts';
export { type VaultPlace } from './adapters/open-vault.ts';
export * from './personal/personal-data.ts';
export * from './personal/subjects.ts';
export * from './platform.module.ts';
export * from './platform.ts';
export * from './projection-host.ts';
export * from './adapters/snapshot-files.ts';
export * from './refusals.ts';
export * from './snapshots.ts';
export * from './system-state-reader.ts';
export { handleInTrace } from './tracing.ts';
