import type { App, AppBuilds } from './app-builds.ts';

/** How a process ended. */
export interface Stopped {
  /** 0 where all that was in hand ended within its grace. */
  readonly code: number | null;
  readonly ms: number;
}

export interface Replacement extends Stopped {
  readonly app: App;
  readonly startMs: number;
}

/** A process that was replaced: while it stops, and a little longer, a request may be refused by it. */
export interface DeployedEnd {
  readonly app: App;
  /** What it said on standard error; its end. */
  readonly said: string;
  readonly stopsFrom: number;
  readonly stoppedAt: number;
}

/** The services and the entry, however they are deployed. */
export interface Deployment {
  /** Where callers ask. */
  readonly url: string;
  /** What they show, where keys are asked for. */
  readonly key?: string;
  readonly replacements: readonly Replacement[];
  readonly ended: readonly DeployedEnd[];
  /** What went wrong of itself, a sentence for each. */
  readonly wrong: readonly string[];
  start(builds: AppBuilds): Promise<void>;
  /** One after another: the new one is ready before the old one goes. */
  roll(apps: readonly App[], builds: AppBuilds): Promise<void>;
  all(): readonly DeployedEnd[];
  stop(): Promise<unknown>;
  kill(): void;
}
