import { DecisionSequenced, isEvent, Topic } from '@contentflow/contracts';
import { afterEntry, initialSystemState, type SystemState } from '@contentflow/decisions';
import { decodedLog, type EventLog } from '@contentflow/event-log';
import { generatorOptions, notesOnModels, notesOnRecipes } from '@contentflow/generator';
import { ownValue, partitionKey } from '@contentflow/kernel';
import { assumedPrice, modelName, priceTable } from '@contentflow/language-models';
import type { Configuration } from '@contentflow/nest-platform';

/** What whoever starts the system ought to know of this configuration, beside what the ledger remembers. */
export const notesAtStart = (state: SystemState, configuration: Configuration): string[] => [
  ...notesOnModels(state, {
    offered: configuration.providers.flatMap(({ name: provider, models }) =>
      models.map((each) => ({ provider, name: modelName(each) })),
    ),
  }),
  ...notesOnRecipes(state, generatorOptions(configuration).configured),
  ...notesOnPrices(configuration),
];

/** Models whose cost can only be an estimate. */
export function notesOnPrices({ providers }: Pick<Configuration, 'providers'>): string[] {
  const prices = priceTable(providers);
  const unpriced = providers.flatMap(({ name, models }) =>
    models.map(modelName).filter((model) => model !== '*' && prices.priceOf(name, model).source === 'assumed'),
  );
  if (unpriced.length === 0) return [];
  const { usdPerMillionInput, usdPerMillionOutput } = assumedPrice;
  return [
    `no price is known of ${unpriced.join(', ')}: what it costs is an estimate, at $${usdPerMillionInput} and $${usdPerMillionOutput} per million tokens in and out, and budgets hold by that; write usdPerMillionInput and usdPerMillionOutput beside its name`,
  ];
}

/** The state of the system as a log that nobody else reads here has it. */
export async function stateIn(log: EventLog): Promise<SystemState> {
  const ends = await log.ends([Topic.ledger]);
  const range = { topic: Topic.ledger, partition: 0, from: 0, to: ownValue(ends, partitionKey(Topic.ledger, 0)) ?? 0 };
  let state = initialSystemState;
  for await (const batch of decodedLog(log).read(range))
    for (const event of batch) if (isEvent(DecisionSequenced, event)) state = afterEntry(state, event.data);
  return state;
}
