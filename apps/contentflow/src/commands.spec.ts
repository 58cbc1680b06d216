import { Command } from 'commander';
import { declare } from './command-line/command.ts';
import { commands } from './commands.ts';

/** They serve, or speak a protocol, or print what a shell reads: there is nothing to report. */
const reportsNothing = ['start', 'work', 'sandbox', 'mcp', 'completion'];
/** What they print is JSON, or measured line by line. */
const printsItsOwn = ['subject', 'backtest', 'bench'];

const program = new Command('contentflow');
for (const each of commands) declare(program, each);

describe.each(program.commands.map((command) => [command.name(), command] as const))(
  'contentflow %s',
  (name, command) => {
    it('has a help of its own, with an example that it takes, and no colours', () => {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(help).toContain(`Usage: contentflow ${name}`);
      expect(help).toContain(`npx contentflow ${name}`);
      expect(help).not.toContain('\u001b');
      const known = [...command.options.map(({ long }) => long), '--help'];
      for (const [option] of help.slice(help.indexOf('For example:')).matchAll(/--[a-z][a-z-]*/g))
        expect(known).toContain(option);
    });

    it('prints JSON where asked to, if it reports', () => {
      const isAsked = command.options.some(({ long }) => long === '--json');
      expect(isAsked).toBe(![...reportsNothing, ...printsItsOwn].includes(name));
    });
  },
);
