import { PromptCandidatesRequested } from '@contentflow/contracts';
import { Ledger } from '../testing/ledger.ts';

it('new prompts are asked for once by each request, in order', () => {
  const ledger = new Ledger();
  const request = { requestId: 'r', contentType: 'email', parent: 'p' };
  ledger.take(PromptCandidatesRequested, request, 1);
  ledger.take(PromptCandidatesRequested, { ...request, requestId: 's' }, 2);
  expect(ledger.take(PromptCandidatesRequested, request, 3)).toBe('they are asked for already');
  expect(ledger.state.promptRequests).toEqual([
    { ...request, at: 1 },
    { ...request, requestId: 's', at: 2 },
  ]);
});
