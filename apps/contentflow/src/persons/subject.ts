import { usageError } from '@contentflow/kernel';
import { Subjects } from '@contentflow/nest-platform';
import { writeOutput } from '../command-line/output-file.ts';
import { unknownName } from '../command-line/unknown-name.ts';
import { type PersonsOptions, withPersons } from './persons.ts';

export interface SubjectOptions extends PersonsOptions {
  readonly output?: string;
}

/** What the log holds of a person, opened: JSON on standard output, or in a file of its owner's alone. */
export async function run(options: SubjectOptions, action: string, name: string): Promise<void> {
  if (action !== 'export') throw unknownName('action', action, ['export']);
  const held = await withPersons(options, (log, personal) => new Subjects(log, personal).exported(name));
  if (!held) throw usageError(`nothing is known of "${name}"`, 'write the name that they go by as a rater');
  const text = `${JSON.stringify(held, null, 1)}\n`;
  writeOutput(options.output ?? '-', text);
}
