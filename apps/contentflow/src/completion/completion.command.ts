import type { CommandDefinition } from '../command-line/command.ts';

/** @param commands  all that there are, this one among them */
export const completionCommand = (commands: () => readonly CommandDefinition[]): CommandDefinition => ({
  name: 'completion',
  description: 'what a shell completes commands and options by',
  examples: [
    'completion bash > ~/.local/share/bash-completion/completions/contentflow',
    'completion zsh > ~/.zfunc/_contentflow',
    'completion fish > ~/.config/fish/completions/contentflow.fish',
  ],
  configure: (to) => to.argument('<shell>', 'bash, zsh or fish'),
  load: async () => {
    const { completionScript } = await import('./completion.ts');
    return { run: async (_: object, shell = '') => console.log(completionScript(shell, commands())) };
  },
});
