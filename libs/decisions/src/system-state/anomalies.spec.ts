import { AnomalyDetected, AnomalyResolved } from '@contentflow/contracts';
import { Ledger } from '../testing/ledger.ts';

describe('an anomaly', () => {
  const anomaly = { anomalyId: 'a', rule: 'high_cost', contentType: 'email', model: 'large' };

  it('is open once by rule, content type and model, until it is resolved', () => {
    const ledger = new Ledger();
    ledger.take(AnomalyDetected, anomaly);
    expect(ledger.take(AnomalyDetected, { ...anomaly, anomalyId: 'b' })).toBe('the anomaly is open already');
    expect(ledger.take(AnomalyDetected, { ...anomaly, anomalyId: 'c', model: 'small' })).toBeUndefined();
    expect(Object.keys(ledger.state.openAnomalies)).toEqual(['a', 'c']);
    expect(ledger.take(AnomalyResolved, { anomalyId: 'a' })).toBeUndefined();
    expect(Object.keys(ledger.state.openAnomalies)).toEqual(['c']);
  });

  it('is not resolved when it was never seen', () => {
    expect(new Ledger().take(AnomalyResolved, { anomalyId: 'b' })).toBe('no such open anomaly');
  });
});
