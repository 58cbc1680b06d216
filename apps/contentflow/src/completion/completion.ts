import { ownValue } from '@contentflow/kernel';
import { Command } from 'commander';
import { type CommandDefinition, declare } from '../command-line/command.ts';
import { unknownName } from '../command-line/unknown-name.ts';

/** A command as a shell offers it. */
interface Offered {
  readonly name: string;
  readonly description: string;
  readonly options: readonly { readonly flag: string; readonly description: string; readonly takesValue: boolean }[];
}

/**
 * What a shell completes by: commands, and the options of each.
 * @throws ContentFlowError `usage` for a shell that is not known
 */
export function completionScript(shell: string, commands: readonly CommandDefinition[]): string {
  const script = ownValue(scripts, shell);
  if (!script) throw unknownName('shell', shell, Object.keys(scripts));
  return script(offered(commands));
}

function offered(commands: readonly CommandDefinition[]): Offered[] {
  const program = new Command('contentflow');
  for (const each of commands) declare(program, each);
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: [
      ...command.options,
      { long: '--help', description: 'how it is called', required: false, optional: false },
    ].map(({ long, description, required, optional }) => ({
      flag: long ?? '',
      description,
      takesValue: required || optional,
    })),
  }));
}

const scripts: Readonly<Record<string, (offered: readonly Offered[]) => string>> = {
  bash: (offers) => `_contentflow() {
  local word=\${COMP_WORDS[COMP_CWORD]} options
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${offers.map(({ name }) => name).join(' ')}" -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${offers.map(({ name, options }) => `    ${name}) options="${options.map(({ flag }) => flag).join(' ')}" ;;`).join('\n')}
  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -o filenames -F _contentflow contentflow`,
  zsh: (offers) => `#compdef contentflow
_contentflow() {
  local -a commands
  commands=(
${offers.map(({ name, description }) => `    ${quoted(`${name}:${description.replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  case $words[2] in
${offers
  .map(({ name, options }) => {
    const specs = options.map(({ flag, description, takesValue }) =>
      quoted(`${flag}[${description.replaceAll(/[[\]:]/g, ' ')}]${takesValue ? ':value:_files' : ''}`),
    );
    return `    ${name}) _arguments ${specs.join(' ')} '*:file:_files' ;;`;
  })
  .join('\n')}
  esac
}
_contentflow "$@"`,
  fish: (offers) =>
    offers
      .flatMap(({ name, description, options }) => [
        `complete -c contentflow -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
        ...options.map(
          (each) =>
            `complete -c contentflow -n '__fish_seen_subcommand_from ${name}' -l ${each.flag.slice(2)} -d ${quoted(each.description)}${each.takesValue ? ' -r' : ''}`,
        ),
      ])
      .join('\n'),
};

/** One word to a shell, whatever is in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
