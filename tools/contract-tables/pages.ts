import { ownValue } from '@contentflow/kernel';
import { defaultPolicy, eventDefinitions, policySchema, topics } from '@contentflow/contracts';
import { z } from 'zod';
import type { EventUses } from './event-uses.ts';
import type { WithoutUse } from './unused-exemptions.ts';

const HOW =
  'Written by `node tools/write-contract-tables.mjs` from the source; a test fails where it is not what the code does.';

/** docs/events.md */
export function eventsPage(uses: ReadonlyMap<string, EventUses>, reasons: WithoutUse): string {
  const sections = topics.map(({ name: topic }) => {
    const rows = [...eventDefinitions.values()]
      .filter((definition) => definition.topic === topic)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, description }) => {
        const { emitters = none, readers = none } = uses.get(name) ?? {};
        return [
          `\`${name}\``,
          description,
          cell(emitters, ownValue(reasons.emitter, name)),
          cell(readers, ownValue(reasons.reader, name)),
        ];
      });
    return `## ${topic}\n\n${table(['event', 'says', 'emitted by', 'read by'], rows)}`;
  });
  const values = table(
    ['value', 'waits for'],
    Object.entries(reasons.value).map(([value, reason]) => [`\`${value}\``, reason]),
  );
  return page(
    'Events: who emits them, who reads them',
    `Libraries and apps, by their folder. ${HOW} \`decisions\` is the state of the system that every service folds from the ledger. The console shows each decision, by the API.`,
    [...sections, `## Values that nothing says yet\n\n${values}`],
  );
}

/** docs/policy.md */
export function policyPage(uses: ReadonlyMap<string, ReadonlySet<string>>, reasons: WithoutUse): string {
  const rows = [...uses]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, readers]) => [
      `\`${key}\``,
      `\`${JSON.stringify(valueAt(defaultPolicy, key))}\``,
      meaningOf(key),
      cell(readers, ownValue(reasons.key, key)),
    ]);
  return page('The policy: its keys, and who reads them', `Libraries and apps, by their folder. ${HOW}`, [
    table(['key', 'default', 'means', 'read by'], rows),
  ]);
}

const none: ReadonlySet<string> = new Set();

const cell = (names: ReadonlySet<string>, reason: string | undefined): string =>
  [...names].sort().join(', ') || `nobody yet; ${reason ?? 'no reason'}`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

const page = (title: string, about: string, sections: readonly string[]): string =>
  [`# ${title}`, about, ...sections].join('\n\n') + '\n';

const valueAt = (value: unknown, key: string): unknown =>
  key.split('.').reduce((within, name) => ownValue(within as Record<string, unknown>, name), value);

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
}

const described = z.toJSONSchema(policySchema, { io: 'input' }) as Described;

const meaningOf = (key: string): string =>
  key.split('.').reduce<Described | undefined>((within, name) => ownValue(within?.properties ?? {}, name), described)
    ?.description ?? '';
