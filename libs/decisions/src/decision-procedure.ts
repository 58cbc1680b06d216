import {
  derivedId,
  type Fold,
  type FoldedState,
  type NewEvent,
  type ErasedHandler,
  partsInOrder,
  type Positions,
  ownValue,
} from '@contentflow/kernel';
import { type Basis, type EventDefinition, newEvent, type Policy } from '@contentflow/contracts';
import type { SystemState } from './system-state.ts';

/**
 * How one kind of decision is made, from the log alone: fold, ask what is due, decide. All of it is pure, so that an
 * audit can do it again with its own hands.
 */
export interface DecisionProcedure<State = unknown, Evidence = unknown> {
  /** `optimizer.experiments`, `scaler.scaling`, … */
  readonly name: string;
  /** How long after the last tick it is asked again, in milliseconds, by the policy of now. */
  readonly every: (policy: Policy) => number;
  /** Names what is not to wait for the next tick; empty where there is none. */
  readonly urgent?: (system: SystemState) => string;
  /** Loads what it computes with; awaited before it is first asked, here and in an audit. */
  readonly prepare?: () => Promise<void>;
  /** What it knows of the log, apart for each partition; the state of the system is handed in beside it. */
  readonly fold: Fold<State>;
  /** What is to be decided now, each question with the evidence it stands on. */
  readonly due: ErasedHandler<
    (parts: readonly State[], system: SystemState, at: number) => readonly Question<Evidence>[]
  >;
  /** Same evidence, policy and time: the same decisions, bit for bit. What follows on the first may be found when it is asked for. */
  readonly decide: ErasedHandler<(evidence: Evidence, policy: Policy, at: number) => Iterable<Decided>>;
}

export interface Question<Evidence> {
  /** Names what is answered; an answer given twice has the same id, so the second is void. */
  readonly question: string;
  readonly evidence: Evidence;
}

/** A question whose evidence is found when it is first looked at: of all that was due at a time, an audit looks at what was answered. */
export function question<Evidence>(name: string, find: () => Evidence): Question<Evidence> {
  let found: { readonly evidence: Evidence } | undefined;
  return {
    question: name,
    get evidence() {
      return (found ??= { evidence: find() }).evidence;
    },
  };
}

/** A decision before it has its basis and its place in the log. */
export interface Decided {
  readonly definition: EventDefinition;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export const decided = <Data>(
  definition: EventDefinition & { schema: { _zod: { input: Data } } },
  subject: string,
  data: Omit<Data, 'basis'>,
): Decided => ({ definition, subject, data: data as Record<string, unknown> });

export interface RunMetadata {
  readonly at: number;
  readonly code: string;
}

/** The decisions due in these states, as events that carry what they stand on. */
export function makeDecisions<State, Evidence>(
  procedure: DecisionProcedure<State, Evidence>,
  folded: FoldedState<State>,
  system: SystemState,
  ledger: Positions,
  circumstances: RunMetadata,
): NewEvent[] {
  const { at, code } = circumstances;
  return procedure.due(partsInOrder(folded), system, at).flatMap(({ question, evidence }) => {
    const basis: Basis = {
      procedure: procedure.name,
      question,
      at,
      evidence,
      policy: system.policyVersion,
      code,
      positions: { ...folded.positions, ...ledger },
    };
    return decisionEvents(procedure, basis, system.policy);
  });
}

/** What a procedure decides on this basis, as the events that say so; for an audit, what it ought to have decided. */
export function decisionEvents<Evidence>(
  procedure: Pick<DecisionProcedure<never, Evidence>, 'decide'>,
  basis: Basis,
  policy: Policy,
): NewEvent[] {
  return [...decisionsOn(procedure, basis, policy)];
}

/** The same, each when it is asked for: whoever looks for the first need not find the others. */
export function* decisionsOn<Evidence>(
  procedure: Pick<DecisionProcedure<never, Evidence>, 'decide'>,
  basis: Basis,
  policy: Policy,
): Generator<NewEvent> {
  let index = 0;
  for (const decision of procedure.decide(basis.evidence as Evidence, policy, basis.at))
    yield asEvent(decision, basis, index++);
}

function asEvent({ definition, subject, data }: Decided, basis: Basis, index: number): NewEvent {
  const cause = derivedId(`${basis.procedure}:${basis.question}`, 'decision');
  return newEvent(definition, {
    subject,
    data: { ...data, basis },
    time: basis.at,
    cause: { id: cause },
    index,
  });
}

/**
 * Where two values differ first, by sorted keys, as a dotted path; undefined when they are equal as JSON. A property that is
 * undefined is one that is absent.
 */
export function firstDifference(
  expected: unknown,
  actual: unknown,
  path = '',
): { field: string; expected: unknown; actual: unknown } | undefined {
  if (isSameJson(expected, actual)) return undefined;
  if (isObject(expected) && isObject(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    for (const key of [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort()) {
      const found = firstDifference(
        ownValue(expected, key),
        ownValue(actual, key),
        path === '' ? key : `${path}.${key}`,
      );
      if (found) return found;
    }
    return undefined;
  }
  return { field: path, expected, actual };
}

/** As nearly all that is compared is: found without putting keys into an order. */
function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSameJson(item, b[index]));
  const keys = Object.keys(a);
  return (
    !Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSameJson(ownValue(a, key), ownValue(b, key)))
  );
}

/** Of a value, what another one has a place for: objects only the keys that the other's have. */
export function limitedTo(form: unknown, value: unknown): unknown {
  if (!isObject(form) || !isObject(value) || Array.isArray(form) !== Array.isArray(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => limitedTo(ownValue(form, String(index)), item));
  const keys = Object.keys(form).filter((key) => Object.hasOwn(value, key));
  return Object.fromEntries(keys.map((key) => [key, limitedTo(ownValue(form, key), ownValue(value, key))]));
}

/** Where a value, limited to a form, differs from it first; as {@link firstDifference} of {@link limitedTo}, copying no more than what differs. */
export function firstDifferenceWithin(form: unknown, value: unknown, path = ''): ReturnType<typeof firstDifference> {
  if (isSameWithin(form, value)) return undefined;
  if (!isObject(form) || !isObject(value) || Array.isArray(form) || Array.isArray(value))
    return firstDifference(limitedTo(form, value), form, path);
  for (const key of Object.keys(form).sort()) {
    const within = path === '' ? key : `${path}.${key}`;
    const found = Object.hasOwn(value, key)
      ? firstDifferenceWithin(ownValue(form, key), ownValue(value, key), within)
      : firstDifference(undefined, ownValue(form, key), within);
    if (found) return found;
  }
  return undefined;
}

function isSameWithin(form: unknown, value: unknown): boolean {
  if (form === value) return true;
  if (!isObject(form) || !isObject(value) || Array.isArray(form) !== Array.isArray(value))
    return isSameJson(value, form);
  if (Array.isArray(form)) return Array.isArray(value) && isSameListWithin(form, value);
  return Object.keys(form).every((key) =>
    Object.hasOwn(value, key)
      ? isSameWithin(ownValue(form, key), ownValue(value, key))
      : ownValue(form, key) === undefined,
  );
}

const isSameListWithin = (form: readonly unknown[], value: readonly unknown[]): boolean =>
  form.length === value.length && form.every((item, index) => isSameWithin(item, value[index]));

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
