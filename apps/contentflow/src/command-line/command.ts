import { usageError } from '@contentflow/kernel';
import type { Command } from 'commander';

const MIN_NODE = 24;

/** One command of the command line: how it is called, and what it runs. */
export interface CommandDefinition {
  readonly name: string;
  readonly description: string;
  /** How it is called, as its help shows it. */
  readonly examples: readonly string[];
  /** Declares its arguments and options. */
  readonly configure: (command: Command) => Command;
  /** Loads what it runs only when it is called: most commands need a part of the system, and the help needs none. */
  readonly load: () => Promise<RunnableCommand>;
}

interface RunnableCommand {
  /** Its options are those that its command declares. @returns the exit code; 0 when left out */
  run(options: object, ...positional: string[]): Promise<number | void>;
}

export function declare(program: Command, { name, description, examples, configure, load }: CommandDefinition): void {
  const shown = examples.map((each) => `  npx contentflow ${each}`).join('\n');
  const command = configure(program.command(name).description(description)).addHelpText(
    'after',
    `\nFor example:\n${shown}`,
  );
  command.action(async (...args: unknown[]) => {
    if (Number(process.versions.node.split('.')[0]) < MIN_NODE)
      throw usageError(`needs Node ${MIN_NODE}, runs on ${process.version}`, 'use "npx contentflow"');
    const { run } = await load();
    const positional = args.slice(0, -2);
    const code = await run(args.at(-2) as object, ...(positional as string[]));
    process.exitCode = code ?? 0;
  });
}
