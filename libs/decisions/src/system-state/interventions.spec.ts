import { AdjustmentProposed, ImprovementExpired, OperatorIntervened, ProposalExpired } from '@contentflow/contracts';
import { proposalsOf } from '../proposals.ts';
import { instructions, Ledger } from '../testing/ledger.ts';
import { autonomySetOn, mayProceed } from './autonomy.ts';
import { improvementsInForce } from './improvements.ts';
import { recipeInForce } from './recipes.ts';

const because = { reason: 'a person says so', by: 'ada' };
const says = (ledger: Ledger, action: string, target: string, more: object = {}, at = 5) =>
  ledger.take(OperatorIntervened, { action, target, ...because, ...more }, at);
const asking = (ledger: Ledger) =>
  says(ledger, 'set_autonomy', 'levers', { levels: { model: 'propose', prompt: 'propose', style: 'propose' } });
const wish = {
  adjustmentId: 'shorter',
  kind: 'content_length',
  contentType: 'email',
  lever: 'style',
  change: { kind: 'set_words', words: 100 },
  metric: 'satisfaction',
  current: '200',
  target: '100',
  support: { comments: 30, raters: 20 },
};
const model = { id: 'h', contentType: 'email', lever: 'model' } as const;

describe('a proposal', () => {
  it('waits for a person where its lever proposes, and is not followed before', () => {
    const ledger = new Ledger();
    asking(ledger);
    ledger.propose('h');
    ledger.take(AdjustmentProposed, wish, 7);
    expect(proposalsOf(ledger.state)).toMatchObject([
      { id: 'shorter', kind: 'adjustment', status: 'waiting', why: '20 readers ask for it' },
      { id: 'h', kind: 'hypothesis', status: 'waiting', answerUntil: expect.any(Number) },
    ]);
    expect(mayProceed(ledger.state, model, 9)).toBe(false);
    says(ledger, 'approve', 'h');
    expect(mayProceed(ledger.state, model, 9)).toBe(true);
    expect(proposalsOf(ledger.state)[1]).toMatchObject({ status: 'approved', answerUntil: null, answer: because });
  });

  it('that is approved still waits in a freeze window, and while autonomy only observes', () => {
    const ledger = new Ledger();
    asking(ledger);
    ledger.propose('h');
    says(ledger, 'approve', 'h');
    const freezeWindows = [{ from: '00:00', until: '12:00' }];
    expect(mayProceed({ ...ledger.state, policy: { ...ledger.state.policy, freezeWindows } }, model, 9)).toBe(false);
    says(ledger, 'set_autonomy', 'levers', { levels: { model: 'observe' } });
    expect(mayProceed(ledger.state, model, 9)).toBe(false);
  });

  it.each([
    ['refused', (ledger: Ledger) => says(ledger, 'refuse', 'h')],
    [
      'not answered',
      (ledger: Ledger) => ledger.take(ProposalExpired, { proposalId: 'h', kind: 'hypothesis', reason: 'late' }),
    ],
  ])('that is %s is given up, and may be proposed again', (_, answer) => {
    const ledger = new Ledger();
    asking(ledger);
    ledger.propose('h');
    expect(answer(ledger)).toBeUndefined();
    expect(ledger.state.hypotheses['h']?.status).toBe('refused');
    expect(proposalsOf(ledger.state)).toMatchObject([{ status: 'refused' }]);
    ledger.propose('h');
    expect(proposalsOf(ledger.state)).toMatchObject([{ status: 'waiting', answer: null }]);
  });

  it('of readers is refused like any other, and not once it is on trial', () => {
    const ledger = new Ledger();
    ledger.take(AdjustmentProposed, wish);
    ledger.register('e', { lever: 'style', origin: { kind: 'adjustment', id: 'shorter' } });
    expect(says(ledger, 'refuse', 'shorter')).toMatch(/on trial/);
    const another = new Ledger();
    another.take(AdjustmentProposed, wish);
    expect(says(another, 'refuse', 'shorter')).toBeUndefined();
    expect(another.state.adjustments['shorter']?.status).toBe('refused');
  });

  it.each(['refuse', 'expire', 'stop'])('to test again stays in force for another term: %s', (how) => {
    const ledger = new Ledger().improve('i', 'model', { kind: 'use_model', model: 'small' });
    ledger.take(ImprovementExpired, { improvementId: 'i', reason: 'its date has come' }, 700);
    expect(proposalsOf(ledger.state)).toMatchObject([{ id: 'i', kind: 'retest', proposedAt: 700 }]);
    if (how === 'refuse') says(ledger, 'refuse', 'i', {}, 800);
    if (how === 'expire') ledger.take(ProposalExpired, { proposalId: 'i', kind: 'retest', reason: 'late' }, 800);
    if (how === 'stop') {
      ledger.register('again', { origin: { kind: 'retest', id: 'i' } });
      says(ledger, 'stop_experiment', 'again', {}, 800);
    }
    const [kept] = ledger.state.improvements;
    expect(kept).toMatchObject({ status: 'confirmed', expiresAt: 800 + ledger.state.policy.watch.expiresAfterMs });
  });

  it.each([
    ['approve', 'nobody', /no proposal/],
    ['refuse', 'constructor', /no proposal/],
    ['stop_experiment', '__proto__', /no experiment/],
    ['undo_rollback', 'nobody', /no improvement/],
    ['set_threshold', 'toString', /no content type/],
    ['approve', 'supported', /is supported/],
  ])('cannot be answered where there is none: %s %s', (action, target, reason) => {
    const ledger = new Ledger();
    ledger.propose('supported');
    ledger.register('e', { origin: { kind: 'hypothesis', id: 'supported' } });
    ledger.start('e');
    ledger.conclude('e');
    ledger.apply('i', 'e');
    const before = ledger.state;
    expect(says(ledger, action, target, { threshold: 5 })).toMatch(reason);
    expect({ ...ledger.state, position: 0, void: [] }).toEqual({ ...before, position: 0, void: [] });
  });
});

describe('a person’s hand', () => {
  it('pins a lever of a content type, and lets it go', () => {
    const ledger = new Ledger();
    const lever = { contentType: 'email', lever: 'model' };
    expect(says(ledger, 'pin', 'email/model', lever)).toBeUndefined();
    const level = (contentType: string) => autonomySetOn(ledger.state, 'model', contentType);
    expect([level('email'), level('headline'), autonomySetOn(ledger.state, 'prompt', 'email')]).toEqual([
      'observe',
      'apply',
      'apply',
    ]);
    says(ledger, 'unpin', 'email/model', lever);
    expect(level('email')).toBe('apply');
  });

  it('pins nothing that an experiment is open on, nor of a content type that there is not', () => {
    const ledger = new Ledger();
    ledger.register('e');
    expect(says(ledger, 'pin', 'email/model', { contentType: 'email', lever: 'model' })).toMatch(/stop it first/);
    expect(says(ledger, 'pin', 'x/model', { contentType: 'x', lever: 'model' })).toMatch(/no content type/);
  });

  it('stops an experiment: what it tried is refused, its lever is free, and no verdict follows', () => {
    const ledger = new Ledger();
    ledger.propose('h');
    ledger.register('e', { origin: { kind: 'hypothesis', id: 'h' } });
    ledger.start('e');
    expect(says(ledger, 'stop_experiment', 'e')).toBeUndefined();
    expect(ledger.state.experiments['e']).toMatchObject({ status: 'void', reason: 'operator', concludedAt: 5 });
    expect(ledger.state.hypotheses['h']?.status).toBe('refused');
    expect(ledger.conclude('e')).toMatch(/running/);
    expect(ledger.register('other')).toBeUndefined();
    expect(says(ledger, 'stop_experiment', 'e')).toMatch(/is void/);
  });

  it('undoes a rollback: the improvement stands again where it stood, watched as if new', () => {
    const ledger = new Ledger()
      .improve('a', 'prompt', instructions)
      .improve('b', 'model', { kind: 'use_model', model: 'small' });
    ledger.rollBack('a');
    expect(improvementsInForce(ledger.state, 'email').map(({ improvementId }) => improvementId)).toEqual(['b']);
    expect(says(ledger, 'undo_rollback', 'a', {}, 99)).toBeUndefined();
    const inForce = improvementsInForce(ledger.state, 'email');
    expect(inForce).toMatchObject([{ improvementId: 'a', status: 'applied', appliedAt: 99 }, { improvementId: 'b' }]);
    expect(inForce[0]).not.toHaveProperty('endedAt');
    expect(recipeInForce(ledger.state, 'email').prompt.instructions).toBe('Write better.');
    expect(says(ledger, 'undo_rollback', 'a')).toMatch(/is applied/);
  });

  it('sets a threshold, also a lower one', () => {
    const ledger = new Ledger();
    says(ledger, 'set_threshold', 'email', { threshold: 7 });
    expect(recipeInForce(ledger.state, 'email').qualityThreshold).toBe(7);
    says(ledger, 'set_threshold', 'email', { threshold: 3 }, 9);
    expect(ledger.state.qualityThresholds['email']).toEqual({ threshold: 3, since: 9 });
  });
});
