import { format, resolveConfig } from 'prettier';
import { eventUses } from './event-uses.ts';
import { faultsOf } from './faults.ts';
import { eventsPage, policyPage } from './pages.ts';
import { policyUses } from './policy-uses.ts';
import { workspaceSource } from './source.ts';
import { withoutUse } from './unused-exemptions.ts';

/** What the source says of who emits and reads what: the pages by their path, and what is wrong. */
export async function contractTables(root: string) {
  const source = workspaceSource(root);
  const events = eventUses(source);
  const keys = policyUses(source);
  const style = await resolveConfig(`${root}/docs/events.md`);
  const formatted = (text: string): Promise<string> => format(text, { ...style, parser: 'markdown' });
  return {
    faults: faultsOf(root, events, keys, withoutUse),
    pages: {
      'docs/events.md': await formatted(eventsPage(events, withoutUse)),
      'docs/policy.md': await formatted(policyPage(keys, withoutUse)),
    },
  };
}
