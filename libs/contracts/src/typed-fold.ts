import type { Document, Fold, Projection, StoredEvent } from '@contentflow/kernel';
import { z } from 'zod';
import { type EventDefinition, isEvent } from './define-event.ts';
import { type Decision, DecisionSequenced, isDecision } from './ledger.events.ts';

/** A fold that grows by one handler at a time, each tied to the definition of its event. Its topics are those of its events. */
export interface TypedFold<State> extends Fold<State> {
  on<Schema extends z.ZodType>(
    definition: EventDefinition<Schema>,
    handler: (state: State, event: StoredEvent<z.output<Schema>>) => State,
  ): TypedFold<State>;
}

export const fold = <State>(initial: () => State): TypedFold<State> => foldOf(initial, new Map(), new Set());

function foldOf<State>(
  initial: () => State,
  handlers: Fold<State>['handlers'],
  topics: ReadonlySet<string>,
): TypedFold<State> {
  return {
    topics: [...topics],
    initial,
    handlers,
    on: (definition, handler) => {
      const typed = (state: State, event: StoredEvent): State =>
        isEvent(definition, event) ? handler(state, event) : state;
      return foldOf(initial, new Map(handlers).set(definition.type, typed), new Set(topics).add(definition.topic));
    },
  };
}

/** A projection that grows by one handler at a time, each tied to the definition of its event or decision. */
export interface TypedProjection<Doc extends Document> extends Projection<Doc> {
  /** @param idOf  which document the event belongs to: its subject when left out, none when undefined */
  on<Schema extends z.ZodType>(
    definition: EventDefinition<Schema>,
    handler: (document: Doc | undefined, event: StoredEvent<z.output<Schema>>) => Doc | undefined,
    idOf?: (event: StoredEvent<z.output<Schema>>) => string | undefined,
  ): TypedProjection<Doc>;
  /** Of a decision that has its place in the ledger. */
  onDecision<Schema extends z.ZodType>(
    definition: EventDefinition<Schema>,
    handler: (document: Doc | undefined, decision: Decision<z.output<Schema>>) => Doc | undefined,
    idOf?: (decision: Decision<z.output<Schema>>) => string | undefined,
  ): TypedProjection<Doc>;
}

/** How one type of event, or of decision, is projected. */
interface Entry<Doc, Event> {
  readonly idOf: (event: Event) => string | undefined;
  readonly handler: (document: Doc | undefined, event: Event) => Doc | undefined;
}
interface Entries<Doc> {
  readonly topics: ReadonlySet<string>;
  readonly events: ReadonlyMap<string, Entry<Doc, StoredEvent>>;
  /** Of what stands in the ledger. */
  readonly decisions: ReadonlyMap<string, Entry<Doc, Decision>>;
}

/**
 * @param name     `<service>.<documents>`: also the name of the collection
 * @param schema   of its documents, whose type it is
 * @param indexes  fields (dotted paths) that queries filter or sort by; `status+createdAt` is one index over both
 */
export function projection<Doc extends Document>(
  name: string,
  schema: z.ZodType<Doc>,
  indexes: readonly string[] = [],
): TypedProjection<Doc> {
  const about = { name, indexes, schema: () => z.toJSONSchema(schema, { unrepresentable: 'any' }) };
  return projectionOf(about, { topics: new Set(), events: new Map(), decisions: new Map() });
}

/**
 * The id of a document that one partition alone writes. What is counted over many subjects hears from several partitions, whose order is
 * nobody's to know: it is kept apart for each, and merged by who reads it, so that documents are the same whenever they are built.
 */
export const idInPartition = (id: string, { partition }: Pick<StoredEvent, 'partition'>): string =>
  `${id}|${partition}`;

const subjectOf = ({ subject }: { readonly subject: string }): string => subject;

function projectionOf<Doc extends Document>(
  about: Pick<Projection<Doc>, 'name' | 'indexes' | 'schema'>,
  { topics, events, decisions }: Entries<Doc>,
): TypedProjection<Doc> {
  const grown = (entries: Partial<Entries<Doc>>, topic: string): TypedProjection<Doc> =>
    projectionOf(about, { events, decisions, ...entries, topics: new Set(topics).add(topic) });
  return {
    ...about,
    topics: [...topics],
    idOf: (event) => events.get(event.type)?.idOf(event),
    handlers: new Map([...events].map(([type, { handler }]) => [type, handler])),
    on: (definition, handler, idOf = subjectOf) => {
      const entry: Entry<Doc, StoredEvent> = {
        idOf: (event) => (isEvent(definition, event) ? idOf(event) : undefined),
        handler: (document, event) => (isEvent(definition, event) ? handler(document, event) : document),
      };
      return grown({ events: new Map(events).set(definition.type, entry) }, definition.topic);
    },
    onDecision: (definition, handler, idOf = subjectOf) => {
      const entry: Entry<Doc, Decision> = {
        idOf: (decision) => (isDecision(definition, decision) ? idOf(decision) : undefined),
        handler: (document, decision) => (isDecision(definition, decision) ? handler(document, decision) : document),
      };
      const all = new Map(decisions).set(definition.type, entry);
      const sequenced = new Map(events).set(DecisionSequenced.type, decisionEntries(all));
      return grown({ events: sequenced, decisions: all }, DecisionSequenced.topic);
    },
  };
}

/** Entries of the ledger are told apart by the decision that stands in them. */
const decisionEntries = <Doc>(decisions: ReadonlyMap<string, Entry<Doc, Decision>>): Entry<Doc, StoredEvent> => ({
  idOf: (event) => {
    if (!isEvent(DecisionSequenced, event)) return undefined;
    const { decision } = event.data;
    return decisions.get(decision.type)?.idOf(decision);
  },
  handler: (document, event) => {
    if (!isEvent(DecisionSequenced, event)) return document;
    const { decision } = event.data;
    return decisions.get(decision.type)?.handler(document, decision);
  },
});
