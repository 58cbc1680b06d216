import { defaultPolicy, PolicyChanged } from '@contentflow/contracts';
import { levelOfNextExperiment } from './experiments.ts';
import { instructions, Ledger, temperature } from '../testing/ledger.ts';

describe('decisions on experiments that are void', () => {
  it('a second experiment that moves what another one moves', () => {
    const ledger = new Ledger();
    ledger.register('first');
    expect(ledger.register('second')).toBe('experiment first moves the same');
    expect(ledger.register('other', { lever: 'prompt', change: instructions })).toBeUndefined();
    // Another part of what the same lever moves.
    expect(ledger.register('third', { lever: 'model', change: temperature })).toBeUndefined();
    expect(Object.keys(ledger.state.experiments)).toEqual(['first', 'other', 'third']);
  });

  it('a registration that is not the hash of what it registers: its verdict counts for nothing either', () => {
    const ledger = new Ledger();
    expect(ledger.register('e', {}, { registration: 'changed afterwards' })).toBe(
      'its registration is not the hash of its design',
    );
    expect(ledger.start('e')).toBe('a start needs a registration before it');
    expect(ledger.conclude('e')).toBe('a verdict needs a running experiment');
    expect(ledger.state.experiments).toEqual({});
  });

  it('a start without a registration, and a second start', () => {
    const ledger = new Ledger();
    expect(ledger.start('e')).toBe('a start needs a registration before it');
    ledger.register('e');
    expect(ledger.start('e')).toBeUndefined();
    expect(ledger.start('e')).toBe('a start needs a registration before it');
  });

  it('a look or a verdict on what does not run, and a second verdict', () => {
    const ledger = new Ledger();
    ledger.register('e');
    expect(ledger.look('e', 1)).toBe('a look needs a running experiment');
    expect(ledger.conclude('e')).toBe('a verdict needs a running experiment');
    ledger.start('e');
    ledger.conclude('e', 'control');
    expect(ledger.conclude('e', 'treatment')).toBe('a verdict needs a running experiment');
    expect(ledger.state.experiments['e']).toMatchObject({ status: 'concluded', verdict: 'control' });
  });
});

describe('the error control', () => {
  it('every test costs of the error control; a discovery earns, a void one does not', () => {
    const levelAfter = (...verdicts: string[]): number => {
      const ledger = new Ledger();
      verdicts.forEach((verdict, index) => {
        ledger.register(`e${index}`);
        ledger.start(`e${index}`);
        ledger.conclude(`e${index}`, verdict, verdict === 'treatment' ? 1e-9 : 0.3);
      });
      return levelOfNextExperiment(ledger.state);
    };
    expect(levelAfter('none')).toBeLessThan(levelAfter());
    expect(levelAfter('treatment')).toBeGreaterThan(levelAfter('void'));
    expect(levelAfter('treatment', 'treatment', 'treatment')).toBeLessThanOrEqual(0.05);
  });
});

it.each([0, 1])('survives a policy whose level of false discoveries is %d', (falseDiscoveryLevel) => {
  const ledger = new Ledger();
  const extreme = { ...defaultPolicy, experiments: { ...defaultPolicy.experiments, falseDiscoveryLevel } };
  ledger.take(PolicyChanged, { policy: extreme, version: 'extreme', by: 'a person' });
  ledger.register('e');
  expect(levelOfNextExperiment(ledger.state)).toBeGreaterThan(0);
  expect(levelOfNextExperiment(ledger.state)).toBeLessThanOrEqual(0.05);
});
