import {
  AnomalyDetected,
  AnomalyHandled,
  AnomalyResolved,
  AutonomyPaused,
  AutonomyResumed,
  BudgetReached,
  ImprovementRolledBack,
  IncidentOpened,
  IncidentReopened,
  IncidentResolved,
  ModelsOffered,
  ScalingExecuted,
  ScalingFailed,
} from '@contentflow/contracts';
import { HOUR_MS } from '@contentflow/kernel';
import { Ledger } from '../testing/ledger.ts';
import { causeKey, isNews } from './incidents.ts';

const price = { usdPerMillionInput: 1, usdPerMillionOutput: 1 };
const offered = [
  { name: 'small', provider: 'near', ...price },
  { name: 'large', provider: 'near', ...price },
  { name: 'both', provider: 'near', ...price },
  { name: 'both', provider: 'far', ...price },
];

function anomaly(ledger: Ledger, anomalyId: string, over: object = {}, target: string | null = null, at = 10): void {
  const detected = { anomalyId, rule: 'failures', severity: 'critical', contentType: 'email', model: 'small' };
  ledger.take(AnomalyDetected, { ...detected, affected: 8, of: 10, since: at, ...over }, at);
  const action = target === null ? 'open_incident' : 'roll_back_improvement';
  ledger.take(AnomalyHandled, { anomalyId, action, target }, at);
}
const causes = ({ state }: Ledger) =>
  Object.values(state.alertsByCause).map(({ cause, alerts }) => [`${cause.kind} ${cause.of}`, Object.keys(alerts)]);
const given = (): Ledger => {
  const ledger = new Ledger();
  ledger.take(ModelsOffered, { models: offered });
  return ledger;
};

describe('what is wrong', () => {
  it('is laid at the provider of failing and slow models where it is known, else at the model', () => {
    const ledger = given();
    anomaly(ledger, 'a');
    anomaly(ledger, 'b', { model: 'large', rule: 'slow_generation' });
    anomaly(ledger, 'c', { contentType: 'headline' });
    anomaly(ledger, 'd', { model: 'both' });
    anomaly(ledger, 'e', { rule: 'low_quality' });
    expect(causes(ledger)).toEqual([
      ['provider near', ['a', 'b', 'c']],
      ['model both', ['d']],
      ['model small', ['e']],
    ]);
  });

  it('is laid at the improvement that is taken back for it, and its rollback is no second cause', () => {
    const ledger = given().improve('i', 'model', { kind: 'use_model', model: 'small' });
    anomaly(ledger, 'a', {}, 'i');
    const harm = { improvementId: 'i', reason: 'it hurts', impact: {} };
    ledger.take(ImprovementRolledBack, { ...harm, by: 'system' }, 20);
    expect(causes(ledger)).toEqual([['improvement i', ['a', 'rollback:i:20']]]);
  });

  it('is nothing that a person did themselves', () => {
    const ledger = given().improve('i', 'model', { kind: 'use_model', model: 'small' });
    ledger.rollBack('i');
    expect(causes(ledger)).toEqual([]);
  });

  it('ends with who failed, and is nothing where nothing carries scaling out', () => {
    const ledger = given();
    const scaling = { scalingId: 's', from: 1, to: 3, reason: 'no' };
    ledger.take(ScalingFailed, { ...scaling, executor: 'none' }, 10);
    expect(causes(ledger)).toEqual([]);
    ledger.take(ScalingFailed, { ...scaling, executor: 'kubernetes' }, 10);
    expect(causes(ledger)).toEqual([['scaling kubernetes', ['scaling:kubernetes']]]);
    ledger.take(ScalingExecuted, { ...scaling, executor: 'kubernetes' }, 20);
    expect(causes(ledger)).toEqual([]);
  });

  it('of a budget is known once a day, ends with the day, and what is spent whole says all that 80 % said', () => {
    const ledger = given();
    const day = '1970-01-01';
    const reached = { account: 'day', day, limitUsd: 10, spentUsd: 8 };
    expect(ledger.take(BudgetReached, { ...reached, percent: 80 }, 10)).toBeUndefined();
    expect(ledger.take(BudgetReached, { ...reached, percent: 80 }, 20)).toBe('it is known already');
    const cause = { kind: 'budget' as const, of: 'day', percent: 80 as const, day };
    ledger.take(IncidentOpened, { incidentId: 'n', cause, severity: 'warning', since: 10, alerts: [], count: 1 }, 20);
    ledger.take(BudgetReached, { ...reached, percent: 100 }, 30);
    const held = Object.values(ledger.state.alertsByCause).flatMap(({ alerts }) => Object.values(alerts));
    expect(held.map(({ severity, overAt }) => [severity, overAt])).toEqual([
      ['warning', 30],
      ['critical', 24 * HOUR_MS],
    ]);
  });
});

describe('an incident', () => {
  const autonomy = { kind: 'autonomy' as const, of: 'autonomy' };
  const key = causeKey(autonomy);
  const opened = { incidentId: 'i', cause: autonomy, severity: 'warning', since: 10, alerts: [], count: 1 };

  it('is one until it is over, however often its cause comes and goes meanwhile', () => {
    const ledger = given();
    expect(ledger.take(IncidentOpened, opened, 5)).toBe('nothing is wrong');
    ledger.take(AutonomyPaused, { by: 'ada', reason: '' }, 10);
    expect(ledger.take(IncidentOpened, opened, 11)).toBeUndefined();
    expect(ledger.take(IncidentOpened, { ...opened, incidentId: 'j' }, 12)).toBe('the incident is open already');
    ledger.take(AutonomyResumed, { by: 'ada', reason: '' }, 20);
    ledger.take(AutonomyPaused, { by: 'ada', reason: '' }, 30);
    expect(ledger.state.alertsByCause[key]?.alerts['autonomy']).toMatchObject({ at: 30, overAt: null });
    ledger.take(AutonomyResumed, { by: 'ada', reason: '' }, 40);
    expect(ledger.take(IncidentResolved, { incidentId: 'i', lastedMs: 30, alerts: 1 }, 50)).toBeUndefined();
    expect(ledger.state.alertsByCause[key]).toMatchObject({ alerts: {}, incident: { resolvedAt: 50 } });
    expect(ledger.take(IncidentResolved, { incidentId: 'i', lastedMs: 30, alerts: 1 }, 60)).toMatch('no such incident');
    ledger.take(AutonomyPaused, { by: 'ada', reason: '' }, 70);
    expect(ledger.take(IncidentReopened, { incidentId: 'i', times: 1 }, 71)).toBeUndefined();
    expect(ledger.state.alertsByCause[key]).toMatchObject({ incident: { reopened: 1, resolvedAt: null, count: 2 } });
  });

  it('is none for what was over before anybody looked, and no news after an hour', () => {
    const ledger = given();
    anomaly(ledger, 'a');
    ledger.take(AnomalyResolved, { anomalyId: 'a', lastedMs: 5 }, 20);
    expect(causes(ledger)).toEqual([]);
    const alert = { id: 'a', kind: 'rollback' as const, severity: 'warning' as const, at: 0, overAt: 0 };
    expect([isNews(alert, HOUR_MS - 1), isNews(alert, HOUR_MS)]).toEqual([true, false]);
    expect(isNews({ ...alert, overAt: null }, 100 * HOUR_MS)).toBe(true);
  });
});
