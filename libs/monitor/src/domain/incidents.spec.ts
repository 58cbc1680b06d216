import {
  type Alert,
  defaultPolicy,
  eventName,
  type IncidentCause,
  IncidentOpened,
  type Policy,
} from '@contentflow/contracts';
import {
  causeKey,
  type HeldAlert,
  type Incident,
  initialSystemState,
  makeDecisions,
  type SystemState,
} from '@contentflow/decisions';
import { emptyFold, HOUR_MS, MINUTE_MS, type NewEvent } from '@contentflow/kernel';
import { incidents } from './incidents.ts';

const provider: IncidentCause = { kind: 'provider', of: 'near' };
const alert = (id: string, over: Partial<HeldAlert> = {}): HeldAlert => ({
  id,
  kind: 'anomaly',
  severity: 'warning',
  at: 0,
  overAt: null,
  ...over,
});
const incident = (over: Partial<Incident> = {}): Incident => ({
  incidentId: 'i',
  severity: 'warning',
  openedAt: 0,
  reopened: 0,
  count: 1,
  resolvedAt: null,
  ...over,
});
const given = (alerts: readonly HeldAlert[], held: { incident?: Incident } = {}, cause = provider): SystemState => ({
  ...initialSystemState,
  alertsByCause: {
    [causeKey(cause)]: { cause, alerts: Object.fromEntries(alerts.map((each) => [each.id, each])), ...held },
  },
});
const decide = (system: SystemState, at: number): NewEvent[] =>
  makeDecisions(incidents, emptyFold<null>(), system, {}, { at, code: 'test' });
const names = (events: readonly NewEvent[]): string[] => events.map(({ type }) => eventName(type));

describe('incidents', () => {
  it('are none where nothing is wrong', () => {
    expect(decide(initialSystemState, 0)).toEqual([]);
    expect(incidents.urgent?.(initialSystemState)).toBe('');
  });

  it('are one for a thousand alerts of one cause, and urgent', () => {
    const many = Array.from({ length: 1000 }, (_, i) => alert(`a${i}`, i === 500 ? { severity: 'critical' } : {}));
    const system = given(many);
    expect(incidents.urgent?.(system)).not.toBe('');
    const decisions = decide(system, MINUTE_MS);
    expect(names(decisions)).toEqual(['IncidentOpened']);
    expect(decisions[0]?.data).toMatchObject({ cause: provider, severity: 'critical', count: 1000, since: 0 });
    const { alerts } = IncidentOpened.schema.parse(decisions[0]?.data);
    expect(alerts).toHaveLength(20);
    expect(alerts[0]).not.toHaveProperty('overAt');
  });

  it('stay one however many alerts join, and are critical once one of them is', () => {
    const open = { incident: incident() };
    expect(decide(given([alert('a'), alert('b')], open), MINUTE_MS)).toEqual([]);
    const worse = given([alert('a'), alert('b', { severity: 'critical' })], open);
    expect(incidents.urgent?.(worse)).not.toBe('');
    expect(names(decide(worse, MINUTE_MS))).toEqual(['IncidentWorsened']);
  });

  it('are over once their cause has been quiet for ten minutes', () => {
    const system = given([alert('a', { overAt: 5 * MINUTE_MS })], { incident: incident() });
    expect(decide(system, 4 * MINUTE_MS)).toEqual([]);
    expect(decide(system, 14 * MINUTE_MS)).toEqual([]);
    const [resolved, ...others] = decide(system, 15 * MINUTE_MS);
    expect(others).toEqual([]);
    expect(resolved?.data).toMatchObject({ incidentId: 'i', lastedMs: 5 * MINUTE_MS, alerts: 1 });
  });

  it('that come back within six hours are the same, later ones are new', () => {
    const over = { incident: incident({ resolvedAt: HOUR_MS }) };
    const back = (at: number) => decide(given([alert('b', { at })], over), at);
    const [reopened] = back(5 * HOUR_MS);
    expect(names(back(5 * HOUR_MS))).toEqual(['IncidentReopened']);
    expect(reopened?.data).toMatchObject({ incidentId: 'i', times: 1 });
    expect(names(back(6 * HOUR_MS))).toEqual(['IncidentOpened']);
  });

  it('are none of what happened long before anybody grouped it', () => {
    expect(decide(given([alert('a', { kind: 'rollback', overAt: 0 })]), 2 * HOUR_MS)).toEqual([]);
    expect(names(decide(given([alert('a')]), 2 * HOUR_MS))).toEqual(['IncidentOpened']);
  });

  it('are decided the same from the evidence as it was stored', () => {
    const policy: Policy = defaultPolicy;
    const [decision] = decide(given([alert('a')]), MINUTE_MS);
    const { basis } = decision?.data as { basis: { evidence: never; at: number } };
    const again = [...incidents.decide(JSON.parse(JSON.stringify(basis.evidence)), policy, basis.at)];
    expect(again.map(({ data }) => ({ ...data, basis }))).toEqual([decision?.data]);
  });

  it('tell as much of an alert as its contract has', () => {
    const held: Alert = alert('a', { rule: 'failures', contentType: 'email', model: 'm', affected: 4, of: 9 });
    const [decision] = decide(given([{ ...held, overAt: null }]), MINUTE_MS);
    expect(decision?.data).toMatchObject({ alerts: [{ rule: 'failures', contentType: 'email', model: 'm' }] });
  });
});
