import type { NotificationSettings } from '@contentflow/nest-platform';

/** What a monitor works by. */
export interface MonitorOptions {
  readonly notifications: NotificationSettings;
}
export const MONITOR_OPTIONS = Symbol('MonitorOptions');
