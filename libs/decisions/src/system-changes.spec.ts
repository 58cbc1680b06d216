import { AutonomyPaused, ScalingDecided } from '@contentflow/contracts';
import { Ledger } from './testing/ledger.ts';
import { systemChanges } from './system-changes.ts';

describe('what changed in the system between two instants', () => {
  const ledger = new Ledger();
  const before = ledger.state;
  ledger.propose('h');
  ledger.register('of-h');
  ledger.start('of-h');
  const running = ledger.state;
  ledger.conclude('of-h');
  ledger.apply('i', 'of-h');
  ledger.take(AutonomyPaused, { reason: 'a fair', by: 'ada' });
  ledger.take(ScalingDecided, { from: 1, to: 3 });

  it('is nothing where nothing was decided', () => {
    expect(systemChanges(before, before)).toEqual([]);
  });

  it('names an experiment that began, and what was not there before', () => {
    expect(systemChanges(before, running)).toEqual([{ key: 'email.experiments.of-h', after: 'model (running)' }]);
  });

  it('names recipe, improvements, autonomy and instances, each as it was and as it is', () => {
    const changes = new Map(systemChanges(running, ledger.state).map(({ key, ...change }) => [key, change]));
    expect(changes.get('email.experiments.of-h')).toEqual({ before: 'model (running)' });
    expect(changes.get('email.improvements.i')).toEqual({ after: expect.stringContaining('(applied)') });
    expect(changes.get('email.recipe.model')).toEqual({ before: 'large', after: 'small' });
    expect(changes.get('autonomy.state')).toEqual({ before: 'running', after: 'paused' });
    expect(changes.get('instances')).toEqual({ before: 1, after: 3 });
  });

  it('may be of one content type alone', () => {
    expect(systemChanges(running, ledger.state, 'email').map(({ key }) => key)).not.toContain('instances');
    expect(systemChanges(running, ledger.state, 'article')).toEqual([]);
  });
});
