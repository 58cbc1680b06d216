import { AdjustmentMadePermanent, AdjustmentProposed } from '@contentflow/contracts';
import { recipeInForce } from './recipes.ts';
import { Ledger } from '../testing/ledger.ts';

describe('adjustments', () => {
  const adjustment = {
    adjustmentId: 'a',
    kind: 'modify_tone',
    contentType: 'email',
    lever: 'style',
    change: { kind: 'set_tone', tone: 'warm' },
    metric: 'satisfaction',
    current: 'formal',
    target: 'warm',
    support: { comments: 30, raters: 12 },
  };
  const estimate = { value: 0.1, lower: 0, upper: 0.2 };
  const permanent = {
    ...adjustment,
    experimentId: 'e',
    impact: { quality: estimate, engagement: estimate, satisfaction: estimate },
  };

  it('become improvements when their trial says so, and not before it', () => {
    const ledger = new Ledger();
    ledger.take(AdjustmentProposed, adjustment);
    expect(ledger.take(AdjustmentProposed, { ...adjustment, adjustmentId: 'b' })).toBe('adjustment a is open');
    expect(ledger.take(AdjustmentMadePermanent, permanent)).toBe('the adjustment is not on trial');
    ledger.register('e', { lever: 'style', origin: { kind: 'adjustment', id: 'a' } });
    expect(ledger.take(AdjustmentMadePermanent, permanent)).toBeUndefined();
    expect(ledger.state.improvements).toMatchObject([
      { improvementId: 'a', origin: 'adjustment', summary: 'formal → warm' },
    ]);
    expect(recipeInForce(ledger.state, 'email').style.tone).toBe('warm');
  });
});
