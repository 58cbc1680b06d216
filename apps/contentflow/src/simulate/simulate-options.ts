/** What `contentflow simulate` is told, as it stands on the command line. */
export interface SimulateOptions {
  readonly hours: number;
  readonly seed: string;
  readonly seeds?: string;
  readonly jobs?: number;
  readonly world: string;
  readonly arrivals?: string;
  readonly policy?: string;
  readonly data?: string;
  readonly truth?: string;
  readonly missed?: string;
  readonly output?: string;
  readonly json?: boolean;
  readonly baseline?: string;
}
