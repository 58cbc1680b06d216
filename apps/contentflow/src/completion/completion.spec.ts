import { spawnSync } from 'node:child_process';
import { commands } from '../commands.ts';
import { completionScript } from './completion.ts';

describe('what shells complete by', () => {
  it.each(['bash', 'zsh', 'fish'])('names every command and the options of each in %s', (shell) => {
    const script = completionScript(shell, commands);
    for (const { name } of commands) expect(script).toContain(name);
    for (const option of ['columns', 'check', 'help']) expect(script).toContain(option);
  });

  it('is taken by bash, and completes', () => {
    const asked = `${completionScript('bash', commands)}
      COMP_WORDS=(contentflow gen); COMP_CWORD=1; _contentflow; echo "\${COMPREPLY[*]}"
      COMP_WORDS=(contentflow generate --che); COMP_CWORD=2; _contentflow; echo "\${COMPREPLY[*]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', asked], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: 'generate\n--check\n', stderr: '' });
  });

  it('names the shells that there are', () => {
    expect(() => completionScript('fsh', commands)).toThrow(/no shell "fsh"; did you mean "zsh"\?|did you mean "fish"/);
  });
});
