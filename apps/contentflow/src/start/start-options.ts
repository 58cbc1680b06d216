export interface StartOptions {
  readonly data: string;
  readonly port: number;
  readonly host: string;
  readonly engine: string;
  readonly kafka?: string;
  readonly mongo?: string;
  readonly demo: boolean;
  readonly world: string;
  readonly seed?: string;
  readonly speed: number;
  readonly config?: string;
  readonly acceptLoss?: boolean;
}
