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
