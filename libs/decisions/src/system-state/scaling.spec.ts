import { ScalingDecided } from '@contentflow/contracts';
import { initialSystemState } from '../system-state.ts';
import { Ledger } from '../testing/ledger.ts';

it('there is one instance, then as many as were decided last', () => {
  expect(initialSystemState.instances).toBe(1);
  const ledger = new Ledger();
  ledger.take(ScalingDecided, { from: 1, to: 3 });
  ledger.take(ScalingDecided, { from: 3, to: 2 });
  expect(ledger.state.instances).toBe(2);
});

it.each([-1, -9_007_199_254_740_991, 1.5, 1e300])('there are never %s instances: that decision is void', (to) => {
  const ledger = new Ledger();
  expect(ledger.take(ScalingDecided, { from: 1, to })).toMatch(/there cannot be/);
  expect(ledger.state.instances).toBe(1);
});
