import type { EventLog } from '@contentflow/event-log';
import type { Clock, Random } from '@contentflow/kernel';
import type { Budgets, ModelGateway, ModelProvider } from '@contentflow/language-models';
import type { ReadModelStore } from '@contentflow/read-model';
import type { Logger } from 'pino';
import type { SigningKeys } from './adapters/signing-keys.ts';
import type { Snapshots } from './snapshots.ts';

/** What every service stands on, handed to Nest under the token `PLATFORM`. */
export interface Platform {
  /** Events as their contracts have them. */
  readonly log: EventLog;
  /** The same log with events as they were stored: for whoever finds hashes over them. */
  readonly storedLog: EventLog;
  /** The documents of one service, kept apart from those of the others. */
  readonly readModel: (service: string) => Promise<ReadModelStore>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** This process, as workers and claims name it. */
  readonly instance: string;
  /** Version of the code that decides. */
  readonly code: string;
  /** True when models, readers and machines are those of the sandbox. */
  readonly simulated: boolean;
  /** How long a claim on a brief holds unless it is renewed: after a crash its briefs wait that long. */
  readonly leaseMs: number;
  /** Where the embedded engine keeps its files. */
  readonly folder?: string;
  /** Where the keys of persons are, where that is not `folder`: of a simulated day, which keeps nothing else from one start to the next. */
  readonly keysIn?: string;
  /** What checkpoints are signed with; absent where there is no key. */
  readonly signingKeys?: SigningKeys;
  /** Absent where every start folds from event zero. */
  readonly snapshots?: Snapshots;
  /** Where the engine past one machine keeps documents: the server, and the database of each service. */
  readonly mongo?: { readonly uri: string; databaseOf(service: string): string };
  /** Whether to go on where the log has lost what was seen of it. */
  readonly acceptsLoss?: boolean;
  /** Whether what is written finds room, and files are sound; absent where it is not this machine's to know. */
  readonly room?: { problem(): Promise<string | undefined> };
  /** Aborts when the platform closes. */
  readonly closing?: AbortSignal;
}

export const PLATFORM = Symbol('Platform');

/** How the generator reaches models. */
export interface Models {
  readonly providers: readonly ModelProvider[];
  readonly gateway: ModelGateway;
  /** Where any are configured. */
  readonly budgets?: Budgets;
  /** The models on offer and their prices, as they are made known to whoever decides. */
  readonly offered: readonly {
    name: string;
    provider: string;
    usdPerMillionInput: number;
    usdPerMillionOutput: number;
    /** Nobody said a price: an expensive one stands in. */
    isAssumed?: true;
  }[];
}
export const MODELS = Symbol('Models');

/** The machines that generate: how many there are, and how many calls they make at once. */
export interface Machines {
  readonly executor: string;
  instances(): number;
  /** Calls that this process may have in flight. */
  callsAtOnce(): number;
  /** Starts or stops instances until there are that many. @throws where they cannot be had */
  scaleTo(instances: number): Promise<void>;
  onChange(listener: () => void): void;
  usage(): MachineUsage;
}
/** Of its machine by a process: shares of one; and where all instances run on it, how many it has cores for, and how many more there is room for now. */
export interface MachineUsage {
  readonly cpu: number;
  readonly memory: number;
  readonly mostInstances?: number;
  readonly moreInstances?: number;
}
export const MACHINES = Symbol('Machines');
