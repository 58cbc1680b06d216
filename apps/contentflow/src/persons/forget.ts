import { Subjects } from '@contentflow/nest-platform';
import { systemClock, usageError } from '@contentflow/kernel';
import { type PersonsOptions, withPersons } from './persons.ts';

export interface ForgetOptions extends PersonsOptions {
  readonly json?: boolean;
  readonly by: string;
}

/** Destroys the key of a person. @returns 1 where words of theirs stand in clear, which nothing can unwrite */
export async function run(options: ForgetOptions, name: string): Promise<number> {
  const forgotten = await withPersons(options, (log, personal) =>
    new Subjects(log, personal).forget(name, { by: options.by, at: systemClock.now() }),
  );
  if (!forgotten)
    throw usageError(
      `nothing is known of "${name}"`,
      'write the name that they go by as a rater; who has been forgotten is not known either',
    );
  const { subject, forgotten: isForgotten, in_clear: inClear } = forgotten;
  if (options.json) console.log(JSON.stringify(forgotten, null, 1));
  else {
    if (isForgotten) console.log(`forgotten: what is sealed for ${subject} nobody can read any more, in no copy of it`);
    if (inClear > 0)
      console.log(
        `${inClear} events of earlier releases hold words of this person in clear. A log that is only appended to cannot unwrite them: what to do is in docs/personal-data.md`,
      );
  }
  return inClear > 0 ? 1 : 0;
}
