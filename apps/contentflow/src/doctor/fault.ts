/** Something amiss in an installation's folder that can be fixed without touching what was said in the log. */
export interface Fault {
  readonly what: string;
  /** Whether all works as it is: it is only in the way. */
  readonly isHarmless: boolean;
  readonly detail: string;
  /** @returns what was done */
  repair(): Promise<string>;
}
