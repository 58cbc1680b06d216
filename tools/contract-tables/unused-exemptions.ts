/** What no code emits or reads, and why it may stay: the title of the open issue that gives it life, and what that will do. */
export type Reasons = Readonly<Record<string, string>>;

export interface WithoutUse {
  readonly emitter: Reasons;
  readonly reader: Reasons;
  /** `Event.field: value` */
  readonly value: Reasons;
  readonly key: Reasons;
}

const monitorForesees = '*Monitor*: maintenance before a provider or worker fails';
const monitorBreakers =
  '*Monitor*: breakers count in what is wrong and why; until then they are for operators and exports';

export const withoutUse: WithoutUse = {
  emitter: { MaintenanceForeseen: monitorForesees, MaintenancePerformed: monitorForesees },
  reader: {
    MaintenanceForeseen: monitorForesees,
    MaintenancePerformed: monitorForesees,
    BreakerOpened: monitorBreakers,
    BreakerClosed: monitorBreakers,
    BreakerProbed: monitorBreakers,
  },
  value: {
    'AnomalyHandled.action: regenerate': '*Monitor*: actions by policy',
  },
  key: {},
};
