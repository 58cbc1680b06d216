import { HypothesisRefuted } from '@contentflow/contracts';
import { Ledger } from '../testing/ledger.ts';

describe('a hypothesis and its experiments', () => {
  it('is not proposed again while it is open', () => {
    const ledger = new Ledger();
    ledger.propose('h');
    expect(ledger.propose('h')).toBe('the hypothesis is open already');
  });

  it('a hypothesis is tested, then supported or refuted', () => {
    const ledger = new Ledger();
    const origin = { kind: 'hypothesis' as const, id: 'h' };
    const status = () => ledger.state.hypotheses['h']?.status;
    ledger.propose('h');
    ledger.register('e', { origin });
    expect(status()).toBe('testing');
    ledger.start('e');
    ledger.conclude('e');
    ledger.apply('i', 'e');
    expect(status()).toBe('supported');
    ledger.take(HypothesisRefuted, { hypothesisId: 'h', experimentId: 'e', context: 'c', reason: '' });
    expect(status()).toBe('refuted');
  });

  it('a void experiment says nothing of its hypothesis: it waits for another', () => {
    const ledger = new Ledger();
    ledger.propose('h');
    ledger.register('e', { origin: { kind: 'hypothesis', id: 'h' } });
    ledger.start('e');
    ledger.conclude('e', 'void');
    expect(ledger.state.hypotheses['h']?.status).toBe('proposed');
    expect(ledger.state.experiments['e']?.status).toBe('void');
  });
});
