import { SemanticCacheAllowed, SemanticCacheRestricted, SemanticCacheShown } from '@contentflow/contracts';
import { Ledger } from '../testing/ledger.ts';

describe('answers found by meaning', () => {
  const of = (ledger: Ledger) => ledger.state.semanticCache['email'];

  it('are restricted to a similarity, then to none, and not again after that', () => {
    const ledger = new Ledger();
    ledger.take(SemanticCacheRestricted, { contentType: 'email', similarity: 0.95 }, 1);
    expect(of(ledger)).toEqual({ isRestricted: true, similarity: 0.95, since: 1, countedFrom: 0 });
    ledger.take(SemanticCacheRestricted, { contentType: 'email' }, 2);
    expect(of(ledger)).toEqual({ isRestricted: true, similarity: null, since: 2, countedFrom: 0 });
    expect(ledger.take(SemanticCacheRestricted, { contentType: 'email' }, 3)).toBe('it is restricted already');
  });

  it('are shown to keep the budget, until they are restricted; then a person’s word has them shown anew', () => {
    const ledger = new Ledger();
    ledger.take(SemanticCacheShown, { contentType: 'email' }, 1);
    expect(of(ledger)).toMatchObject({ isRestricted: false, isShown: true, since: 1, countedFrom: 0 });
    ledger.take(SemanticCacheRestricted, { contentType: 'email' }, 2);
    expect(of(ledger)?.isShown).toBeUndefined();
    expect(ledger.take(SemanticCacheShown, { contentType: 'email' }, 3)).toBe('it is restricted');
    ledger.take(SemanticCacheAllowed, { contentType: 'email' }, 4);
    expect(of(ledger)?.isShown).toBeUndefined();
  });

  it('are allowed again by a person; what was wrong before counts no more, also when they are restricted later', () => {
    const ledger = new Ledger();
    ledger.take(SemanticCacheRestricted, { contentType: 'email' }, 1);
    ledger.take(SemanticCacheAllowed, { contentType: 'email' }, 5);
    expect(of(ledger)).toEqual({ isRestricted: false, similarity: null, since: 5, countedFrom: 5 });
    ledger.take(SemanticCacheRestricted, { contentType: 'email' }, 9);
    expect(of(ledger)).toMatchObject({ isRestricted: true, since: 9, countedFrom: 5 });
  });
});
